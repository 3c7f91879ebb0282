import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Subgraph } from './define.js'

export interface Metrics {
  readonly type: string
  served(status: number, ms: number): void
  /** The exposition text. */
  read(): Promise<string>
}

/** What /metrics of a subgraph shows. No label has an unbounded set of values: status, and the names of loaders. */
export function createMetrics(subgraph: Subgraph): Metrics {
  const registry = new Registry()
  registry.setDefaultLabels({ subgraph: subgraph.name })
  const registers = [registry]
  const requests = new Counter({
    name: 'lighthouse_subgraph_http_requests_total',
    help: 'HTTP requests by status',
    labelNames: ['status'],
    registers,
  })
  const seconds = new Histogram({
    name: 'lighthouse_subgraph_http_request_seconds',
    help: 'Time from the request to the end of its answer',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
    registers,
  })
  const loads = (kind: 'keys' | 'batches') =>
    new Gauge({
      name: `lighthouse_subgraph_load_${kind}_total`,
      help: kind === 'keys' ? 'Keys loaded by loader' : 'Batches by loader',
      labelNames: ['loader'],
      registers,
      collect() {
        for (const [loader, count] of subgraph.loads) this.set({ loader }, count[kind])
      },
    })
  loads('keys')
  loads('batches')
  new Gauge({
    name: 'lighthouse_subgraph_resident_bytes',
    help: 'Resident memory of the process',
    registers,
    collect() {
      this.set(process.memoryUsage.rss())
    },
  })
  for (const { name, help, label, read } of subgraph.counted) {
    void new Counter({
      name,
      help,
      labelNames: label === undefined ? [] : [label],
      registers,
      collect() {
        this.reset()
        for (const [value, count] of Object.entries(read()))
          this.inc(label === undefined ? {} : { [label]: value }, count)
      },
    })
  }
  return {
    type: registry.contentType,
    served(status, ms) {
      requests.inc({ status: String(status) })
      seconds.observe(ms / 1_000)
    },
    read: () => registry.metrics(),
  }
}
