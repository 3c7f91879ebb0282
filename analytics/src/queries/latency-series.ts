import { msOf, type QueryScope, run } from './run.js'
import { seriesSourceOf } from './source.js'

export interface LatencyPoint {
  /** Milliseconds since the epoch at which the step begins. */
  readonly at: number
  readonly count: number
  readonly errors: number
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
}

interface Row {
  at: number
  count: number
  failed: number
  p50: number | null
  p95: number | null
  p99: number | null
}

export interface SeriesQuestion {
  /** Undefined: all operations together. */
  readonly operation: string | undefined
  readonly windowS: number
  readonly points: number
}

/**
 * Percentiles over time, oldest first, one point a step and none left out: a step in which nothing ran has count 0. The
 * step is the window divided by `points`, rounded up to whole seconds, and beyond a minute to what the roll-up can tell.
 */
export async function latencySeries(scope: QueryScope, question: SeriesQuestion): Promise<LatencyPoint[]> {
  const { operation, windowS, points } = question
  const wanted = Math.max(1, Math.ceil(windowS / points))
  const { table, grainS } = seriesSourceOf(windowS, wanted)
  const stepS = Math.ceil(wanted / grainS) * grainS
  const rows = await run<Row>(
    scope,
    `SELECT toUnixTimestamp(toStartOfInterval(t, INTERVAL {stepS:UInt32} SECOND)) AS at, sum(n) AS count,
            sum(errors) AS failed, sumMap(hist) AS h, obs_quantile_us(h, 0.5) AS p50,
            obs_quantile_us(h, 0.95) AS p95, obs_quantile_us(h, 0.99) AS p99
     FROM ${table}
     WHERE t >= toStartOfInterval(now() - {windowS:UInt32}, INTERVAL {stepS:UInt32} SECOND)
       AND t <= now() AND ({all:UInt8} OR operation = {operation:String})
     GROUP BY at
     ORDER BY at WITH FILL
       FROM toUnixTimestamp(toStartOfInterval(now() - {windowS:UInt32}, INTERVAL {stepS:UInt32} SECOND))
       TO toUnixTimestamp(now()) + 1 STEP {stepS:UInt32}`,
    { windowS, stepS, operation: operation ?? '', all: operation === undefined ? 1 : 0 },
  )
  return rows.map(({ at, count, failed, p50, p95, p99 }) => ({
    at: at * 1_000,
    count,
    errors: failed,
    p50Ms: count === 0 ? null : msOf(p50),
    p95Ms: count === 0 ? null : msOf(p95),
    p99Ms: count === 0 ? null : msOf(p99),
  }))
}
