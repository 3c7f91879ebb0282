import { msOf, type QueryScope, run } from './run.js'
import { RAW_BUCKET, RAW_UNTIL_S } from './source.js'

export interface TierStats {
  readonly tier: string
  readonly requests: number
  readonly hits: number
  readonly misses: number
  readonly errors: number
  readonly hitRatio: number | null
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
}

interface Row {
  tier: string
  requests: number
  hit: number
  missed: number
  failed: number
  p50: number | null
  p95: number | null
  p99: number | null
}

const RAW = `SELECT tier, sum(n) AS requests, sum(hits) AS hit, sum(misses) AS missed, sum(errors) AS failed,
       sumMap(map(bucket, n)) AS h, obs_quantile_us(h, 0.5) AS p50, obs_quantile_us(h, 0.95) AS p95,
       obs_quantile_us(h, 0.99) AS p99
FROM (
  SELECT tier, ${RAW_BUCKET} AS bucket, count() AS n, countIf(outcome = 'HIT') AS hits,
         countIf(outcome = 'PASS') AS misses, countIf(outcome IN ('ERROR', 'TIMEOUT')) AS errors
  FROM obs.tiers WHERE ts >= now64(3) - {windowS:UInt32} AND outcome != 'SKIPPED' GROUP BY tier, bucket
)
GROUP BY tier ORDER BY tier`

const MINUTES = `SELECT tier, sum(n) AS requests, sum(hits) AS hit, sum(misses) AS missed, sum(errors) AS failed,
       sumMap(hist) AS h, obs_quantile_us(h, 0.5) AS p50, obs_quantile_us(h, 0.95) AS p95,
       obs_quantile_us(h, 0.99) AS p99
FROM obs.tiers_1m
WHERE t >= toStartOfMinute(now() - {windowS:UInt32})
GROUP BY tier ORDER BY tier`

/** What each tier was asked and answered, in the order of the tiers. Tiers that were skipped are not counted. */
export async function tierStats(scope: QueryScope, windowS: number): Promise<TierStats[]> {
  const rows = await run<Row>(scope, windowS <= RAW_UNTIL_S ? RAW : MINUTES, { windowS })
  return rows.map(({ tier, requests, hit, missed, failed, p50, p95, p99 }) => ({
    tier,
    requests,
    hits: hit,
    misses: missed,
    errors: failed,
    hitRatio: hit + missed === 0 ? null : hit / (hit + missed),
    p50Ms: msOf(p50),
    p95Ms: msOf(p95),
    p99Ms: msOf(p99),
  }))
}
