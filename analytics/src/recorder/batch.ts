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
}

/** Collects the rows of one table into batches. Holds at most one open batch of `flushRows` rows. */
export class Batcher<Table extends RecordedTable> {
  readonly #table: Table
  readonly #options: BatcherOptions
  readonly #lines: Lines<Table>
  #walked: WalkedRow[] = []
  #openedAt = 0
  /** Rows that may be taken until the next tick. */
  #room: number
  #taken = 0

  constructor(table: Table, options: BatcherOptions) {
    this.#table = table
    this.#options = options
    this.#lines = new Lines(table)
    this.#room = options.bufferRows
  }

  /** Rows taken so far. */
  get taken(): number {
    return this.#taken
  }

  get hasRoom(): boolean {
    return this.#room > 0
  }

  /** Takes one row; returns a sealed batch when this row filled it. */
  add(row: RecordedRows[Table], at: number, walked?: WalkedRow): Batch | undefined {
    if (this.#lines.rows === 0) this.#openedAt = at
    this.#room -= 1
    this.#taken += 1
    this.#lines.add(row)
    if (walked !== undefined) this.#walked.push(walked)
    return this.#lines.rows >= this.#options.flushRows ? this.seal() : undefined
  }

  /** Makes room anew; the open batch when it is due at `at` (milliseconds), sealed. */
  tick(at: number): Batch | undefined {
    this.#room = this.#options.bufferRows
    return this.#lines.rows > 0 && at - this.#openedAt >= this.#options.flushMs ? this.seal() : undefined
  }

  /** Whatever is open, sealed; undefined when nothing is. */
  seal(): Batch | undefined {
    if (this.#lines.rows === 0) return undefined
    const batch: Batch = {
      table: this.#table,
      token: this.#options.nextToken(),
      rows: this.#lines.rows,
      body: this.#lines.take(),
      walked: this.#walked,
    }
    this.#walked = []
    return batch
  }
}

/** Tokens `<source>-<boot>-<sequence>`, unique over restarts of the same source and sorted by time of sealing. */
export function tokenSequence(source: string, bootMs: number): () => string {
  const boot = bootMs.toString(36).padStart(9, '0')
  let sequence = 0
  return () => `${source}-${boot}-${String(sequence++).padStart(8, '0')}`
}
