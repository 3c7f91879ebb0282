import type { OperationsTableData } from '../../graph/generated/results.js'
import type { ColumnId } from './operations-search.js'

export type OperationRow = OperationsTableData['operations'][number]

/** What a column is sorted by; null sorts last in both directions. `live` is a picture and has no order. */
export const SORT_VALUES = {
  name: (row) => row.name,
  type: (row) => row.type,
  live: () => null,
  rate: (row) => row.ratePerSecond,
  count: (row) => row.count,
  p50: (row) => row.p50Ms,
  p95: (row) => row.p95Ms,
  p99: (row) => row.p99Ms,
  max: (row) => row.maxMs,
  errors: (row) => row.errors,
  errorRate: (row) => row.errorRate,
  impact: (row) => row.totalMs,
} as const satisfies Record<ColumnId, (row: OperationRow) => string | number | null>

/** Compares two rows by a column, ascending. Ties are broken by name, so that equal rows never swap. */
export function compareRows(id: ColumnId, a: OperationRow, b: OperationRow): number {
  const left = SORT_VALUES[id](a)
  const right = SORT_VALUES[id](b)
  if (typeof left === 'string' && typeof right === 'string') return left.localeCompare(right)
  return Number(left) - Number(right) || b.name.localeCompare(a.name)
}
