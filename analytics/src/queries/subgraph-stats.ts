import { msOf, type QueryScope, run } from './run.js'
import { RAW_BUCKET, RAW_UNTIL_S } from './source.js'

export interface SubgraphStats {
  readonly subgraph: string
  readonly count: number
  readonly errors: number
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
}

interface Row {
  subgraph: string
  count: number
  failed: number
  p50: number | null
  p95: number | null
  p99: number | null
}

const MEASURES = `sumMap(hist) AS h, obs_quantile_us(h, 0.5) AS p50, obs_quantile_us(h, 0.95) AS p95,
       obs_quantile_us(h, 0.99) AS p99`

const RAW = `SELECT subgraph, sum(n) AS count, sum(errors) AS failed, sumMap(map(bucket, n)) AS h,
       obs_quantile_us(h, 0.5) AS p50, obs_quantile_us(h, 0.95) AS p95, obs_quantile_us(h, 0.99) AS p99
FROM (
  SELECT subgraph, ${RAW_BUCKET} AS bucket, count() AS n, countIf(status NOT IN ('ok', 'cancelled')) AS errors
  FROM obs.fetches WHERE ts >= now64(3) - {windowS:UInt32} GROUP BY subgraph, bucket
)
GROUP BY subgraph ORDER BY subgraph`

const MINUTES = `SELECT subgraph, sum(n) AS count, sum(errors) AS failed, ${MEASURES}
FROM obs.fetches_1m
WHERE t >= toStartOfMinute(now() - {windowS:UInt32})
GROUP BY subgraph ORDER BY subgraph`

/** What the gateway's fetches from each subgraph took, by name. */
export async function subgraphStats(scope: QueryScope, windowS: number): Promise<SubgraphStats[]> {
  const rows = await run<Row>(scope, windowS <= RAW_UNTIL_S ? RAW : MINUTES, { windowS })
  return rows.map(({ subgraph, count, failed, p50, p95, p99 }) => ({
    subgraph,
    count,
    errors: failed,
    p50Ms: msOf(p50),
    p95Ms: msOf(p95),
    p99Ms: msOf(p99),
  }))
}
