import { msOf } from './run.js'

/** Null where nothing was measured. */
export interface Percentiles {
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
}

/** What {@link QUANTILES} selects, in microseconds. */
export interface Quantiles {
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
}

/** Of the histogram that a query calls `h`. */
export const QUANTILES =
  'obs_quantile_us(h, 0.5) AS p50, obs_quantile_us(h, 0.95) AS p95, obs_quantile_us(h, 0.99) AS p99'

export function percentilesOf({ p50, p95, p99 }: Quantiles): Percentiles {
  return { p50Ms: msOf(p50), p95Ms: msOf(p95), p99Ms: msOf(p99) }
}
