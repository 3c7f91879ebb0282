import { bucketOf, bucketUs, LAST_BUCKET } from '@lighthouse/contract/histogram'

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
    for (const { values, count } of this.#series) {
      yield [Object.fromEntries(this.#options.labels.map((label, i) => [label, values[i] ?? ''])), count]
    }
  }

  /** The histogram in Prometheus' text exposition format, newline included; empty before anything was recorded. */
  exposition(): string {
    if (this.#series.length === 0) return ''
    const { name, help, labels } = this.#options
    const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`]
    for (const one of this.#series) {
      const told = labels.map((label, i) => `${label}="${escaped(one.values[i] ?? '')}"`).join(',')
      lines.push(...bucketLines(name, told, one))
    }
    return `${lines.join('\n')}\n`
  }
}

function bucketLines(name: string, labels: string, { buckets, count, sumUs }: Series): string[] {
  const lines: string[] = []
  let cumulative = 0
  let at = 0
  for (const bound of BOUNDS_S) {
    for (; at < buckets.length && bucketUs(at) <= bound * 1_000_000; at++) cumulative += buckets[at] ?? 0
    lines.push(`${name}_bucket{${labels},le="${bound}"} ${cumulative}`)
  }
  lines.push(`${name}_bucket{${labels},le="+Inf"} ${count}`)
  lines.push(`${name}_sum{${labels}} ${sumUs / 1_000_000}`, `${name}_count{${labels}} ${count}`)
  return lines
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
