import { type Percentiles, percentilesOf, QUANTILES, type Quantiles } from './percentiles.js'
import { type QueryScope, run } from './run.js'
import { RAW_BUCKET, RAW_UNTIL_S } from './source.js'

export interface TierStats extends Percentiles {
  readonly tier: string
  readonly requests: number
  readonly hits: number
  readonly misses: number
  readonly errors: number
  readonly hitRatio: number | null
}

interface Row extends Quantiles {
  tier: string
  requests: number
  hit: number
  missed: number
  failed: number
}

const RAW = `SELECT tier, sum(n) AS requests, sum(hits) AS hit, sum(misses) AS missed, sum(errors) AS failed,
       sumMap(map(bucket, n)) AS h, ${QUANTILES}
FROM (
  SELECT tier, ${RAW_BUCKET} AS bucket, count() AS n, countIf(outcome = 'HIT') AS hits,
         countIf(outcome = 'PASS') AS misses, countIf(outcome IN ('ERROR', 'TIMEOUT')) AS errors
  FROM obs.tiers WHERE ts >= now64(3) - {windowS:UInt32} AND outcome != 'SKIPPED' GROUP BY tier, bucket
)
GROUP BY tier ORDER BY tier`

const MINUTES = `SELECT tier, sum(n) AS requests, sum(hits) AS hit, sum(misses) AS missed, sum(errors) AS failed,
       sumMap(hist) AS h, ${QUANTILES}
FROM obs.tiers_1m
WHERE t >= toStartOfMinute(now() - {windowS:UInt32})
GROUP BY tier ORDER BY tier`

/** What each tier was asked and answered, in the order of the tiers. Tiers that were skipped are not counted. */
export async function tierStats(scope: QueryScope, windowS: number): Promise<TierStats[]> {
  const rows = await run<Row>(scope, windowS <= RAW_UNTIL_S ? RAW : MINUTES, { windowS })
  return rows.map(({ tier, requests, hit, missed, failed, ...quantiles }) => ({
    tier,
    requests,
    hits: hit,
    misses: missed,
    errors: failed,
    hitRatio: hit + missed === 0 ? null : hit / (hit + missed),
    ...percentilesOf(quantiles),
  }))
}
