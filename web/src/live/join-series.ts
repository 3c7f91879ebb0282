import type { Ring } from './ring.js'

/** Columns beside moments (seconds since the epoch, ascending); null is a gap. What uPlot takes. */
export interface Series<Column extends string> {
  readonly times: readonly number[]
  readonly columns: Readonly<Record<Column, readonly (number | null)[]>>
}

export interface JoinOptions {
  /** Seconds since the epoch; rows outside are left out. */
  readonly from: number
  readonly to: number
  /** Seconds between two points of the history: more than three of them without a row is drawn as a gap. */
  readonly stepS: number
  /** History after this is left out (the newest step is still being counted). Seconds since the epoch. */
  readonly historyTo?: number
  /** Whether live rows may stand in for history (short ranges) or only come after it (long ranges). */
  readonly prefer: 'live' | 'history'
}

/** Two live rows further apart than this have a hole between them, which history may fill. Seconds. */
const LIVE_HOLE_S = 3

interface Row<Column extends string> {
  readonly at: number
  readonly source: 'history' | 'live'
  readonly value: (name: Column) => number | null
}

/**
 * One line from what ClickHouse remembers and what came live since: history before the first live row, live rows after,
 * history again inside the holes that a lost connection left, and an explicit gap where neither knows anything.
 */
export function joinSeries<Column extends string>(
  columns: readonly Column[],
  history: Series<Column>,
  ring: Ring<Column>,
  options: JoinOptions,
): Series<Column> {
  const times: number[] = []
  const values = columns.map((): (number | null)[] => [])
  const put = (row: Row<Column>): void => {
    const before = times.at(-1)
    const step = row.source === 'history' ? options.stepS : Math.max(LIVE_HOLE_S, options.stepS)
    if (before !== undefined && row.at - before > step * 3) {
      times.push(before + (row.at - before) / 2)
      for (const column of values) column.push(null)
    }
    times.push(row.at)
    columns.forEach((name, index) => values[index]?.push(row.value(name)))
  }
  for (const row of merged(columns, history, ring, options))
    if (row.at >= options.from && row.at <= options.to) put(row)
  return {
    times,
    columns: Object.fromEntries(columns.map((name, index) => [name, values[index] ?? []])) as Record<
      Column,
      (number | null)[]
    >,
  }
}

function* merged<Column extends string>(
  columns: readonly Column[],
  history: Series<Column>,
  ring: Ring<Column>,
  options: JoinOptions,
): Generator<Row<Column>> {
  const live = ring.times()
  const { historyTo = Number.POSITIVE_INFINITY } = options
  const counted = history.times.findLastIndex((at) => at <= historyTo) + 1
  const lastHistory = history.times[counted - 1] ?? Number.NEGATIVE_INFINITY
  const liveColumns = new Map(columns.map((name) => [name, ring.column(name)]))
  let past = 0
  const pastRow = (index: number): Row<Column> => ({
    at: history.times[index] ?? 0,
    source: 'history',
    value: (name) => history.columns[name][index] ?? null,
  })
  let before = Number.NEGATIVE_INFINITY
  for (let index = 0; index < live.length; index += 1) {
    const at = live[index] ?? 0
    if (options.prefer === 'history' && at <= lastHistory) continue
    const hole = at - before > LIVE_HOLE_S
    for (; past < counted && (history.times[past] ?? 0) < at; past += 1) {
      if (hole && (history.times[past] ?? 0) > before) yield pastRow(past)
    }
    yield { at, source: 'live', value: (name) => orNull(liveColumns.get(name)?.[index]) }
    before = at
  }
  for (; past < counted; past += 1) {
    if ((history.times[past] ?? 0) > before) yield pastRow(past)
  }
}

function orNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value
}
