import { STOPS } from '@lighthouse/contract/stops'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { latency } from '../../src/queries/latency.js'
import { latencySeries } from '../../src/queries/latency-series.js'
import { operations } from '../../src/queries/operations.js'
import { subgraphStats } from '../../src/queries/subgraph-stats.js'
import { tierStats } from '../../src/queries/tier-stats.js'
import { walk } from '../../src/queries/walk.js'
import { walks } from '../../src/queries/walks.js'
import { eventually, type Running, startProcess } from '../process.js'
import { fetchRow, operationRow, tierRow } from '../rows.js'

let running: Running
beforeAll(async () => {
  running = await startProcess()
})
afterAll(() => running[Symbol.asyncDispose]())

/** Log-normal durations around 3 ms with a heavy tail, from a seeded generator (mulberry32). */
function durations(count: number, seed: number): number[] {
  let state = seed
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  return Array.from({ length: count }, () => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    return Math.max(1, Math.round(3_000 * Math.exp(0.8 * normal)))
  })
}

function exact(sorted: readonly number[], p: number): number {
  return (sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? 0) / 1_000
}

const LEVELS = { p50Ms: 0.5, p90Ms: 0.9, p95Ms: 0.95, p99Ms: 0.99, p999Ms: 0.999 } as const

describe('latency', () => {
  it('[P-095] matches exact percentiles within 2 %, from seconds, minutes and hours', async ({ expect }) => {
    const client = running.client()
    const recorder = running.recorder({ source: 'percentiles' })
    const values = durations(20_000, 7)
    const now = Date.now()
    for (const [i, duration_us] of values.entries()) {
      recorder.operation(operationRow({ operation: 'Exact', duration_us, ts: now - (i % 240) * 1_000 }))
      if (i % 5_000 === 0) await new Promise((resolve) => setTimeout(resolve, 120))
    }
    await eventually(
      async () => recorder.counters(),
      ({ acked }) => acked >= 20_000,
    )
    const sorted = values.toSorted((a, b) => a - b)
    for (const windowS of [300, 3_600, 40 * 86_400]) {
      const found = await latency({ client }, 'Exact', windowS)
      expect(found).toMatchObject({ operation: 'Exact', count: 20_000, errors: 0 })
      for (const [name, p] of Object.entries(LEVELS)) {
        const ratio = (found[name as keyof typeof LEVELS] ?? 0) / exact(sorted, p)
        expect(Math.abs(ratio - 1), `${name} of ${windowS} s`).toBeLessThan(0.02)
      }
      expect(found.meanMs).toBeCloseTo(values.reduce((a, b) => a + b) / values.length / 1_000, 6)
      expect(found.maxMs).toBe(exact(sorted, 1))
    }
  })

  it('is null where nothing ran', async ({ expect }) => {
    const none = await latency({ client: running.client() }, "No'such\\op", 300)
    expect(none).toEqual({
      ...{ operation: "No'such\\op", count: 0, errors: 0 },
      ...{ p50Ms: null, p90Ms: null, p95Ms: null, p99Ms: null, p999Ms: null, meanMs: null, maxMs: null },
    })
  })

  it('leaves out what is older than the window', async ({ expect }) => {
    const recorder = running.recorder({ source: 'old' })
    recorder.operation(operationRow({ operation: 'Old', ts: Date.now() - 120_000 }))
    recorder.operation(operationRow({ operation: 'Old' }))
    await eventually(
      async () => recorder.counters(),
      ({ acked }) => acked === 2,
    )
    const client = running.client()
    expect((await latency({ client }, 'Old', 60)).count).toBe(1)
    expect((await latency({ client }, 'Old', 300)).count).toBe(2)
  })
})

describe('the other questions', () => {
  it('list operations by impact, count and name, with rates and errors', async ({ expect }) => {
    const recorder = running.recorder({ source: 'list' })
    for (let i = 0; i < 30; i += 1)
      recorder.operation(operationRow({ operation: 'Quick', duration_us: 100, status: 'cancelled' }))
    for (let i = 0; i < 3; i += 1) {
      recorder.operation(
        operationRow({ operation: 'Slow', type: 'query', duration_us: 60_000_000, status: 'timeout' }),
      )
    }
    await eventually(
      async () => recorder.counters(),
      ({ acked }) => acked === 33,
    )
    const client = running.client()
    for (const windowS of [600, 3_600]) {
      const byImpact = await operations({ client }, { windowS, first: 100, sort: 'IMPACT' })
      expect(byImpact[0]).toMatchObject({
        name: 'Slow',
        type: 'query',
        count: 3,
        errors: 3,
        errorRate: 1,
        totalMs: 180_000,
      })
      const quick = byImpact.find(({ name }) => name === 'Quick')
      expect(quick?.ratePerSecond).toBeCloseTo(30 / windowS, 9)
      expect(quick?.errors, 'who went away has met no error').toBe(0)
      const byName = (await operations({ client }, { windowS, first: 100, sort: 'NAME' })).map(
        ({ name }) => name,
      )
      expect(byName).toEqual(byName.toSorted())
      expect(await operations({ client }, { windowS, first: 1, sort: 'COUNT' })).toHaveLength(1)
    }
  })

  it('draw a series in which no step is missing', async ({ expect }) => {
    const client = running.client()
    const recorder = running.recorder({ source: 'series' })
    const now = Math.floor(Date.now() / 1_000) * 1_000
    for (const ago of [10, 10, 200])
      recorder.operation(operationRow({ operation: 'Series', ts: now - ago * 1_000 }))
    await eventually(
      async () => recorder.counters(),
      ({ acked }) => acked === 3,
    )
    const series = await latencySeries({ client }, { operation: 'Series', windowS: 300, points: 30 })
    expect(series.length).toBeGreaterThanOrEqual(30)
    expect(series.length).toBeLessThanOrEqual(32)
    for (const [i, { at }] of series.entries()) expect(at).toBe((series[0]?.at ?? 0) + i * 10_000)
    expect(series.reduce((sum, { count }) => sum + count, 0)).toBe(3)
    expect(series.find(({ count }) => count === 0)).toMatchObject({ p50Ms: null, p95Ms: null, p99Ms: null })
    const all = await latencySeries({ client }, { operation: undefined, windowS: 86_400, points: 24 })
    expect(all.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(20_000)
  })

  it('tell subgraphs and tiers apart, the same from raw rows and from minutes', async ({ expect }) => {
    const recorder = running.recorder({ source: 'parts' })
    for (let i = 0; i < 20; i += 1)
      recorder.fetch(fetchRow({ subgraph: 'events', status: i < 5 ? 'internal' : 'ok' }))
    recorder.fetch(fetchRow({ subgraph: 'policy', duration_us: 9_000, status: 'cancelled' }))
    for (const outcome of ['HIT', 'HIT', 'HIT', 'PASS', 'ERROR', 'TIMEOUT', 'SKIPPED'] as const) {
      recorder.tier(tierRow({ tier: 'REDIS', outcome }))
    }
    await eventually(
      async () => recorder.counters(),
      ({ acked }) => acked === 28,
    )
    const client = running.client()
    for (const windowS of [300, 3_600]) {
      const subgraphs = await subgraphStats({ client }, windowS)
      expect(subgraphs.map(({ subgraph, count, errors }) => [subgraph, count, errors])).toEqual([
        ['events', 20, 5],
        ['policy', 1, 0],
      ])
      expect(subgraphs[1]?.p95Ms).toBeCloseTo(9, 0)
      expect(await tierStats({ client }, windowS)).toEqual([
        expect.objectContaining({
          tier: 'REDIS',
          requests: 6,
          hits: 3,
          misses: 1,
          errors: 2,
          hitRatio: 0.75,
        }),
      ])
    }
  })

  it('give the walk of a trace in the order in which its stops were first passed', async ({ expect }) => {
    const recorder = running.recorder({ source: 'walk' })
    const client = running.client()
    const trace_id = 'e'.repeat(32)
    const base = (Date.now() - 1_000) * 1_000
    const note = (stop: (typeof STOPS)[number], offset: number) =>
      recorder.stop({
        ts: base / 1_000,
        trace_id,
        stop,
        process: 'p',
        start_us: base + offset,
        duration_us: 10,
      })
    for (const [i, stop] of STOPS.slice(0, 16).toReversed().entries()) note(stop, (15 - i) * 1_000)
    note('fetch', 500_000)
    recorder.operation(operationRow({ operation: 'Walked', trace_id }))
    await eventually(
      async () => walk({ client }, trace_id),
      (found) => found?.stops.length === 17,
    )
    const found = await walk({ client }, trace_id)
    expect(found?.stops.map(({ stop }) => stop)).toEqual(STOPS.slice(0, 17))
    expect(found).toMatchObject({ traceId: trace_id, operation: 'Walked', startedAt: base / 1_000 })
    expect(found?.stops[4]).toEqual({ stop: 'fetch', process: 'p', startMs: 4, durationMs: 0.01 })
    const [newest] = await walks({ client }, 1)
    expect(newest).toMatchObject({ traceId: trace_id, operation: 'Walked', stopCount: 17 })
    expect(await walk({ client }, '0'.repeat(32))).toBeUndefined()
    expect(await walk({ client }, 'not a trace')).toBeUndefined()
  })
})
