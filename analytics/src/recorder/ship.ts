import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { exactlyOnce } from '../queries/insert.js'
import type { Batch, WalkedRow } from './batch.js'
import type { RecordedTable } from './columns.js'
import type { Reply, Sender } from './send.js'
import type { Spill } from './spill.js'

const compress = promisify(gzip)

/** What became of batches; rows unless the name says otherwise. */
export interface ShipCounters {
  acked: number
  /** Lost because the queue was full. */
  overflowed: number
  /** Refused by ClickHouse for what they hold; kept nowhere. */
  refused: number
  failedSends: number
  queuedBatches: number
  queuedBytes: number
  spilledBatches: number
}

export interface ShipperOptions {
  readonly sender: Sender
  readonly spill: Spill | undefined
  /** ClickHouse is on this machine: what goes out at once is not compressed, which costs more than it saves there. */
  readonly isNear: boolean
  /** Most compressed bytes that wait, in memory and on disk together; the oldest go first. */
  readonly limitBytes: number
  readonly onAck: (walked: readonly WalkedRow[]) => void
  readonly onWarning: (message: string) => void
}

interface Parcel {
  readonly table: RecordedTable
  readonly token: string
  readonly rows: number
  readonly walked: readonly WalkedRow[]
  bytes: number
  /** Undefined while it is on disk only. */
  body: Buffer | undefined
  isGzipped: boolean
  onDisk: boolean
}

const SEND_TIMEOUT_MS = 30_000
const BACKOFF_FIRST_MS = 50
const BACKOFF_LAST_MS = 2_000
/** Without a disk, at most this many compressed bytes wait in memory. */
const MEMORY_LIMIT_BYTES = 32 * 1_048_576
/** Batches that may wait in memory before they go to disk although nothing has failed. */
const MEMORY_BATCHES = 8

/** ClickHouse codes that speak of the bytes themselves: the same batch can never be taken. */
const REFUSALS = new Set([6, 25, 26, 27, 38, 41, 53, 62, 69, 70, 72, 117, 130, 131, 349, 691])

/**
 * Sends batches in order, one at a time, until each is acknowledged. A failed batch and everything behind it goes to
 * disk, and is sent again with the same token and bytes after a jittered back-off (50 ms to 2 s), also by the next
 * process. Never throws.
 */
export class Shipper implements AsyncDisposable {
  readonly #options: ShipperOptions
  readonly #queue: Parcel[] = []
  readonly #counters: ShipCounters = {
    acked: 0,
    overflowed: 0,
    refused: 0,
    failedSends: 0,
    queuedBatches: 0,
    queuedBytes: 0,
    spilledBatches: 0,
  }
  #down = false
  #closeBy = Number.POSITIVE_INFINITY
  #wake: (() => void) | undefined
  #turns: Promise<void> = Promise.resolve()
  readonly #running: Promise<void>

  constructor(options: ShipperOptions) {
    this.#options = options
    this.#running = this.#run()
  }

  counters(): ShipCounters {
    return { ...this.#counters, queuedBatches: this.#queue.length, queuedBytes: this.#queuedBytes() }
  }

  /** Takes a sealed batch. Returns at once; compression and writing happen off the event loop. */
  enqueue(batch: Batch): void {
    this.#turn(async () => {
      const isGzipped = !this.#options.isNear || this.#down || this.#queue.length > MEMORY_BATCHES
      const body = isGzipped ? await compress(batch.body, { level: 1 }) : batch.body
      this.#queue.push({ ...batch, body, isGzipped, bytes: body.length, onDisk: false })
      await Promise.all(this.#overflow().map((parcel) => this.#forget(parcel)))
      if (this.#down || this.#queue.length > MEMORY_BATCHES) await this.#toDisk()
      // While ClickHouse is away the back-off decides when to try again, not the next batch.
      if (!this.#down) this.#wake?.()
    })
  }

  /** Sends what it can within `graceMs`, writes the rest to disk, and stops. */
  async close(graceMs: number): Promise<void> {
    await this.#turns
    this.#closeBy = Date.now() + graceMs
    this.#wake?.()
    // Destroying the sockets also ends a send that would outlast the grace.
    const timer = setTimeout(() => this.#options.sender[Symbol.dispose](), graceMs)
    await this.#running
    clearTimeout(timer)
    this.#turn(() => this.#toDisk())
    await this.#turns
    this.#options.sender[Symbol.dispose]()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close(2_000)
  }

  /** Queue changes that await something run one after the other, so that order holds. */
  #turn(work: () => Promise<void>): void {
    this.#turns = this.#turns.then(work).catch((error: unknown) => this.#options.onWarning(String(error)))
  }

  async #run(): Promise<void> {
    await this.#resume()
    let attempt = 0
    while (Date.now() < this.#closeBy) {
      const head = this.#queue[0]
      if (head === undefined) {
        if (this.#closeBy !== Number.POSITIVE_INFINITY) return
        await this.#sleep(60_000)
        continue
      }
      if (await this.#send(head)) {
        attempt = 0
        this.#down = false
        continue
      }
      attempt += 1
      // A kept-alive connection may have died of age: the first failure is tried again at once.
      if (attempt === 1) continue
      // The next process goes on from disk.
      if (this.#closeBy !== Number.POSITIVE_INFINITY) return
      if (!this.#down) this.#options.onWarning('ClickHouse does not take batches; they wait on disk')
      this.#down = true
      this.#turn(() => this.#toDisk())
      await this.#sleep(
        Math.min(BACKOFF_LAST_MS, BACKOFF_FIRST_MS * 2 ** attempt) * (0.5 + Math.random() / 2),
      )
    }
  }

  async #resume(): Promise<void> {
    const { spill, onWarning } = this.#options
    try {
      const left = (await spill?.scan()) ?? []
      this.#queue.unshift(
        ...left.map((one) => ({ ...one, walked: [], body: undefined, isGzipped: true, onDisk: true })),
      )
    } catch (error) {
      onWarning(`Spilled batches cannot be read: ${String(error)}`)
    }
  }

  /** True when the parcel left the queue, taken or refused. */
  async #send(parcel: Parcel): Promise<boolean> {
    let reply: Reply
    try {
      // While it is read or sent it may go to disk, and its bytes are others then.
      const { isGzipped } = parcel
      const body = parcel.body ?? (await this.#options.spill?.read(parcel))
      if (body === undefined) throw new Error('no bytes')
      reply = await this.#options.sender.post({
        search: exactlyOnce(parcel.token),
        ...(isGzipped ? { headers: { 'content-encoding': 'gzip' } } : {}),
        body,
        timeoutMs: Math.max(100, Math.min(SEND_TIMEOUT_MS, this.#closeBy - Date.now())),
      })
    } catch (error) {
      const gone = parcel.body === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT'
      if (gone) await this.#leave(parcel)
      else this.#counters.failedSends += 1
      return gone
    }
    if (reply.status === 200) {
      this.#counters.acked += parcel.rows
      this.#options.onAck(parcel.walked)
      await this.#leave(parcel)
      return true
    }
    if (REFUSALS.has(reply.exceptionCode)) {
      this.#counters.refused += parcel.rows
      this.#options.onWarning(`ClickHouse refused ${parcel.rows} rows of ${parcel.table}: ${reply.text}`)
      await this.#leave(parcel)
      return true
    }
    this.#counters.failedSends += 1
    return false
  }

  async #leave(parcel: Parcel): Promise<void> {
    const index = this.#queue.indexOf(parcel)
    if (index >= 0) this.#queue.splice(index, 1)
    await this.#forget(parcel)
  }

  async #forget(parcel: Parcel): Promise<void> {
    if (parcel.onDisk) await this.#options.spill?.remove(parcel).catch(() => undefined)
  }

  async #toDisk(): Promise<void> {
    const { spill, onWarning } = this.#options
    if (spill === undefined) return
    for (const parcel of [...this.#queue]) {
      if (parcel.onDisk || parcel.body === undefined) continue
      try {
        const body = parcel.isGzipped ? parcel.body : await compress(parcel.body, { level: 1 })
        await spill.write(parcel, body)
        parcel.bytes = body.length
      } catch (error) {
        onWarning(`A batch cannot be written to disk: ${String(error)}`)
        return
      }
      parcel.onDisk = true
      this.#counters.spilledBatches += 1
      // It may have been acknowledged while it was being written.
      if (!this.#queue.includes(parcel)) {
        await spill.remove(parcel)
        continue
      }
      parcel.body = undefined
      parcel.isGzipped = true
    }
  }

  /** Takes the oldest out until what waits fits its bounds; the head may be in flight and is kept. */
  #overflow(): Parcel[] {
    const memory = () => this.#queue.reduce((sum, one) => sum + (one.body?.length ?? 0), 0)
    const out: Parcel[] = []
    while (
      this.#queue.length > 1 &&
      (this.#queuedBytes() > this.#options.limitBytes || memory() > MEMORY_LIMIT_BYTES)
    ) {
      const [oldest] = this.#queue.splice(1, 1)
      if (oldest === undefined) break
      this.#counters.overflowed += oldest.rows
      out.push(oldest)
    }
    return out
  }

  #queuedBytes(): number {
    return this.#queue.reduce((sum, one) => sum + one.bytes, 0)
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        this.#wake = undefined
        resolve()
      }
      const timer = setTimeout(done, ms).unref()
      this.#wake = done
    })
  }
}
