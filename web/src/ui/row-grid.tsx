import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useKeys } from './keys.js'

export interface GridColumn<Row> {
  readonly id: string
  readonly head: string
  /** A CSS grid track. */
  readonly width: string
  readonly right?: boolean
  readonly sortable?: boolean
  cell(row: Row): ReactNode
}

interface RowGridProps<Row> {
  readonly label: string
  readonly columns: readonly GridColumn<Row>[]
  readonly rows: readonly Row[]
  keyOf(row: Row): string
  readonly sort?: { readonly id: string; readonly desc: boolean }
  onSort?(id: string): void
  /** Key of the row whose details are open. */
  readonly opened: string | undefined
  onOpen(row: Row): void
  /** Called as the pointer comes into and leaves the rows. */
  onPointer?(inside: boolean): void
  /** Called as the rows are scrolled away from the top and back to it. */
  onScrolled?(scrolled: boolean): void
  readonly empty: ReactNode
}

const ROW_PX = 32

function nextIndex(key: string, index: number, last: number): number {
  const moves: Readonly<Record<string, number>> = {
    j: index + 1,
    ArrowDown: index + 1,
    k: index - 1,
    ArrowUp: index - 1,
    Home: 0,
    End: last,
  }
  return Math.max(0, Math.min(last, moves[key] ?? index))
}

/** A virtualised grid of rows: sticky header, sort by any column, j/k/Enter; the row is a target as a whole. */
export function RowGrid<Row>(props: RowGridProps<Row>) {
  const { columns, rows, keyOf, sort, opened, onOpen } = props
  const box = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState<string>()
  const tracks = columns.map((column) => column.width).join(' ')
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
  })
  const indexOf = (key: string | undefined): number =>
    key === undefined ? -1 : rows.findIndex((row) => keyOf(row) === key)

  const move = (event: KeyboardEvent): void => {
    const before = indexOf(active ?? opened)
    const row = rows[before === -1 && event.key !== 'End' ? 0 : nextIndex(event.key, before, rows.length - 1)]
    if (row === undefined) return
    setActive(keyOf(row))
    virtual.scrollToIndex(rows.indexOf(row))
    if (opened !== undefined) onOpen(row)
  }
  useKeys({
    j: move,
    k: move,
    Enter: () => {
      const row = rows[indexOf(active)]
      if (row !== undefined) onOpen(row)
    },
  })
  useEffect(() => {
    if (opened !== undefined) setActive(opened)
  }, [opened])

  return (
    <div
      ref={box}
      role="grid"
      aria-label={props.label}
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length}
      tabIndex={0}
      className="h-full min-h-0 overflow-auto text-table outline-offset-[-2px]!"
      onScroll={(event) => props.onScrolled?.(event.currentTarget.scrollTop > 0)}
      onKeyDown={(event) => {
        if (['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(event.key)) {
          event.preventDefault()
          move(event.nativeEvent)
        }
      }}
    >
      <div role="rowgroup" className="sticky top-0 z-10 min-w-max bg-panel">
        <div
          role="row"
          aria-rowindex={1}
          className="hairline-b grid px-4"
          style={{ gridTemplateColumns: tracks }}
        >
          {columns.map((column) => (
            <Head key={column.id} column={column} sort={sort} onSort={props.onSort} />
          ))}
        </div>
      </div>
      {rows.length === 0 ? (
        <div role="rowgroup">
          <div role="row">
            <div role="gridcell">{props.empty}</div>
          </div>
        </div>
      ) : (
        <div
          role="rowgroup"
          className="relative min-w-max"
          style={{ height: virtual.getTotalSize() }}
          onPointerEnter={() => props.onPointer?.(true)}
          onPointerLeave={() => props.onPointer?.(false)}
        >
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index]
            if (row === undefined) return null
            const key = keyOf(row)
            return (
              // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and moves the active row
              <div
                key={key}
                role="row"
                aria-rowindex={item.index + 2}
                aria-selected={key === opened}
                data-active={key === active}
                data-key={key}
                className="row-line absolute top-0 left-0 grid w-full cursor-pointer items-center px-4 hover:bg-hover data-[active=true]:bg-beam-wash data-[active=true]:shadow-[inset_2px_0_0_var(--beam)]"
                style={{
                  gridTemplateColumns: tracks,
                  height: ROW_PX,
                  transform: `translateY(${item.start}px)`,
                }}
                onClick={() => {
                  setActive(key)
                  onOpen(row)
                }}
                onKeyDown={() => undefined}
              >
                {columns.map((column) => (
                  <div
                    key={column.id}
                    role="gridcell"
                    className={`min-w-0 truncate px-1.5 ${column.right === true ? 'text-right font-mono' : ''}`}
                  >
                    {column.cell(row)}
                  </div>
                ))}
              </div>
            )
          })}
        </div>
      )}
    </div>
  )
}

function Head<Row>({
  column,
  sort,
  onSort,
}: {
  readonly column: GridColumn<Row>
  readonly sort: RowGridProps<Row>['sort']
  readonly onSort: RowGridProps<Row>['onSort']
}) {
  const sorted = sort?.id === column.id
  const right = column.right === true
  const Arrow = sort?.desc === false ? ArrowUp : ArrowDown
  const order = sorted ? (sort?.desc === true ? 'descending' : 'ascending') : 'none'
  return (
    <div
      role="columnheader"
      {...(column.sortable === true ? { 'aria-sort': order } : {})}
      className={`flex h-8 items-center px-1.5 text-label font-medium ${sorted ? 'text-text' : 'text-faint'} ${right ? 'justify-end' : ''}`}
    >
      {column.sortable === true ? (
        <button
          type="button"
          className={`inline-flex items-center gap-1 hover:text-text ${right ? 'flex-row-reverse' : ''}`}
          onClick={() => onSort?.(column.id)}
        >
          {column.head}
          <Arrow size={11} className={sorted ? 'text-beam' : 'invisible'} aria-hidden />
        </button>
      ) : (
        column.head
      )}
    </div>
  )
}
