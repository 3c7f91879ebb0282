import { Gauge, Registry } from 'prom-client'
import type { Recorder } from './recorder/record.js'

/** The Prometheus page of the analytics process, read when it is scraped. */
export function createMetrics(recorder: Recorder): () => Promise<string> {
  const registry = new Registry()
  const gauge = (name: string, help: string, read: () => number): void => {
    function collect(this: Gauge): void {
      this.set(read())
    }
    registry.registerMetric(new Gauge({ name: `lighthouse_analytics_${name}`, help, registers: [], collect }))
  }
  gauge('resident_bytes', 'Resident memory of the process that holds the engine', () =>
    process.memoryUsage.rss(),
  )
  gauge('rows_acknowledged', 'Rows of this process that ClickHouse took', () => recorder.counters().acked)
  gauge('rows_dropped', 'Rows of this process that were lost', () => {
    const { dropped, overflowed, refused } = recorder.counters()
    return dropped + overflowed + refused
  })
  gauge('batches_waiting', 'Batches of this process that wait for ClickHouse', () => {
    return recorder.counters().queuedBatches
  })
  return () => registry.metrics()
}
