import { type Percentiles, percentilesOf, QUANTILES, type Quantiles } from './percentiles.js'
import { type QueryScope, run } from './run.js'
import { seriesSourceOf } from './source.js'

export interface LatencyPoint extends Percentiles {
  /** Milliseconds since the epoch at which the step begins. */
  readonly at: number
  readonly count: number
  readonly errors: number
}

interface Row extends Quantiles {
  at: number
  count: number
  failed: number
}

/** Of a step that is filled in. */
const NOTHING: Quantiles = { p50: null, p95: null, p99: null }

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
            sum(errors) AS failed, sumMap(hist) AS h, ${QUANTILES}
     FROM ${table}
     WHERE t >= toStartOfInterval(now() - {windowS:UInt32}, INTERVAL {stepS:UInt32} SECOND)
       AND t <= now() AND ({all:UInt8} OR operation = {operation:String})
     GROUP BY at
     ORDER BY at WITH FILL
       FROM toUnixTimestamp(toStartOfInterval(now() - {windowS:UInt32}, INTERVAL {stepS:UInt32} SECOND))
       TO toUnixTimestamp(now()) + 1 STEP {stepS:UInt32}`,
    { windowS, stepS, operation: operation ?? '', all: operation === undefined ? 1 : 0 },
  )
  return rows.map(({ at, count, failed, ...quantiles }) => ({
    at: at * 1_000,
    count,
    errors: failed,
    ...percentilesOf(count === 0 ? NOTHING : quantiles),
  }))
}
