import { Sparkline } from '../../chart/sparkline.js'
import { Figure } from '../../ui/figure.js'
import { count, duration, percent, rate } from '../../ui/quantity.js'
import type { GridColumn } from '../../ui/row-grid.js'
import type { ColumnId } from './operations-search.js'
import type { OperationRow } from './sort-rows.js'

const figure = (
  id: ColumnId,
  head: string,
  width: string,
  cell: (
    row: OperationRow,
  ) => GridColumn<OperationRow>['cell'] extends (row: never) => infer Node ? Node : never,
): GridColumn<OperationRow> => ({ id, head, width, right: true, sortable: true, cell })

/** How each column is headed and drawn. `share` is the impact of the row against the largest, 0 to 1. */
export function gridColumns(largestMs: number): Readonly<Record<ColumnId, GridColumn<OperationRow>>> {
  return {
    name: {
      id: 'name',
      head: 'Operation',
      width: 'minmax(220px, 1fr)',
      sortable: true,
      cell: (row) => (
        <span className="font-mono" title={row.name}>
          {row.name}
        </span>
      ),
    },
    type: {
      id: 'type',
      head: 'Type',
      width: '96px',
      sortable: true,
      cell: (row) => <span className="text-soft">{row.type}</span>,
    },
    live: { id: 'live', head: 'Live p95', width: '104px', cell: (row) => <Sparkline operation={row.name} /> },
    rate: figure('rate', 'Rate', '92px', (row) => <Figure value={rate(row.ratePerSecond)} />),
    count: figure('count', 'Count', '92px', (row) => <Figure value={count(row.count)} />),
    p50: figure('p50', 'p50', '88px', (row) => <Figure value={duration(row.p50Ms)} />),
    p95: figure('p95', 'p95', '88px', (row) => <Figure value={duration(row.p95Ms)} />),
    p99: figure('p99', 'p99', '88px', (row) => <Figure value={duration(row.p99Ms)} />),
    max: figure('max', 'Max', '88px', (row) => <Figure value={duration(row.maxMs)} />),
    errors: figure('errors', 'Errors', '80px', (row) => <Figure value={count(row.errors)} />),
    errorRate: figure('errorRate', 'Error rate', '92px', (row) => (
      <span className={row.errorRate >= 0.01 ? 'text-bad' : ''}>
        {row.errorRate >= 0.01 && <span aria-hidden>▲ </span>}
        <Figure value={percent(row.errorRate)} />
      </span>
    )),
    impact: figure('impact', 'Total time', '188px', (row) => (
      <span className="flex items-center justify-between gap-2">
        <span className="ml-3 h-1 w-14 shrink-0 rounded-full bg-hover" aria-hidden>
          <span
            className="block h-1 rounded-full bg-(--rate)"
            style={{ width: `${largestMs === 0 ? 0 : (100 * row.totalMs) / largestMs}%` }}
          />
        </span>
        <Figure value={duration(row.totalMs)} />
      </span>
    )),
  }
}
