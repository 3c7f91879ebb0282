import { Counter, Gauge, Registry } from 'prom-client'
import { describe, it } from 'vitest'
import { DurationSeries } from '../src/duration-series.js'
import { GatheredMetrics } from '../src/gathered-metrics.js'
import { createMeter } from '../src/meter.js'
import { type Telling, tellingOf } from '../src/telling.js'

/** A process that ran so many queries of so many microseconds. */
async function told(queries: number, durationUs: number, sockets = 0): Promise<Telling> {
  const meter = createMeter(() => sockets)
  for (let i = 0; i < queries; i++) meter.operation('query', 'ok', durationUs)
  return meter.tell()
}

async function read(metrics: Promise<{ readonly text: string }>): Promise<(series: string) => number> {
  const { text } = await metrics
  const lines = new Map(text.split('\n').map((line) => line.split(/ (?=\S+$)/) as [string, string]))
  return (series) => Number(lines.get(series))
}

const QUERIES = 'lighthouse_operations_total{type="query",status="ok"}'
const BELOW_5_MS = 'lighthouse_operation_duration_seconds_bucket{type="query",status="ok",le="0.005"}'
const COUNT = 'lighthouse_operation_duration_seconds_count{type="query",status="ok"}'
const SUM = 'lighthouse_operation_duration_seconds_sum{type="query",status="ok"}'
const workers = (state: string) => `lighthouse_gateway_workers{state="${state}"}`

describe('metrics of several processes', () => {
  it('are sums of counters, merged histograms, and gauges by their meaning', async ({ expect }) => {
    const metrics = new GatheredMetrics()
    metrics.told('1', await told(3, 1_000, 2))
    metrics.told('2', await told(4, 8_000, 5))
    const value = await read(metrics.expose(['1', '2'], [], 0))
    expect([QUERIES, COUNT, BELOW_5_MS, 'lighthouse_gateway_sockets'].map(value)).toEqual([7, 7, 3, 7])
    expect(value(SUM)).toBeCloseTo(0.035, 9)
    expect(['answering', 'silent', 'absent'].map((state) => value(workers(state)))).toEqual([2, 0, 0])
    for (const worker of ['1', '2']) {
      for (const own of ['process_resident_memory_bytes', 'process_start_time_seconds'])
        expect(value(`lighthouse_${own}{worker="${worker}"}`)).toBeGreaterThan(1_000)
    }
  })

  it('take the worst of what does not add up', async ({ expect }) => {
    const metrics = new GatheredMetrics()
    for (const [worker, open, since] of [
      ['1', 0, 20],
      ['2', 1, 10],
    ] as const) {
      const traffic = { retries: 1, hedges: 0, shared: 0, isBreakerOpen: open === 1 }
      const meter = createMeter(() => 0, {
        traffic: () => [['stock', traffic]],
        reloads: () => ({ since: since * 1_000, swaps: 1, refusals: 0 }),
      })
      metrics.told(worker, await meter.tell())
    }
    const value = await read(metrics.expose(['1', '2'], [], 0))
    expect(value('lighthouse_fetch_breaker_open{subgraph="stock"}')).toBe(1)
    expect(value('lighthouse_fetch_retries_total{subgraph="stock"}')).toBe(2)
    expect(value('lighthouse_supergraph_since_seconds')).toBe(10)
  })

  it('never shrink when a process is silent or ends and is replaced', async ({ expect }) => {
    const metrics = new GatheredMetrics()
    metrics.told('1', await told(3, 1_000, 2))
    metrics.told('2', await told(4, 1_000, 5))
    const silent = await read(metrics.expose(['1'], ['2'], 0))
    expect([QUERIES, COUNT, 'lighthouse_gateway_sockets', workers('silent')].map(silent)).toEqual([
      7, 7, 2, 1,
    ])
    expect(silent('lighthouse_process_resident_memory_bytes{worker="2"}')).toBeNaN()
    metrics.ended('2', 'died')
    const absent = await read(metrics.expose(['1'], [], 1))
    expect([QUERIES, BELOW_5_MS, workers('absent')].map(absent)).toEqual([7, 7, 1])
    metrics.told('2', await told(1, 1_000))
    const replaced = await read(metrics.expose(['1', '2'], [], 0))
    expect([QUERIES, COUNT, 'lighthouse_gateway_sockets'].map(replaced)).toEqual([8, 8, 2])
    metrics.ended('2', 'silent')
    metrics.ended('1', 'died')
    const none = await read(metrics.expose([], [], 2))
    const ends = ['died', 'silent'].map((cause) => `lighthouse_gateway_worker_ends_total{cause="${cause}"}`)
    expect([QUERIES, COUNT, ...ends].map(none)).toEqual([8, 8, 2, 1])
  })

  it('keep metrics that only one of them has', async ({ expect }) => {
    const registry = new Registry()
    new Counter({ name: 'a_total', help: 'A.', registers: [registry] }).inc(2)
    new Gauge({ name: 'b', help: 'B.', registers: [registry] }).set(3)
    const series = new DurationSeries({ name: 'c_seconds', help: 'C.', labels: ['x'] })
    series.record(['say "hi"\\'], 1)
    const metrics = new GatheredMetrics()
    metrics.told('1', [...(await tellingOf(registry)), series.tell()])
    metrics.told('2', [])
    const { text } = await metrics.expose(['1', '2'], [], 0)
    expect(text).toContain('\na_total 2\n')
    expect(text).toContain('\nb 3\n')
    expect(text).toContain('c_seconds_count{x="say \\"hi\\"\\\\"} 1\n')
  })
})
