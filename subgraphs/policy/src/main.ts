import { readFileSync } from 'node:fs'
import { defineSubgraph } from '@lighthouse/chassis/define'
import type { Subgraph } from '@lighthouse/chassis/define'
import { createHealth } from '@lighthouse/chassis/health'
import type { Log } from '@lighthouse/chassis/log'
import type { SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import type { Engine } from './engine/engine.js'
import type { Flags } from './flags.js'
import { entities, resolvers } from './resolvers.js'

export interface PolicyOptions {
  /** Opened, and closed, by the caller: validation asks the same one. */
  readonly engine: Engine
  readonly flags: Flags
  /** Keeps changes of flags; without it they are not kept. */
  readonly events?: SubgraphTransport
  readonly log?: Log
}

/** The policy subgraph: the rules in force and the feature flags. */
export async function createPolicy({ engine, flags, events, log }: PolicyOptions): Promise<Subgraph> {
  const parts = { engine, flags, events }
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
