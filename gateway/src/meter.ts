import type { Counted } from '@lighthouse/contract/subgraph-request'
import type { OperationType, RowStatus } from '@lighthouse/contract/operation-row'
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { DurationSeries } from './duration-series.js'
import type { CacheCounts } from './cache/entity-cache.js'
import type { SpanCounts } from './tracing/span-queue.js'
import { type Telling, tellingOf } from './telling.js'
import type { ReloadState } from './supergraph/editions.js'
import type { TrafficCounts } from './fetch/traffic/traffic.js'

/** Counts what passes: a few writes an operation; everything dear happens when somebody scrapes. */
export interface OperationMeter {
  operation(type: OperationType, status: RowStatus, durationUs: number): void
  fetch(subgraph: string, status: RowStatus, durationUs: number): void
  /** All that was counted. */
  tell(): Promise<Telling>
}

/** Traffic to each subgraph that is reached over HTTP, by name. */
type Traffic = () => Iterable<readonly [subgraph: string, counts: TrafficCounts]>

export interface MeterSources {
  readonly traffic?: Traffic
  readonly cache?: () => CacheCounts | undefined
  readonly spans?: () => SpanCounts
  readonly reloads?: () => Pick<ReloadState, 'since' | 'swaps' | 'refusals'>
  /** What subgraphs in this process count for themselves. */
  readonly counted?: readonly Counted[]
}

/**
 * A meter with its own registry; what counts for itself is read when somebody scrapes. Series are bounded: types ×
 * statuses, subgraphs × statuses; never names or agents.
 */
export function createMeter(sockets: () => number, sources: MeterSources = {}): OperationMeter {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'lighthouse_' })
  const operations = new DurationSeries({
    name: 'lighthouse_operation_duration_seconds',
    help: 'Time from receipt to answer.',
    labels: ['type', 'status'],
  })
  const fetches = new DurationSeries({
    name: 'lighthouse_fetch_duration_seconds',
    help: 'Time of one fetch from a subgraph, further attempts included.',
    labels: ['subgraph', 'status'],
  })
  countOperations(registry, operations)
  gaugeSockets(registry, sockets)
  countTraffic(registry, sources.traffic ?? (() => []))
  if (sources.cache !== undefined) countCache(registry, sources.cache)
  if (sources.spans !== undefined) countSpans(registry, sources.spans)
  if (sources.reloads !== undefined) countReloads(registry, sources.reloads)
  for (const counted of sources.counted ?? []) count(registry, counted)
  return {
    operation: (type, status, durationUs) => operations.record([type, status], durationUs),
    fetch: (subgraph, status, durationUs) => fetches.record([subgraph, status], durationUs),
    tell: async () => [...(await tellingOf(registry)), operations.tell(), fetches.tell()],
  }
}

function count(registry: Registry, { name, help, label, read }: Counted): void {
  void new Counter({
    name,
    help,
    labelNames: label === undefined ? [] : [label],
    registers: [registry],
    collect() {
      this.reset()
      for (const [value, seen] of Object.entries(read()))
        this.inc(label === undefined ? {} : { [label]: value }, seen)
    },
  })
}

function countOperations(registry: Registry, operations: DurationSeries): void {
  void new Counter({
    name: 'lighthouse_operations_total',
    help: 'Operations by type and how they ended.',
    labelNames: ['type', 'status'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [labels, count] of operations.counts()) this.inc(labels, count)
    },
  })
}

function gaugeSockets(registry: Registry, sockets: () => number): void {
  void new Gauge({
    name: 'lighthouse_gateway_sockets',
    help: 'WebSocket connections that are open.',
    registers: [registry],
    collect() {
      this.set(sockets())
    },
  })
}

const COUNTED = {
  retries: { name: 'lighthouse_fetch_retries_total', help: 'Requests sent again after a failure.' },
  hedges: { name: 'lighthouse_fetch_hedges_total', help: 'Requests sent twice because the first took long.' },
  shared: { name: 'lighthouse_fetch_shared_total', help: 'Fetches served by an equal one under way.' },
} as const satisfies Partial<Record<keyof TrafficCounts, { name: string; help: string }>>

function countTraffic(registry: Registry, traffic: Traffic): void {
  for (const [key, { name, help }] of Object.entries(COUNTED)) {
    void new Counter({
      name,
      help,
      labelNames: ['subgraph'],
      registers: [registry],
      collect() {
        this.reset()
        for (const [subgraph, counts] of traffic())
          this.inc({ subgraph }, counts[key as keyof typeof COUNTED])
      },
    })
  }
  void new Gauge({
    name: 'lighthouse_fetch_breaker_open',
    help: '1 while a subgraph is not called because it kept failing.',
    labelNames: ['subgraph'],
    registers: [registry],
    aggregator: 'max',
    collect() {
      this.reset()
      for (const [subgraph, counts] of traffic()) this.set({ subgraph }, counts.isBreakerOpen ? 1 : 0)
    },
  })
}

function countReloads(registry: Registry, reloads: NonNullable<MeterSources['reloads']>): void {
  void new Counter({
    name: 'lighthouse_supergraph_reloads_total',
    help: 'Supergraphs that were swapped in, and that were refused.',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      const { swaps, refusals } = reloads()
      this.reset()
      this.inc({ outcome: 'swapped' }, swaps)
      this.inc({ outcome: 'refused' }, refusals)
    },
  })
  void new Gauge({
    name: 'lighthouse_supergraph_since_seconds',
    help: 'When the supergraph that serves was taken in use, in seconds since the epoch.',
    registers: [registry],
    aggregator: 'min',
    collect() {
      this.set(reloads().since / 1_000)
    },
  })
}

function countSpans(registry: Registry, spans: NonNullable<MeterSources['spans']>): void {
  void new Counter({
    name: 'lighthouse_spans_total',
    help: 'Spans of traces that a collector took, that it did not take, and that were dropped before.',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [outcome, count] of Object.entries(spans())) this.inc({ outcome }, count)
    },
  })
}

function countCache(registry: Registry, cache: NonNullable<MeterSources['cache']>): void {
  void new Counter({
    name: 'lighthouse_cache_lookups_total',
    help: 'Entities and root fetches that were looked for in the cache, by where they were found.',
    labelNames: ['found'],
    registers: [registry],
    collect() {
      const counts = cache()
      this.reset()
      if (counts === undefined) return
      this.inc({ found: 'memory' }, counts.hits.memory)
      this.inc({ found: 'redis' }, counts.hits.redis)
      this.inc({ found: 'nowhere' }, counts.misses)
    },
  })
  void new Counter({
    name: 'lighthouse_cache_shared_total',
    help: 'Entries that the shared cache did not serve or keep, by why.',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [outcome, count] of Object.entries(cache()?.shared ?? {})) this.inc({ outcome }, count)
    },
  })
  void new Gauge({
    name: 'lighthouse_cache_bytes',
    help: 'Memory that cached answers take.',
    registers: [registry],
    collect() {
      this.set(cache()?.bytes ?? 0)
    },
  })
}
