import { useNavigate, useSearch } from '@tanstack/react-router'
import { Columns3 } from 'lucide-react'
import { useDeferredValue, useMemo, useState } from 'react'
import { OperationsTable, TEXTS } from '../../graph/documents.js'
import { useAnswer } from '../../graph/use-answer.js'
import { FilterField } from '../../ui/filter-field.js'
import { useHeldOrder } from '../../ui/hold-order.js'
import { Menu } from '../../ui/menu.js'
import { moment } from '../../ui/moment.js'
import { RowGrid } from '../../ui/row-grid.js'
import { SaveMenu } from '../../ui/save-menu.js'
import { EmptyState, FailureNote, Skeleton } from '../../ui/states.js'
import { windowOf } from '../../ui/time-range.js'
import { useTime } from '../../ui/use-time.js'
import { gridColumns } from './columns.js'
import { OperationDrawer } from './operation-drawer.js'
import {
  COLUMN_IDS,
  type ColumnId,
  type OperationsSearch,
  readColumns,
  readSort,
  writeColumns,
  writeSort,
} from './operations-search.js'
import type { OperationRow } from './sort-rows.js'
import { useOperationsTable } from './use-operations-table.js'

/** The most that the table asks for; the graph's own default is 200. */
const MOST = 1_000
const NO_ROWS: readonly OperationRow[] = []
/** One name may be both a query's and a mutation's. */
const keyOf = (row: OperationRow): string => `${row.type} ${row.name}`

/** Every operation of the range, by impact unless asked otherwise. */
export function OperationsView() {
  const search = useSearch({ from: '/operations' })
  const navigate = useNavigate({ from: '/operations' })
  const time = useTime()
  const [inside, setInside] = useState(false)
  const { window } = useMemo(() => windowOf(time.range, Date.now(), 1), [time.range])
  const variables = { window, first: MOST }
  const answer = useAnswer(OperationsTable, variables, { everyMs: time.range.follow ? 5_000 : 0 })
  const all = useDeferredValue(answer.data?.operations ?? NO_ROWS)
  const text = (search.q ?? '').toLowerCase()
  const asked = useMemo(
    () => (text === '' ? all : all.filter((row) => row.name.toLowerCase().includes(text))),
    [all, text],
  )
  const sort = readSort(search.sort)
  const shown = useMemo(() => readColumns(search.cols), [search.cols])
  const { sorted, columns } = useOperationsTable(asked, sort, shown)
  const rows = useHeldOrder(sorted, keyOf, inside, `${sort.id} ${sort.desc} ${text}`)
  const largestMs = useMemo(() => Math.max(0, ...all.map((row) => row.totalMs)), [all])
  const heads = useMemo(() => gridColumns(largestMs), [largestMs])

  const openedRow = search.op === undefined ? undefined : rows.find((row) => row.name === search.op)
  const put = (change: Partial<Record<keyof OperationsSearch, string | undefined>>): void =>
    void navigate({
      search: (before) =>
        Object.fromEntries(
          Object.entries({ ...before, ...change }).filter(([, value]) => value !== undefined && value !== ''),
        ),
      replace: true,
    })
  const onSort = (id: string): void => {
    const next = id as ColumnId
    const desc = sort.id === next ? !sort.desc : next !== 'name' && next !== 'type'
    put({ sort: writeSort({ id: next, desc }) })
  }

  return (
    <div className="mx-auto flex h-full max-w-[1680px] flex-col gap-3 p-5">
      <header className="flex flex-wrap items-center gap-2">
        <h1 className="mr-2 text-title tracking-[-0.01em]">Operations</h1>
        <span className="text-soft" aria-live="polite">
          {answer.first ? '' : `${rows.length} of ${all.length}`}
        </span>
        {!time.range.follow && (
          <span className="text-soft">
            counted from {moment(time.range.from, 'full', time.zone)} until now
          </span>
        )}
        {inside && time.range.follow && <span className="label">order held while you point at it</span>}
        <div className="ml-auto flex items-center gap-2">
          <FilterField label="Filter operations" value={search.q ?? ''} onChange={(q) => put({ q })} />
          <Menu
            label="Columns"
            className="framed-button w-8 justify-center px-0!"
            face={<Columns3 size={14} aria-hidden />}
            entries={COLUMN_IDS.filter((id) => id !== 'name').map((id) => ({
              word: heads[id].head,
              checked: shown.includes(id),
              onSelect: () =>
                put({
                  cols: writeColumns(
                    shown.includes(id) ? shown.filter((other) => other !== id) : [...shown, id],
                  ),
                }),
            }))}
          />
          <SaveMenu
            name="operations"
            source={{ document: TEXTS.OperationsTable, variables }}
            rows={() => [...rows]}
          />
        </div>
      </header>
      {answer.failure !== undefined && (
        <FailureNote what="Operations" failure={answer.failure} onRetry={answer.refresh} />
      )}
      <section className="card min-h-0 flex-1 overflow-hidden" aria-label="Operations of the range">
        {answer.first ? (
          <Skeleton rows={14} />
        ) : (
          <RowGrid
            label="Operations"
            columns={columns.map((id) => heads[id])}
            rows={rows}
            keyOf={keyOf}
            sort={sort}
            onSort={onSort}
            opened={openedRow === undefined ? undefined : keyOf(openedRow)}
            onOpen={(row) => put({ op: row.name })}
            onPointer={setInside}
            empty={
              text === '' ? (
                <EmptyState title="No operations in this range" command="npx lighthouse validate 'ls -la'">
                  Each one that passes the gateway is listed here. This sends one:
                </EmptyState>
              ) : (
                <EmptyState title={`No operation's name contains “${search.q}”`}>
                  Escape empties the filter.
                </EmptyState>
              )
            }
          />
        )}
      </section>
      {search.op !== undefined && <OperationDrawer name={search.op} onClose={() => put({ op: undefined })} />}
    </div>
  )
}
