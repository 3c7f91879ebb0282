import { bucketOf, bucketUs } from '@lighthouse/contract/histogram'
import type { OperationType, RowStatus } from '@lighthouse/contract/operation-row'
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'

/** Upper bounds of the exposed histogram, in seconds; the finer log buckets are folded into them at scrape time. */
const BOUNDS_S = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** Counts operations: two array writes an operation; everything dear happens when somebody scrapes. */
export interface OperationMeter {
  operation(type: OperationType, status: RowStatus, durationUs: number): void
  /** The Prometheus text exposition and its content type. */
  scrape(): Promise<{ readonly text: string; readonly contentType: string }>
}

interface Series {
  readonly buckets: Map<number, number>
  count: number
  sumUs: number
}

/** A meter with its own registry. Series are bounded: operation types × statuses, never names or agents. */
export function createMeter(sockets: () => number): OperationMeter {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'lighthouse_' })
  const series = new Map<string, Series>()
  const counter = new Counter({
    name: 'lighthouse_operations_total',
    help: 'Operations by type and how they ended.',
    labelNames: ['type', 'status'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [key, { count }] of series) {
        const [type = '', status = ''] = key.split(' ')
        this.inc({ type, status }, count)
      }
    },
  })
  const gauge = new Gauge({
    name: 'lighthouse_gateway_sockets',
    help: 'WebSocket connections that are open.',
    registers: [registry],
    collect() {
      this.set(sockets())
    },
  })
  void [counter, gauge]
  return {
    operation(type, status, durationUs) {
      const key = `${type} ${status}`
      let one = series.get(key)
      if (one === undefined) {
        one = { buckets: new Map(), count: 0, sumUs: 0 }
        series.set(key, one)
      }
      const bucket = bucketOf(durationUs)
      one.buckets.set(bucket, (one.buckets.get(bucket) ?? 0) + 1)
      one.count += 1
      one.sumUs += durationUs
    },
    async scrape() {
      const text = await registry.metrics()
      return { text: text + durations(series), contentType: registry.contentType }
    },
  }
}

/** prom-client's own histogram costs ten times as much for each observation, so this one writes its text itself. */
function durations(series: ReadonlyMap<string, Series>): string {
  const name = 'lighthouse_operation_duration_seconds'
  const lines = [`# HELP ${name} Time from receipt to answer.`, `# TYPE ${name} histogram`]
  for (const [key, one] of series) {
    const [type, status] = key.split(' ')
    const labels = `type="${type}",status="${status}"`
    let cumulative = 0
    const sorted = [...one.buckets].sort(([a], [b]) => a - b)
    let at = 0
    for (const bound of BOUNDS_S) {
      for (; at < sorted.length; at++) {
        const [bucket, count] = sorted[at] ?? [0, 0]
        if (bucketUs(bucket) > bound * 1_000_000) break
        cumulative += count
      }
      lines.push(`${name}_bucket{${labels},le="${bound}"} ${cumulative}`)
    }
    lines.push(`${name}_bucket{${labels},le="+Inf"} ${one.count}`)
    lines.push(`${name}_sum{${labels}} ${one.sumUs / 1_000_000}`, `${name}_count{${labels}} ${one.count}`)
  }
  return `${lines.join('\n')}\n`
}
