import type { Resolvers } from '@lighthouse/chassis/define'
import type { EntityResolvers } from '@lighthouse/chassis/entities'
import { coded } from '@lighthouse/chassis/errors'
import { permit } from '@lighthouse/chassis/permit'
import type { Scope } from '@lighthouse/chassis/scope'
import type { FlagChange } from './flag.js'
import { announceFlag } from './announce.js'
import type { Engine } from './engine/engine.js'
import type { Rule } from './engine/pack.js'
import type { Flags } from './flags.js'
import type { PublishParts } from './publish/resolvers.js'
import { publishResolvers } from './publish/resolvers.js'

export interface PolicyParts extends PublishParts {
  readonly flags: Flags
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
      evaluateFlags: (_source, args, scope) => evaluateFlags(parts, scope, args),
      flag: (_source, { name }) => flags.find(String(name)) ?? null,
    },
    Mutation: {
      ...publishing.Mutation,
      rollbackFlags: (_source, { names }, scope) => rollbackFlags(parts, scope, names as string[]),
      setFlag: (_source, { input }, scope) => setFlag(parts, scope, input as object),
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

async function setFlag({ flags, events }: PolicyParts, scope: Scope, input: object) {
  permit(scope, 'SYSTEM_AGENT', 'change a flag')
  const given = Object.entries(input).filter(([, value]) => value !== null)
  const change = Object.fromEntries(given) as unknown as FlagChange
  const { name } = change
  try {
    flags.check(change)
    await announceFlag(events, scope, { ...change, before: flags.find(name)?.state ?? null })
    return await flags.set(change)
  } catch (error) {
    if (error instanceof RangeError) throw coded('BAD_USER_INPUT', error.message)
    throw error
  }
}

async function rollbackFlags({ flags, events }: PolicyParts, scope: Scope, names: readonly string[]) {
  permit(scope, 'SYSTEM_AGENT', 'take a flag back')
  const unknown = names.find((name) => flags.find(name) === undefined)
  if (unknown !== undefined) throw coded('NOT_FOUND', `There is no flag "${unknown.slice(0, 80)}".`)
  for (const name of names)
    await announceFlag(events, scope, { name, rolledBack: true, before: flags.find(name)?.state ?? null })
  return await flags.rollback(names)
}

function evaluateFlags({ flags }: PolicyParts, scope: Scope, { names, agentId }: Record<string, unknown>) {
  const caller = permit(scope, 'GUEST', 'ask about flags')
  const asked = typeof agentId === 'string' ? agentId : caller.agentId
  const wanted = Array.isArray(names) ? names.map(String) : flags.list().map(({ name }) => name)
  return wanted.map((name) => ({ name, ...flags.evaluate(name, asked) }))
}
