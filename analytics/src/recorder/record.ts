import { LIVE_FLUSH_MS } from '@lighthouse/contract/live-frame'
import {
  type FetchRow,
  isError,
  type OperationRow,
  type StopRow,
  type TierRow,
} from '@lighthouse/contract/operation-row'
import { type Batch, Batcher, tokenSequence, type WalkedRow } from './batch.js'
import { nowUs } from './clock.js'
import { OpenFrame } from './live.js'
import { Sender } from './send.js'
import type { RecordedRows, RecordedTable } from './serialize.js'
import { type ShipCounters, Shipper } from './ship.js'
import { Spill } from './spill.js'

/** What a recorder did so far. Rows unless the name says otherwise. */
export interface RecorderCounters extends ShipCounters {
  /** Rows taken, by table. */
  readonly recorded: Readonly<Record<RecordedTable, number>>
  /** Rows not taken because the buffer was full or the row was no row. */
  readonly dropped: number
  readonly framesSent: number
  /** Ticks at which a frame waited for the one before and was merged with what followed. */
  readonly framesMerged: number
  readonly framesLost: number
}

/**
 * Takes rows and returns at once: it never throws, never awaits, never blocks. When it must drop, it counts. A row
 * must not be changed after it was handed over. The caller notes the `record` stop; the recorder itself notes `store`
 * of every trace of which a stop was recorded, from the moment the operation row was taken until ClickHouse's reply.
 */
export interface Recorder extends AsyncDisposable {
  operation(row: OperationRow): void
  fetch(row: FetchRow): void
  tier(row: TierRow): void
  stop(row: StopRow): void
  counters(): RecorderCounters
}

export interface RecorderOptions {
  /** ClickHouse's HTTP endpoint: the embedded door or a cluster. */
  readonly url: string
  readonly user: string
  readonly password: string
  /** Names this process in tokens, frames and stops; at most 40 of A–Z a–z 0–9 _ -, others become `_`. */
  readonly source: string
  /** Analytics' `/tap`; absent: no live frames. */
  readonly tapUrl?: string
  readonly tapSecret?: string
  /** Where batches wait while ClickHouse is away, in a folder named after the source. Absent: in memory (32 MB). */
  readonly spillDir?: string
  /** Most compressed bytes that wait; the oldest batches are dropped and counted. Default 512 MB. */
  readonly spillLimitBytes?: number
  /** A batch is sealed at this age (default 1,000 ms) or this many rows (default 10,000). */
  readonly flushMs?: number
  readonly flushRows?: number
  /** Most rows of one table that wait for the next tick; more are dropped and counted. Default 65,536. */
  readonly bufferRows?: number
  /** Told in words when something goes wrong; never called more than once per failure. */
  readonly onWarning?: (message: string) => void
}

/** Rows per table that one turn of the event loop serialises: about 3 ms of work. */
const DRAIN_ROWS = 2_000
/** Traces being walked that are remembered; the oldest are forgotten and get no `store`. */
const MAX_WALKS = 1_000
const TAP_TIMEOUT_MS = 5_000
const CLOSE_GRACE_MS = 2_000

/** Puts one row among those that wait for the next tick; false, and nothing is kept, when it is no row or `most` wait. */
export function record<Row>(waiting: Row[], row: Row, most: number): boolean {
  if (typeof row !== 'object' || row === null || waiting.length >= most) return false
  waiting.push(row)
  return true
}

class BatchingRecorder implements Recorder {
  readonly #source: string
  readonly #bufferRows: number
  readonly #waiting: { [Table in RecordedTable]: RecordedRows[Table][] } = {
    operations: [],
    fetches: [],
    tiers: [],
    stops: [],
  }
  readonly #batchers: { [Table in RecordedTable]: Batcher<Table> }
  readonly #recorded = { operations: 0, fetches: 0, tiers: 0, stops: 0 }
  readonly #walks = new Map<string, number>()
  readonly #frame = new OpenFrame()
  readonly #shipper: Shipper
  readonly #tap: Sender | undefined
  readonly #timer: NodeJS.Timeout
  #tapping: Promise<void> | undefined
  #dropped = 0
  #framesSent = 0
  #framesMerged = 0
  #framesLost = 0
  #closed = false

  constructor(options: RecorderOptions) {
    const { flushMs = 1_000, flushRows = 10_000, bufferRows = 65_536 } = options
    const { spillLimitBytes = 512 * 1_048_576, onWarning = () => undefined } = options
    this.#source = options.source.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 40)
    this.#bufferRows = bufferRows
    const nextToken = tokenSequence(this.#source, Date.now())
    const batching = { nextToken, flushMs, flushRows }
    this.#batchers = {
      operations: new Batcher('operations', batching),
      fetches: new Batcher('fetches', batching),
      tiers: new Batcher('tiers', batching),
      stops: new Batcher('stops', batching),
    }
    const basic = Buffer.from(`${options.user}:${options.password}`).toString('base64')
    this.#shipper = new Shipper({
      sender: new Sender({ url: new URL(options.url), headers: { authorization: `Basic ${basic}` } }),
      spill: options.spillDir === undefined ? undefined : new Spill(`${options.spillDir}/${this.#source}`),
      limitBytes: spillLimitBytes,
      onAck: (walked) => this.#noteStore(walked),
      onWarning,
    })
    this.#tap = tapSender(options)
    this.#timer = setInterval(() => this.#tick(), LIVE_FLUSH_MS)
    this.#timer.unref()
  }

  operation(row: OperationRow): void {
    if (!this.#take('operations', row)) return
    this.#frame.operation(row.operation, row.duration_us, isError(row.status))
    if (this.#walks.has(row.trace_id)) this.#walks.set(row.trace_id, nowUs())
  }

  fetch(row: FetchRow): void {
    this.#take('fetches', row)
  }

  tier(row: TierRow): void {
    if (this.#take('tiers', row)) this.#frame.tier(row.tier, row.outcome)
  }

  stop(row: StopRow): void {
    if (!this.#take('stops', row) || this.#walks.has(row.trace_id)) return
    this.#walks.set(row.trace_id, 0)
    if (this.#walks.size <= MAX_WALKS) return
    for (const oldest of this.#walks.keys()) {
      this.#walks.delete(oldest)
      return
    }
  }

  counters(): RecorderCounters {
    return {
      ...this.#shipper.counters(),
      recorded: { ...this.#recorded },
      dropped: this.#dropped,
      framesSent: this.#framesSent,
      framesMerged: this.#framesMerged,
      framesLost: this.#framesLost,
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    clearInterval(this.#timer)
    this.#drainAll()
    for (const batcher of Object.values(this.#batchers)) this.#ship(batcher.seal())
    await this.#tapping
    this.#tap?.[Symbol.dispose]()
    await this.#shipper.close(CLOSE_GRACE_MS)
  }

  #take<Table extends RecordedTable>(table: Table, row: RecordedRows[Table]): boolean {
    const taken = !this.#closed && record<RecordedRows[Table]>(this.#waiting[table], row, this.#bufferRows)
    if (taken) this.#recorded[table] += 1
    else this.#dropped += 1
    return taken
  }

  #tick(): void {
    this.#drainAll(DRAIN_ROWS)
    const now = Date.now()
    for (const batcher of Object.values(this.#batchers)) this.#ship(batcher.due(now))
    this.#tapFrame()
  }

  /** Serialises at most `limit` rows of each table; when more wait, goes on in the next turn of the event loop. */
  #drainAll(limit = Number.POSITIVE_INFINITY): void {
    const now = Date.now()
    for (const row of this.#waiting.operations.splice(0, limit)) this.#drainOperation(row, now)
    for (const row of this.#waiting.fetches.splice(0, limit)) this.#ship(this.#batchers.fetches.add(row, now))
    for (const row of this.#waiting.tiers.splice(0, limit)) this.#ship(this.#batchers.tiers.add(row, now))
    for (const row of this.#waiting.stops.splice(0, limit)) this.#ship(this.#batchers.stops.add(row, now))
    if (Object.values(this.#waiting).some((rows) => rows.length > 0))
      setImmediate(() => this.#drainAll(limit))
  }

  #drainOperation(row: OperationRow, now: number): void {
    const takenUs = this.#walks.get(row.trace_id)
    if (takenUs === undefined) {
      this.#ship(this.#batchers.operations.add(row, now))
      return
    }
    this.#walks.delete(row.trace_id)
    this.#frame.trace(row.trace_id)
    const walked: WalkedRow = { traceId: row.trace_id, takenUs: takenUs === 0 ? nowUs() : takenUs }
    this.#ship(this.#batchers.operations.add(row, now, walked))
  }

  #ship(batch: Batch | undefined): void {
    if (batch !== undefined) this.#shipper.enqueue(batch)
  }

  #noteStore(walked: readonly WalkedRow[]): void {
    const now = nowUs()
    for (const { traceId, takenUs } of walked) {
      this.#take('stops', {
        ts: Math.floor(takenUs / 1_000),
        trace_id: traceId,
        stop: 'store',
        process: this.#source,
        start_us: takenUs,
        duration_us: now - takenUs,
      })
    }
  }

  /** One frame is in flight at a time; what happens meanwhile goes into the next one. */
  #tapFrame(): void {
    if (this.#tap === undefined || this.#frame.empty) return
    if (this.#tapping !== undefined) {
      this.#framesMerged += 1
      return
    }
    const body = Buffer.from(JSON.stringify(this.#frame.seal(this.#source, Date.now())))
    this.#tapping = this.#tap
      .post({ headers: { 'content-type': 'application/json' }, body, timeoutMs: TAP_TIMEOUT_MS })
      .then(
        ({ status }) => {
          if (status >= 200 && status < 300) this.#framesSent += 1
          else this.#framesLost += 1
        },
        () => {
          this.#framesLost += 1
        },
      )
      .finally(() => {
        this.#tapping = undefined
      })
  }
}

function tapSender({ tapUrl, tapSecret }: RecorderOptions): Sender | undefined {
  if (tapUrl === undefined) return undefined
  return new Sender({ url: new URL(tapUrl), headers: { authorization: `Bearer ${tapSecret ?? ''}` } })
}

/** Starts a recorder. Throws only for a malformed `url` or `tapUrl`, at once. */
export function createRecorder(options: RecorderOptions): Recorder {
  return new BatchingRecorder(options)
}

const NOTHING: RecorderCounters = {
  recorded: { operations: 0, fetches: 0, tiers: 0, stops: 0 },
  dropped: 0,
  acked: 0,
  overflowed: 0,
  refused: 0,
  failedSends: 0,
  queuedBatches: 0,
  queuedBytes: 0,
  spilledBatches: 0,
  framesSent: 0,
  framesMerged: 0,
  framesLost: 0,
}

/** The recorder of a process without analytics: takes everything, keeps nothing. */
export const SILENT: Recorder = {
  operation: () => undefined,
  fetch: () => undefined,
  tier: () => undefined,
  stop: () => undefined,
  counters: () => NOTHING,
  [Symbol.asyncDispose]: () => Promise.resolve(),
}
