import {
  columnVisibilityFeature,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table'
import { useMemo } from 'react'
import { COLUMN_IDS, type ColumnId, type Sort } from './operations-search.js'
import { compareRows, type OperationRow, SORT_VALUES } from './sort-rows.js'

const features = tableFeatures({
  rowSortingFeature,
  columnVisibilityFeature,
  sortedRowModel: createSortedRowModel(),
})

const definitions = COLUMN_IDS.map((id) => ({
  id,
  accessorFn: (row: OperationRow) => SORT_VALUES[id](row) ?? undefined,
  // A missing percentile is neither best nor worst: last, whichever way.
  sortUndefined: 'last' as const,
  sortFn: (a: { original: OperationRow }, b: { original: OperationRow }) =>
    compareRows(id, a.original, b.original),
}))

/** The rows in the order, and the columns in the choice, that the URL names. The URL owns both; the table computes. */
export function useOperationsTable(
  rows: readonly OperationRow[],
  sort: Sort,
  shown: readonly ColumnId[],
): { readonly sorted: readonly OperationRow[]; readonly columns: readonly ColumnId[] } {
  const data = useMemo(() => [...rows], [rows])
  const state = useMemo(
    () => ({
      sorting: [{ id: sort.id, desc: sort.desc }],
      columnVisibility: Object.fromEntries(COLUMN_IDS.map((id) => [id, shown.includes(id)])),
    }),
    [sort.id, sort.desc, shown],
  )
  const table = useTable({
    features,
    columns: definitions,
    data,
    state,
    getRowId: (row) => `${row.type} ${row.name}`,
  })
  return {
    sorted: table.getRowModel().rows.map((row) => row.original),
    columns: table.getVisibleLeafColumns().map((column) => column.id as ColumnId),
  }
}
