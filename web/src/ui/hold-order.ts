import { useRef } from 'react'

/** Rows in the order in which their keys stood before; rows that are new come last, rows that are gone go. Pure. */
export function holdOrder<Row>(
  before: readonly string[],
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): readonly Row[] {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]))
  const kept: Row[] = []
  for (const key of before) {
    const row = byKey.get(key)
    if (row === undefined) continue
    kept.push(row)
    byKey.delete(key)
  }
  return [...kept, ...byKey.values()]
}

/**
 * While `held` (the pointer is in the table), values go on changing and rows stay where they are. `reason` changes when
 * the person asks for another order: that is followed at once.
 */
export function useHeldOrder<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  held: boolean,
  reason: string,
): readonly Row[] {
  const last = useRef<{ keys: readonly string[]; reason: string }>({ keys: [], reason })
  const holds = held && last.current.reason === reason && last.current.keys.length > 0
  const shown = holds ? holdOrder(last.current.keys, rows, keyOf) : rows
  last.current = { keys: shown.map(keyOf), reason }
  return shown
}
