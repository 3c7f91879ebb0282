import type { FetchRow, OperationRow, StopRow } from '@lighthouse/contract/operation-row'

/** Keeps rows in memory, as a recorder's caller sees it. */
export function recording() {
  const operations: OperationRow[] = []
  const fetches: FetchRow[] = []
  const stops: StopRow[] = []
  return {
    operations,
    fetches,
    stops,
    operation: (row: OperationRow) => void operations.push(row),
    fetch: (row: FetchRow) => void fetches.push(row),
    stop: (row: StopRow) => void stops.push(row),
  }
}
