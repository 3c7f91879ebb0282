import { LIVE_FLUSH_MS } from '@lighthouse/contract/live-frame'
import {
  type FetchRow,
  type OperationRow,
  type StopRow,
  type TierRow,
} from '@lighthouse/contract/operation-row'
import { type Batch, Batcher, tokenSequence, type WalkedRow } from './batch.js'
import { nowUs } from './clock.js'
import { OpenFrame } from './live.js'
import { Sender } from './send.js'
import type { RecordedTable } from './columns.js'
import { type ShipCounters, Shipper } from './ship.js'
import { Spill } from './spill.js'
import { Tap } from './tap.js'

/** What a recorder did so far. Rows unless the name says otherwise. */
export interface RecorderCounters extends ShipCounters {
  /** Rows taken, by table. */
  readonly recorded: Readonly<Record<RecordedTable, number>>
  /** Rows not taken because the buffer was full or the row was no row. */
  readonly dropped: number
  readonly framesSent: number
  /** Ticks at which a frame could not go and was merged with what followed. */
  readonly framesMerged: number
  /** Frames that could not go for a second, or of which nobody said that they were taken when their connection ended. */
  readonly framesLost: number
}

/**
 * Takes rows, which must not change any more, and returns at once: it never throws, never awaits, never blocks. When it
 * must drop, it counts. The caller notes the `record` stop; the recorder itself notes `store` of every trace of which a stop was recorded,
 * from the moment the operation row was taken until ClickHouse's reply.
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
  /** Analytics' tap, `ws://…/tap`; absent: no live frames. */
  readonly tapUrl?: string
  readonly tapSecret?: string
  /** Where batches wait while ClickHouse is away, in a folder named after the source. Absent: in memory (32 MB). */
  readonly spillDir?: string
  /** Most compressed bytes that wait; the oldest batches are dropped and counted. Default 512 MB. */
  readonly spillLimitBytes?: number
  /** A batch is sealed at this age (default 1,000 ms) or this many rows (default 10,000). */
  readonly flushMs?: number
  readonly flushRows?: number
  /** Most rows of one table in a tenth of a second; more are dropped and counted. Default 65,536. */
  readonly bufferRows?: number
  /** Told in words when something goes wrong; never called more than once per failure. */
  readonly onWarning?: (message: string) => void
}

/** Traces being walked that are remembered; the oldest are forgotten and get no `store`. */
const MAX_WALKS = 1_000
/** A frame that could not go for a second is given up: its operations would count when they are long over. */
const MAX_WAITED_TICKS = 1_000 / LIVE_FLUSH_MS
const CLOSE_GRACE_MS = 2_000

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

class BatchingRecorder implements Recorder {
  readonly #source: string
  readonly #operations: Batcher<'operations'>
  readonly #fetches: Batcher<'fetches'>
  readonly #tiers: Batcher<'tiers'>
  readonly #stops: Batcher<'stops'>
  readonly #walks = new Set<string>()
  readonly #frame = new OpenFrame()
  readonly #shipper: Shipper
  readonly #tap: Tap | undefined
  readonly #timer: NodeJS.Timeout
  /** Ticks that the open frame has waited. */
  #waited = 0
  #framesMerged = 0
  #framesLate = 0
  #closed = false

  constructor(options: RecorderOptions) {
    const { flushMs = 1_000, flushRows = 10_000, bufferRows = 65_536 } = options
    const { spillLimitBytes = 512 * 1_048_576, onWarning = () => undefined } = options
    this.#source = options.source.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 40)
    const basic = Buffer.from(`${options.user}:${options.password}`).toString('base64')
    const url = new URL(options.url)
    this.#shipper = new Shipper({
      isNear: LOOPBACK.test(url.hostname),
      sender: new Sender({ url, headers: { authorization: `Basic ${basic}` } }),
      spill: options.spillDir === undefined ? undefined : new Spill(`${options.spillDir}/${this.#source}`),
      limitBytes: spillLimitBytes,
      onAck: (walked) => this.#noteStore(walked),
      onWarning,
    })
    const nextToken = tokenSequence(this.#source, Date.now())
    const onSealed = (batch: Batch): void => this.#shipper.enqueue(batch)
    const batching = { nextToken, flushMs, flushRows, bufferRows, onSealed }
    this.#operations = new Batcher('operations', batching, (row) => this.#frame.operation(row))
    this.#fetches = new Batcher('fetches', batching)
    this.#tiers = new Batcher('tiers', batching, (row) => this.#frame.tier(row.tier, row.outcome))
    this.#stops = new Batcher('stops', batching)
    const { tapUrl, tapSecret = '' } = options
    this.#tap = tapUrl === undefined ? undefined : new Tap({ url: tapUrl, secret: tapSecret })
    this.#tap?.open()
    this.#timer = setInterval(() => this.#tick(), LIVE_FLUSH_MS)
    this.#timer.unref()
  }

  operation(row: OperationRow): void {
    if (this.#walks.size === 0 || !this.#walks.delete(traceOf(row))) this.#operations.add(row)
    else {
      this.#frame.trace(row.trace_id)
      this.#operations.addWalked(row, { traceId: row.trace_id, takenUs: nowUs() })
    }
  }

  fetch(row: FetchRow): void {
    this.#fetches.add(row)
  }

  tier(row: TierRow): void {
    this.#tiers.add(row)
  }

  stop(row: StopRow): void {
    this.#stops.add(row)
    const traceId = traceOf(row)
    if (traceId === '' || this.#walks.has(traceId)) return
    this.#walks.add(traceId)
    if (this.#walks.size <= MAX_WALKS) return
    for (const oldest of this.#walks) {
      this.#walks.delete(oldest)
      return
    }
  }

  counters(): RecorderCounters {
    const { framesSent, framesLost } = this.#tap?.counters() ?? NOTHING
    const [operations, fetches, tiers, stops] = [
      this.#operations.counts(),
      this.#fetches.counts(),
      this.#tiers.counts(),
      this.#stops.counts(),
    ]
    return {
      ...this.#shipper.counters(),
      recorded: {
        operations: operations.taken,
        fetches: fetches.taken,
        tiers: tiers.taken,
        stops: stops.taken,
      },
      dropped: operations.dropped + fetches.dropped + tiers.dropped + stops.dropped,
      framesSent,
      framesMerged: this.#framesMerged,
      framesLost: framesLost + this.#framesLate,
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    clearInterval(this.#timer)
    for (const batcher of this.#batchers()) batcher.close()
    this.#tap?.close()
    await this.#shipper.close(CLOSE_GRACE_MS)
    this.#tap?.[Symbol.dispose]()
  }

  #batchers() {
    return [this.#operations, this.#fetches, this.#tiers, this.#stops]
  }

  #tick(): void {
    const at = Date.now()
    for (const batcher of this.#batchers()) batcher.tick(at)
    this.#tapFrame(at)
  }

  #noteStore(walked: readonly WalkedRow[]): void {
    const now = nowUs()
    for (const { traceId, takenUs } of walked) {
      this.#stops.add({
        ts: Math.floor(takenUs / 1_000),
        trace_id: traceId,
        stop: 'store',
        process: this.#source,
        start_us: takenUs,
        duration_us: now - takenUs,
      })
    }
  }

  #tapFrame(at: number): void {
    if (this.#tap === undefined || this.#frame.empty) return
    if (this.#tap.isReady(at)) {
      this.#tap.send(JSON.stringify(this.#frame.seal(this.#source, at)), at)
      this.#waited = 0
      return
    }
    this.#waited += 1
    this.#framesMerged += 1
    if (this.#waited < MAX_WAITED_TICKS) return
    this.#frame.seal(this.#source, at)
    this.#framesLate += 1
    this.#waited = 0
  }
}

/** What is no object is no row: it is counted as dropped later. */
function traceOf(row: { readonly trace_id: string } | undefined): string {
  return row?.trace_id ?? ''
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
