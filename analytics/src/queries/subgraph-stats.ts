import { type Percentiles, percentilesOf, QUANTILES, type Quantiles } from './percentiles.js'
import { type QueryScope, run } from './run.js'
import { RAW_BUCKET, RAW_UNTIL_S } from './source.js'

export interface SubgraphStats extends Percentiles {
  readonly subgraph: string
  readonly count: number
  readonly errors: number
}

interface Row extends Quantiles {
  subgraph: string
  count: number
  failed: number
}

const RAW = `SELECT subgraph, sum(n) AS count, sum(errors) AS failed, sumMap(map(bucket, n)) AS h,
       ${QUANTILES}
FROM (
  SELECT subgraph, ${RAW_BUCKET} AS bucket, count() AS n, countIf(status NOT IN ('ok', 'cancelled')) AS errors
  FROM obs.fetches WHERE ts >= now64(3) - {windowS:UInt32} GROUP BY subgraph, bucket
)
GROUP BY subgraph ORDER BY subgraph`

const MINUTES = `SELECT subgraph, sum(n) AS count, sum(errors) AS failed, sumMap(hist) AS h, ${QUANTILES}
FROM obs.fetches_1m
WHERE t >= toStartOfMinute(now() - {windowS:UInt32})
GROUP BY subgraph ORDER BY subgraph`

/** What the gateway's fetches from each subgraph took, by name. */
export async function subgraphStats(scope: QueryScope, windowS: number): Promise<SubgraphStats[]> {
  const rows = await run<Row>(scope, windowS <= RAW_UNTIL_S ? RAW : MINUTES, { windowS })
  return rows.map(({ subgraph, count, failed, ...quantiles }) => ({
    subgraph,
    count,
    errors: failed,
    ...percentilesOf(quantiles),
  }))
}
