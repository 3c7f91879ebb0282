import { readFileSync } from 'node:fs'
import { type Recorder, SILENT } from '@lighthouse/chassis/recorder'
import { defineSubgraph } from '@lighthouse/chassis/define'
import type { Subgraph } from '@lighthouse/chassis/define'
import { createHealth } from '@lighthouse/chassis/health'
import { QUIET } from '@lighthouse/chassis/log'
import type { Log } from '@lighthouse/chassis/log'
import type { RedisConnection } from '@lighthouse/chassis/redis'
import type { SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import type { Engine } from '@lighthouse/policy/engine/engine'
import type { FlagReader } from '@lighthouse/contract/flags'
import type { House } from './decide.js'
import { openDecisions } from './decisions.js'
import { openFlights } from './flight.js'
import type { DecisionLog } from './opa-log/upload.js'
import { entities, resolvers } from './resolvers.js'
import { expertTier } from './tiers/expert.js'
import { openMemory } from './tiers/memory.js'
import { patternTier } from './tiers/pattern.js'
import { policyTier } from './tiers/policy.js'
import { redisTier } from './tiers/redis.js'
import { keepCoherent } from './keep-coherent.js'

export interface ValidationOptions {
  /** Opened, and closed, by the caller. */
  readonly engine: Engine
  readonly flags: FlagReader
  /** Where every decision is kept before it is answered. Without it decisions live in memory only. */
  readonly events?: SubgraphTransport
  readonly experts?: SubgraphTransport
  readonly redis?: RedisConnection
  readonly recorder?: Pick<Recorder, 'tier'>
  /** Where decisions are logged to as well. Opened, and closed, by the caller. */
  readonly decisionLog?: Pick<DecisionLog, 'add' | 'counted'>
  /** The name of the graph in recorded rows. */
  readonly graph?: string
  /** How long experts have; 30 s by default. */
  readonly consultTimeoutMs?: number
  /** How long experts that failed are left alone; 5 s by default. */
  readonly expertRetryMs?: number
  readonly log?: Log
}

/** The validation subgraph: may this tool call run? */
export async function createValidation(options: ValidationOptions): Promise<Subgraph> {
  const house = openHouse(options)
  const health = createHealth()
  health.add('policy', () => options.engine.failure)
  return defineSubgraph({
    name: 'validation',
    typeDefs: readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'),
    resolvers: resolvers(house),
    entities: entities(house),
    health,
    counted: options.decisionLog?.counted ?? [],
    log: options.log ?? QUIET,
  })
}

/** The tiers in their order: memory → policy → pattern → redis → expert. */
export function openHouse(options: ValidationOptions): House {
  const {
    engine,
    flags,
    events,
    experts,
    redis,
    decisionLog,
    recorder = SILENT,
    graph = 'lighthouse',
    consultTimeoutMs,
    expertRetryMs,
    log = QUIET,
  } = options
  const memory = openMemory()
  const shared = redisTier(redis, flags, redis && keepCoherent(memory, redis, log))
  const expert = expertTier({
    experts,
    flags,
    ...(consultTimeoutMs !== undefined && { timeoutMs: consultTimeoutMs }),
    ...(expertRetryMs !== undefined && { retryMs: expertRetryMs }),
  })
  return {
    engine,
    memory,
    tiers: [policyTier(engine), patternTier(flags), shared, expert],
    flights: openFlights(),
    requests: openFlights(),
    shelves: { memory, redis: shared },
    decisions: openDecisions(),
    decisionLog,
    events,
    recorder,
    graph,
    log,
  }
}
