import { msOf, type QueryScope, run } from './run.js'
import { sourceOf } from './source.js'

export interface Latency {
  readonly operation: string
  readonly count: number
  readonly errors: number
  readonly p50Ms: number | null
  readonly p90Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
  readonly p999Ms: number | null
  readonly meanMs: number | null
  readonly maxMs: number | null
}

interface Row {
  count: number
  failed: number
  mean: number | null
  top: number
  q: (number | null)[]
}

const LEVELS = [0.5, 0.9, 0.95, 0.99, 0.999]

/**
 * Percentiles of one operation over the last `windowS` seconds, within 1 % (the histogram's bound); mean and maximum
 * are exact. Windows above 15 minutes begin at a whole minute, above 30 days at a whole hour.
 */
export async function latency(scope: QueryScope, operation: string, windowS: number): Promise<Latency> {
  const { table, grainS } = sourceOf(windowS)
  const [row] = await run<Row>(
    scope,
    `SELECT sum(n) AS count, sum(errors) AS failed, if(count = 0, NULL, sum(sum_us) / count) AS mean,
            max(max_us) AS top, sumMap(hist) AS h,
            arrayMap(p -> obs_quantile_us(h, p), {levels:Array(Float64)}) AS q
     FROM ${table}
     WHERE operation = {operation:String}
       AND t >= toStartOfInterval(now() - {windowS:UInt32}, INTERVAL {grainS:UInt32} SECOND)`,
    { operation, windowS, grainS, levels: LEVELS },
  )
  const { count = 0, failed = 0, mean = null, top = 0, q = [] } = row ?? {}
  const at = (index: number): number | null => (count === 0 ? null : msOf(q[index] ?? null))
  return {
    operation,
    count,
    errors: failed,
    p50Ms: at(0),
    p90Ms: at(1),
    p95Ms: at(2),
    p99Ms: at(3),
    p999Ms: at(4),
    meanMs: msOf(mean),
    maxMs: count === 0 ? null : top / 1_000,
  }
}
