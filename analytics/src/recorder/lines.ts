import {
  COLUMNS,
  HIGHEST,
  type Kind,
  type RecordedRows,
  type RecordedTable,
  VALUES,
  type Whole,
  valueOf,
  wholeOf,
} from './columns.js'
import { insertValues } from '../queries/insert.js'

/** First two values whose combinations with others are kept as bytes; when there are more, all are forgotten. */
const MAX_KEPT = 1_000
/** Combinations with the same first two values; when there are more, the oldest is forgotten. */
const MAX_ALIKE = 8
/** A row with a text longer than this is written anew each time. */
const MAX_KEPT_TEXT = 128
const FIRST_BYTES = 4_096
const [COMMA, ZERO, CLOSE, NEWLINE] = [44, 48, 93, 10]
const TRACE_CHARACTERS = 32
const TRACE = /^[0-9a-f]{32}$/
/** Traces whose bytes are kept; when there are more, all are forgotten. */
const MAX_TRACES = 64
const NO_TRACE: Uint8Array = Buffer.from('""')
const MOST_DIGITS = 16
const MILLION = 1_000_000

/** One combination of texts and codes. */
interface Combination {
  readonly values: readonly unknown[]
  /** As they stand in a line. */
  readonly bytes: Uint8Array
}

/** Combinations by their first value and their second. */
type Kept = Map<unknown, Map<unknown, Combination[]>>

const WHOLES: ReadonlySet<Kind> = new Set<Kind>(['u16', 'u32', 'u64'])

/**
 * Rows of one table as the statement that inserts them, a line each, their values in the order of {@link COLUMNS}: what
 * waits to be sent is one buffer, and nothing of it an object that the collector copies. Every value is brought into its
 * column's range (whole, unsigned, well-formed UTF-8, at most 512 characters), so that one odd row can never make a batch
 * unreadable. Rows repeat few combinations of texts and codes: these stand first in a line, are written once and then
 * copied at once.
 */
export class Lines<Table extends RecordedTable> {
  readonly #valuesOf: (row: RecordedRows[Table]) => readonly unknown[]
  /** Texts and codes: the first values of a row. Behind them stands its trace. */
  readonly #repeated: readonly Kind[]
  /** What the whole numbers behind the trace may be at most. */
  readonly #highest: readonly number[]
  /** Most bytes of a line beside what repeats. */
  readonly #room: number
  #kept: Kept = new Map()
  #keptCount = 0
  /** What stands in front of the rows. */
  readonly #statement: Uint8Array
  #bytes = Buffer.alloc(0)
  #at = 0
  #rows = 0
  readonly #traces = new Map<unknown, Uint8Array>()

  constructor(table: Table) {
    const kinds: readonly Kind[] = Object.values(COLUMNS[table])
    this.#valuesOf = VALUES[table]
    this.#repeated = kinds.slice(0, kinds.indexOf('trace'))
    this.#highest = kinds.flatMap((kind) => (WHOLES.has(kind) ? [HIGHEST[kind as Whole]] : []))
    this.#statement = Buffer.from(insertValues(table, Object.keys(COLUMNS[table])))
    this.#open(FIRST_BYTES)
    this.#room = TRACE_CHARACTERS + 3 + this.#highest.length * (MOST_DIGITS + 1) + 2
  }

  get rows(): number {
    return this.#rows
  }

  /** The statement with all rows; starts anew. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#at)
    this.#open(this.#at + (this.#at >> 2))
    this.#rows = 0
    return taken
  }

  #open(room: number): void {
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(FIRST_BYTES, room))
    this.#bytes.set(this.#statement)
    this.#at = this.#statement.length
  }

  add(row: RecordedRows[Table]): void {
    const values = this.#valuesOf(row)
    const { bytes: repeated } = this.#combinationOf(values)
    this.#ensure(repeated.length + this.#room)
    const bytes = this.#bytes
    bytes.set(repeated, this.#at)
    let nth = this.#repeated.length
    const trace = this.#traceOf(values[nth++])
    bytes.set(trace, this.#at + repeated.length)
    let at = this.#at + repeated.length + trace.length
    for (const highest of this.#highest) {
      bytes[at++] = COMMA
      at = writeWhole(bytes, at, wholeOf(values[nth++], highest))
    }
    bytes[at++] = CLOSE
    bytes[at++] = NEWLINE
    this.#at = at
    this.#rows += 1
  }

  /** Its bytes, quoted; nothing between the quotes for what is no trace. Rows of an operation follow each other closely. */
  #traceOf(value: unknown): Uint8Array {
    const known = this.#traces.get(value)
    if (known !== undefined) return known
    const bytes =
      typeof value === 'string' && TRACE.test(value) ? Buffer.from(`"${value}"`, 'latin1') : NO_TRACE
    if (this.#traces.size >= MAX_TRACES) this.#traces.clear()
    this.#traces.set(value, bytes)
    return bytes
  }

  #combinationOf(values: readonly unknown[]): Combination {
    const alike = this.#kept.get(values[0])?.get(values[1])
    if (alike !== undefined) for (const one of alike) if (has(one, values)) return one
    return this.#keep(values.slice(0, this.#repeated.length), alike)
  }

  /** Keeps it for the next row that has the same, unless a text of it is very long or none. */
  #keep(values: readonly unknown[], alike: Combination[] | undefined): Combination {
    const bytes = Buffer.from(
      `[${this.#repeated.map((kind, nth) => `${valueOf(values[nth], kind)},`).join('')}`,
    )
    const combination: Combination = { values, bytes }
    if (!values.every(isShort)) return combination
    if (alike !== undefined) {
      alike.push(combination)
      if (alike.length > MAX_ALIKE) alike.shift()
      return combination
    }
    if (this.#keptCount >= MAX_KEPT) {
      this.#kept = new Map()
      this.#keptCount = 0
    }
    this.#keptCount += 1
    const [first, second] = values
    let kept = this.#kept.get(first)
    if (kept === undefined) this.#kept.set(first, (kept = new Map()))
    kept.set(second, [combination])
    return combination
  }

  #ensure(more: number): void {
    if (this.#at + more <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#at + more))
    this.#bytes.copy(larger, 0, 0, this.#at)
    this.#bytes = larger
  }
}

function isShort(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && value.length <= MAX_KEPT_TEXT)
}

function has({ values }: Combination, row: readonly unknown[]): boolean {
  for (let nth = values.length - 1; nth >= 0; nth--) if (values[nth] !== row[nth]) return false
  return true
}

/** A whole number that is not negative. Gives where the next byte goes. */
function writeWhole(bytes: Buffer, at: number, value: number): number {
  if (value < MILLION) return writeDigits(bytes, at, value, digitsOf(value))
  const high = Math.floor(value / MILLION)
  return writeDigits(bytes, writeWhole(bytes, at, high), value - high * MILLION, 6)
}

function writeDigits(bytes: Buffer, start: number, value: number, count: number): number {
  let left = value
  for (let at = start + count - 1; at >= start; at--) {
    const tenth = (left / 10) | 0
    bytes[at] = ZERO + left - tenth * 10
    left = tenth
  }
  return start + count
}

/** Of a number below a million. */
function digitsOf(value: number): number {
  if (value < 1_000) return value < 10 ? 1 : value < 100 ? 2 : 3
  return value < 10_000 ? 4 : value < 100_000 ? 5 : 6
}
