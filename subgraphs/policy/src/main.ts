import { readFileSync } from 'node:fs'
import { defineSubgraph } from '@lighthouse/chassis/define'
import type { Subgraph } from '@lighthouse/chassis/define'
import { createHealth } from '@lighthouse/chassis/health'
import type { Log } from '@lighthouse/chassis/log'
import type { SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import type { Flags } from './flags.js'
import type { Understand } from './publish/call.js'
import type { GovernedEngine } from './publish/govern.js'
import { entities, resolvers } from './resolvers.js'

export interface PolicyOptions {
  /** Opened, and closed, by the caller: validation asks the same one. */
  readonly engine: GovernedEngine
  readonly flags: Flags
  /** Reads what a call would do, as validation does; without it no draft can be tried. */
  readonly understand?: Understand
  /** Cases that a policy must get right: a folder of `*.jsonl`. */
  readonly casesDir?: string
  /** Keeps changes of policy and flags; without it there are none of the policy, and those of flags are not kept. */
  readonly events?: SubgraphTransport
  readonly log?: Log
}

/** The policy subgraph: the rules in force and the feature flags. */
export async function createPolicy(options: PolicyOptions): Promise<Subgraph> {
  const { engine, flags, events, understand, casesDir, log } = options
  const parts = { engine, flags, events, understand, casesDir }
  const health = createHealth()
  health.add('policy', () => engine.failure)
  return defineSubgraph({
    name: 'policy',
    typeDefs: readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'),
    resolvers: resolvers(parts),
    entities: entities(parts),
    health,
    ...(log !== undefined && { log }),
  })
}
