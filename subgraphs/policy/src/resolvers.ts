import type { Resolvers } from '@lighthouse/chassis/define'
import type { EntityResolvers } from '@lighthouse/chassis/entities'
import { coded } from '@lighthouse/chassis/errors'
import { permit } from '@lighthouse/chassis/permit'
import type { Scope } from '@lighthouse/chassis/scope'
import type { FlagState } from '@lighthouse/contract/flags'
import { announceFlag } from './announce.js'
import type { Engine } from './engine/engine.js'
import type { Rule } from './engine/pack.js'
import type { Flags } from './flags.js'
import type { PublishParts } from './publish/resolvers.js'
import { publishResolvers } from './publish/resolvers.js'

export interface PolicyParts extends PublishParts {
  readonly flags: Flags
}

interface FlagInput {
  readonly name: string
  readonly state: FlagState
  readonly rolloutPercentage?: number | null
}

export function resolvers(parts: PolicyParts): Resolvers {
  const { engine, flags } = parts
  const publishing = publishResolvers(parts)
  return {
    Query: {
      ...publishing.Query,
      rules: () => engine.rules(),
      rule: (_source, { id }, scope) => ruleOf(engine, scope, String(id)),
      flags: () => flags.list(),
      flag: (_source, { name }) => flags.find(String(name)) ?? null,
    },
    Mutation: {
      ...publishing.Mutation,
      setFlag: (_source, { input }, scope) => setFlag(parts, scope, input as FlagInput),
    },
    Rule: { matchCount: (source) => engine.matchCount((source as Rule).id) },
  }
}

export function entities({ engine, flags }: PolicyParts): EntityResolvers<Scope> {
  return {
    Rule: (reference, scope) => ruleOf(engine, scope, String(reference['id'])),
    FeatureFlag: (reference) => flags.find(String(reference['name'])) ?? null,
  }
}

function ruleOf(engine: Engine, scope: Scope, id: string): Promise<Rule | null> {
  const batch = async (ids: readonly string[]) => ids.map((one) => engine.rule(one) ?? null)
  return scope.loads.of<string, Rule | null>('rule', batch).load(id)
}

async function setFlag({ flags, events }: PolicyParts, scope: Scope, input: FlagInput) {
  permit(scope, 'SYSTEM_AGENT', 'change a flag')
  const { name, state, rolloutPercentage } = input
  const change = { name, state, ...(typeof rolloutPercentage === 'number' && { rolloutPercentage }) }
  try {
    flags.check(change)
    await announceFlag(events, scope, { ...change, before: flags.find(name)?.state ?? null })
    return await flags.set(change)
  } catch (error) {
    if (error instanceof RangeError) throw coded('BAD_USER_INPUT', error.message)
    throw error
  }
}
