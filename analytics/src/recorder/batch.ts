import type { RecordedRows, RecordedTable } from './columns.js'
import { Lines } from './lines.js'

/** A trace whose stops are recorded and whose operation row is in a batch: its `store` stop ends with the batch. */
export interface WalkedRow {
  readonly traceId: string
  readonly takenUs: number
}

/** Rows on their way to one table. Its bytes never change once sealed, so a retry is identical. */
export interface Batch {
  readonly table: RecordedTable
  /** The insert_deduplication_token: `<source>-<boot>-<sequence>`. Sorts in the order of sealing. */
  readonly token: string
  readonly rows: number
  /** A whole INSERT statement with its rows, not compressed. */
  readonly body: Buffer
  readonly walked: readonly WalkedRow[]
}

export interface BatcherOptions {
  readonly nextToken: () => string
  /** Seal at this many rows. */
  readonly flushRows: number
  /** Seal a batch whose first row is this old. */
  readonly flushMs: number
  /** Most rows taken between two ticks. */
  readonly bufferRows: number
  readonly onSealed: (batch: Batch) => void
}

/** Rows that are written together. */
const TOGETHER = 256

/**
 * Collects the rows of one table into batches; holds at most one open batch of `flushRows` rows. Rows wait as they are until
 * there are many or a tick comes: between two operations of a busy gateway the caches hold other things, and a row that is
 * written alone costs twice as much as one of many.
 */
export class Batcher<Table extends RecordedTable> {
  readonly #table: Table
  readonly #options: BatcherOptions
  readonly #onRow: ((row: RecordedRows[Table]) => void) | undefined
  readonly #lines: Lines<Table>
  /** Rows that are not written yet, in the first places. */
  readonly #waiting: (RecordedRows[Table] | undefined)[] = Array.from({ length: TOGETHER }, () => undefined)
  #waits = 0
  #walked: WalkedRow[] = []
  /** A batch is as old as the tick before its first row. */
  #tickedAt = Date.now()
  #openedAt = 0
  /** Rows that may be taken until the next tick. */
  #room: number
  #taken = 0
  #dropped = 0

  /** `onRow` is told of each row that is taken. */
  constructor(table: Table, options: BatcherOptions, onRow?: (row: RecordedRows[Table]) => void) {
    this.#table = table
    this.#options = options
    this.#onRow = onRow
    this.#lines = new Lines(table)
    this.#room = options.bufferRows
  }

  /** Takes one row, which must not change any more. */
  add(row: RecordedRows[Table]): void {
    this.#waiting[this.#waits++] = row
    if (this.#waits === TOGETHER) this.#write()
  }

  /** Takes the row of a trace whose `store` stop ends with the batch. */
  addWalked(row: RecordedRows[Table], walked: WalkedRow): void {
    this.#write()
    this.#walked.push(walked)
    this.add(row)
  }

  /** Rows taken so far, and rows for which there was no room or which were no rows. */
  counts(): { readonly taken: number; readonly dropped: number } {
    this.#write()
    return { taken: this.#taken, dropped: this.#dropped }
  }

  /** Writes what waits and makes room anew; seals the open batch when it is due at `at` (milliseconds). */
  tick(at: number): void {
    this.#write()
    this.#tickedAt = at
    this.#room = this.#options.bufferRows
    if (at - this.#openedAt >= this.#options.flushMs) this.#seal()
  }

  /** Seals whatever is open. What comes later has no room. */
  close(): void {
    this.#write()
    this.#seal()
    this.#room = 0
  }

  #write(): void {
    const waits = this.#waits
    this.#waits = 0
    for (let nth = 0; nth < waits; nth++) {
      const row: unknown = this.#waiting[nth]
      this.#waiting[nth] = undefined
      this.#take(row as RecordedRows[Table])
    }
  }

  #take(row: RecordedRows[Table]): void {
    if (this.#room === 0 || typeof row !== 'object' || row === null) {
      this.#dropped += 1
      return
    }
    this.#room -= 1
    this.#taken += 1
    this.#onRow?.(row)
    if (this.#lines.rows === 0) this.#openedAt = this.#tickedAt
    this.#lines.add(row)
    if (this.#lines.rows >= this.#options.flushRows) this.#seal()
  }

  #seal(): void {
    if (this.#lines.rows === 0) return
    const { onSealed, nextToken } = this.#options
    const walked = this.#walked
    this.#walked = []
    const { rows } = this.#lines
    onSealed({ table: this.#table, token: nextToken(), rows, body: this.#lines.take(), walked })
  }
}

/** Tokens `<source>-<boot>-<sequence>`, unique over restarts of the same source and sorted by time of sealing. */
export function tokenSequence(source: string, bootMs: number): () => string {
  const boot = bootMs.toString(36).padStart(9, '0')
  let sequence = 0
  return () => `${source}-${boot}-${String(sequence++).padStart(8, '0')}`
}
