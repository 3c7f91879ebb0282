import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Subgraph, defineSubgraph } from '@lighthouse/chassis/define'
import { createHealth } from '@lighthouse/chassis/health'
import { type Log, QUIET } from '@lighthouse/chassis/log'
import { createAppender } from './append.js'
import { openLmdbLog } from './log/lmdb.js'
import type { Registry } from './registry/registry.js'
import { type EventsParts, createEntities, createResolvers } from './resolvers.js'
import { createTail } from './tail.js'

export interface EventsOptions {
  /** The log is kept in its folder `events`. */
  readonly dataDir: string
  readonly registry: Pick<Registry, 'agent' | 'agents'>
  readonly log?: Log
  /** Milliseconds since the epoch. */
  readonly clock?: () => number
}

const typeDefs = readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8')

/**
 * Opens the event log of a data directory and gives the events subgraph over it. Rejects when the log cannot be opened or
 * its last record is corrupt. One process at a time: a second one on the same folder stops writing at its first append.
 */
export async function createEvents({
  dataDir,
  registry,
  log = QUIET,
  clock,
}: EventsOptions): Promise<Subgraph> {
  const events = await openLmdbLog({ dir: join(dataDir, 'events') })
  const tail = createTail(events.head)
  const appender = createAppender({ log: events, tail, ...(clock !== undefined && { clock }) })
  const parts: EventsParts = { log: events, tail, appender, registry }
  const health = createHealth()
  health.add('event log', () => events.failure)
  log.info('the event log is open', { events: events.head })
  return defineSubgraph({
    name: 'events',
    typeDefs,
    resolvers: createResolvers(parts),
    entities: createEntities(parts),
    health,
    log,
    async close() {
      await appender.idle()
      await events[Symbol.asyncDispose]()
    },
  })
}
