import { type Percentiles, percentilesOf, QUANTILES, type Quantiles } from './percentiles.js'
import { type QueryScope, run } from './run.js'
import { sourceOf } from './source.js'

/** What operations can be sorted by, and how. */
const ORDERS = {
  IMPACT: 'total DESC',
  COUNT: 'count DESC',
  P50: 'p50 DESC',
  P95: 'p95 DESC',
  P99: 'p99 DESC',
  ERRORS: 'failed DESC',
  NAME: 'operation ASC',
} as const
export type OperationSort = keyof typeof ORDERS

export interface OperationStats extends Percentiles {
  readonly name: string
  readonly type: string
  readonly count: number
  readonly errors: number
  readonly errorRate: number
  readonly ratePerSecond: number
  readonly maxMs: number | null
  readonly totalMs: number
}

interface Row extends Quantiles {
  operation: string
  type: string
  count: number
  failed: number
  total: number
  top: number
}

export interface OperationsQuestion {
  readonly windowS: number
  readonly first: number
  readonly sort: OperationSort
}

/** Every operation that ran in the window, at most `first`, sorted; ties by name. */
export async function operations(scope: QueryScope, question: OperationsQuestion): Promise<OperationStats[]> {
  const { windowS, first, sort } = question
  const { table, grainS } = sourceOf(windowS)
  const rows = await run<Row>(
    scope,
    `SELECT operation, type, sum(n) AS count, sum(errors) AS failed, sum(sum_us) AS total, max(max_us) AS top,
            sumMap(hist) AS h, ${QUANTILES}
     FROM ${table}
     WHERE t >= toStartOfInterval(now() - {windowS:UInt32}, INTERVAL {grainS:UInt32} SECOND)
     GROUP BY operation, type
     ORDER BY ${ORDERS[sort]}, operation ASC, type ASC
     LIMIT {first:UInt32}`,
    { windowS, grainS, first },
  )
  return rows.map((row) => ({
    name: row.operation,
    type: row.type,
    count: row.count,
    errors: row.failed,
    errorRate: row.failed / row.count,
    ratePerSecond: row.count / windowS,
    ...percentilesOf(row),
    maxMs: row.top / 1_000,
    totalMs: row.total / 1_000,
  }))
}
