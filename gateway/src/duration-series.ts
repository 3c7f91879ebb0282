import { bucketOf, bucketUs } from '@lighthouse/contract/histogram'

/** Upper bounds of an exposed histogram, in seconds; the finer log buckets are folded into them at scrape time. */
const BOUNDS_S = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** Series of one metric; what comes after is counted under the last. Labels never come from clients, so it is not met. */
const MAX_SERIES = 2_000

interface Series {
  readonly values: readonly string[]
  readonly buckets: Map<number, number>
  count: number
  sumUs: number
}

export interface DurationSeriesOptions {
  /** The metric's name, ending in `_seconds`. */
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
}

/**
 * Durations by label values, as the product's log-histogram. Recording is two map writes; everything dear happens when
 * somebody scrapes (prom-client's own histogram costs ten times as much for each observation).
 */
export class DurationSeries {
  readonly #options: DurationSeriesOptions
  readonly #series = new Map<string, Series>()

  constructor(options: DurationSeriesOptions) {
    this.#options = options
  }

  record(values: readonly string[], durationUs: number): void {
    const key = values.join(' ')
    let one = this.#series.get(key)
    if (one === undefined) {
      if (this.#series.size >= MAX_SERIES) return
      one = { values, buckets: new Map(), count: 0, sumUs: 0 }
      this.#series.set(key, one)
    }
    const bucket = bucketOf(durationUs)
    one.buckets.set(bucket, (one.buckets.get(bucket) ?? 0) + 1)
    one.count += 1
    one.sumUs += durationUs
  }

  /** How often each combination of label values was recorded. */
  *counts(): Generator<readonly [labels: Record<string, string>, count: number]> {
    for (const { values, count } of this.#series.values()) {
      yield [Object.fromEntries(this.#options.labels.map((label, i) => [label, values[i] ?? ''])), count]
    }
  }

  /** The histogram in Prometheus' text exposition format, newline included; empty before anything was recorded. */
  exposition(): string {
    if (this.#series.size === 0) return ''
    const { name, help, labels } = this.#options
    const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`]
    for (const one of this.#series.values()) {
      const told = labels.map((label, i) => `${label}="${escaped(one.values[i] ?? '')}"`).join(',')
      lines.push(...bucketLines(name, told, one))
    }
    return `${lines.join('\n')}\n`
  }
}

function bucketLines(name: string, labels: string, { buckets, count, sumUs }: Series): string[] {
  const lines: string[] = []
  const sorted = [...buckets].sort(([a], [b]) => a - b)
  let cumulative = 0
  let at = 0
  for (const bound of BOUNDS_S) {
    for (; at < sorted.length; at++) {
      const [bucket, found] = sorted[at] ?? [0, 0]
      if (bucketUs(bucket) > bound * 1_000_000) break
      cumulative += found
    }
    lines.push(`${name}_bucket{${labels},le="${bound}"} ${cumulative}`)
  }
  lines.push(`${name}_bucket{${labels},le="+Inf"} ${count}`)
  lines.push(`${name}_sum{${labels}} ${sumUs / 1_000_000}`, `${name}_count{${labels}} ${count}`)
  return lines
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
