/**
 * A fixed number of the newest rows of numbers, columnar. At the bound the oldest row is overwritten, so an open tab
 * holds the same memory after a day as after a minute. Each value is written twice, a capacity apart, so that a
 * contiguous view of the newest rows always exists and reading copies nothing.
 */
export interface Ring<Column extends string> {
  readonly capacity: number
  /** How many rows are held, at most `capacity`. */
  readonly length: number
  /** The moment of the newest row, in the unit that was pushed; NaN when empty. */
  readonly newestAt: number
  /** Adds a row. A row at or before the newest moment is refused (false): time only goes forward. NaN means no value. */
  push(at: number, values: Readonly<Record<Column, number>>): boolean
  /** The moments, oldest first. A view that the next push changes: read it, do not keep it. */
  times(): Float64Array
  /** The values of one column, beside {@link times}. Same caution. */
  column(name: Column): Float64Array
  clear(): void
}

/** Makes an empty ring of `capacity` rows (a positive whole number, else it throws). */
export function createRing<Column extends string>(
  columns: readonly Column[],
  capacity: number,
): Ring<Column> {
  if (!Number.isInteger(capacity) || capacity < 1)
    throw new RangeError(`a ring of ${capacity} rows cannot be`)
  const times = new Float64Array(capacity * 2)
  const values = new Map(columns.map((name) => [name, new Float64Array(capacity * 2)]))
  let pushed = 0
  let newestAt = Number.NaN

  const view = (array: Float64Array): Float64Array => {
    const length = Math.min(pushed, capacity)
    const start = pushed <= capacity ? 0 : pushed % capacity
    return array.subarray(start, start + length)
  }

  return {
    capacity,
    get length() {
      return Math.min(pushed, capacity)
    },
    get newestAt() {
      return newestAt
    },
    push(at, row) {
      if (at <= newestAt || Number.isNaN(at)) return false
      const slot = pushed % capacity
      times[slot] = at
      times[slot + capacity] = at
      for (const [name, array] of values) {
        array[slot] = row[name]
        array[slot + capacity] = row[name]
      }
      pushed += 1
      newestAt = at
      return true
    },
    times: () => view(times),
    column(name) {
      const array = values.get(name)
      if (array === undefined) throw new RangeError(`the ring has no column ${name}`)
      return view(array)
    },
    clear() {
      pushed = 0
      newestAt = Number.NaN
    },
  }
}
