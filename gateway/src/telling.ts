import { AggregatorRegistry, type Registry } from 'prom-client'

/** One metric of one process, as plain values that cross between processes. */
export interface Told {
  readonly name: string
  readonly help: string
  readonly type: string
  /** How the values of several processes become one. */
  readonly aggregator: string
  readonly values: readonly {
    readonly labels: Readonly<Record<string, string | number>>
    readonly value: number
    /** Absent: the metric's own. */
    readonly metricName?: string
  }[]
}

/** All that one process counts. */
export type Telling = readonly Told[]

/** What /metrics answers. */
export interface Exposition {
  readonly text: string
  readonly contentType: string
}

/** What a registry counts, as plain values. */
export async function tellingOf(registry: Registry): Promise<Telling> {
  const told = (await registry.getMetricsAsJSON()) as unknown as Telling
  // prom-client leaves out what does not add up; workers' values are told apart by a label instead.
  return told.map((one) => (one.aggregator === 'omit' ? { ...one, aggregator: 'first' } : one))
}

/** One telling of several: each metric by its own rule, label by label. */
export function merge(tellings: readonly Telling[]): Telling {
  return AggregatorRegistry.aggregate(tellings as object[]).getMetricsAsArray() as unknown as Telling
}

/** Prometheus' text exposition format. */
export async function expose(tellings: readonly Telling[]): Promise<Exposition> {
  const registry = AggregatorRegistry.aggregate(tellings as object[])
  return { text: await registry.metrics(), contentType: registry.contentType }
}
