import { bucketOf, bucketUs, LAST_BUCKET } from '@lighthouse/contract/histogram'
import type { Told } from './telling.js'

/** Upper bounds of an exposed histogram, in seconds; the finer log buckets are folded into them at scrape time. */
const BOUNDS_S = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** Series of one metric; what comes after is counted under the last. Labels never come from clients, so it is not met. */
const MAX_SERIES = 2_000

interface Series {
  readonly values: readonly string[]
  /** How often each bucket of the log-histogram was met. */
  readonly buckets: Float64Array
  count: number
  sumUs: number
}

export interface DurationSeriesOptions {
  /** The metric's name, ending in `_seconds`. */
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
}

/** Series by the value of a label, and so on for further labels; of none where the labels end. */
interface Branch {
  readonly more: Map<string, Branch>
  series: Series | undefined
}

/**
 * Durations by label values, as the product's log-histogram. Recording makes nothing; everything dear happens when
 * somebody scrapes (prom-client's own histogram costs ten times as much for each observation).
 */
export class DurationSeries {
  readonly #options: DurationSeriesOptions
  readonly #root: Branch = { more: new Map(), series: undefined }
  readonly #series: Series[] = []

  constructor(options: DurationSeriesOptions) {
    this.#options = options
  }

  record(values: readonly string[], durationUs: number): void {
    let branch = this.#root
    for (const value of values) {
      const next = branch.more.get(value)
      if (next === undefined && this.#series.length >= MAX_SERIES) return
      if (next === undefined) branch.more.set(value, (branch = { more: new Map(), series: undefined }))
      else branch = next
    }
    const series = (branch.series ??= this.#open(values))
    const bucket = bucketOf(durationUs)
    series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1
    series.count += 1
    series.sumUs += durationUs
  }

  #open(values: readonly string[]): Series {
    const series = { values, buckets: new Float64Array(LAST_BUCKET + 1), count: 0, sumUs: 0 }
    this.#series.push(series)
    return series
  }

  /** How often each combination of label values was recorded. */
  *counts(): Generator<readonly [labels: Record<string, string>, count: number]> {
    for (const one of this.#series) yield [labelsOf(this.#options.labels, one), one.count]
  }

  /** The histogram as it stands. */
  tell(): Told {
    const { name, help, labels } = this.#options
    const values = this.#series.flatMap((one) => bucketValues(name, labelsOf(labels, one), one))
    return { name, help, type: 'histogram', aggregator: 'sum', values }
  }
}

function labelsOf(labels: readonly string[], { values }: Series): Record<string, string> {
  return Object.fromEntries(labels.map((label, i) => [label, values[i] ?? '']))
}

function bucketValues(name: string, labels: Record<string, string>, series: Series): Told['values'] {
  const { buckets, count, sumUs } = series
  const metricName = `${name}_bucket`
  let cumulative = 0
  let at = 0
  const below = BOUNDS_S.map((bound) => {
    for (; at < buckets.length && bucketUs(at) <= bound * 1_000_000; at++) cumulative += buckets[at] ?? 0
    return { metricName, labels: { ...labels, le: bound }, value: cumulative }
  })
  return [
    ...below,
    { metricName, labels: { ...labels, le: '+Inf' }, value: count },
    { metricName: `${name}_sum`, labels, value: sumUs / 1_000_000 },
    { metricName: `${name}_count`, labels, value: count },
  ]
}
