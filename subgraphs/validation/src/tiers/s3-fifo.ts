/** Share of the cache that new entries may fill before they must have proved themselves (the paper's 10 %). */
const SMALL_SHARE = 0.1
/** Hits that an entry can save up: two bits (the paper's cap). */
const MAX_FREQUENCY = 3
/** Hits that carry an entry from the small queue to the main one (the paper's "more than once"). */
const PROMOTE_ABOVE = 1

export interface S3FifoOptions<V> {
  /** Most entries that are kept. */
  readonly maxEntries: number
  /** Most bytes that are kept, as `bytesOf` counts them; an entry that is larger than the small queue is not kept. */
  readonly maxBytes?: number
  readonly bytesOf?: (key: string, value: V) => number
  /** Milliseconds on a clock that does not go back. */
  readonly now?: () => number
}

/** A bounded cache. Every operation is O(1) amortised; nothing is kept past its time, and reading does not extend it. */
export interface Cache<V> {
  get(key: string): V | undefined
  /** Like `get`, and leaves no trace of having been asked. */
  peek(key: string): V | undefined
  set(key: string, value: V, ttlMs: number): void
  delete(key: string): boolean
  clear(): void
  readonly size: number
  readonly bytes: number
  /** Entries that had to leave for others since the cache was opened. */
  readonly evictions: number
}

interface Entry<V> {
  readonly key: string
  value: V
  bytes: number
  expiresAt: number
  frequency: number
  queue: Queue<V>
  newer: Entry<V> | undefined
  older: Entry<V> | undefined
}

/** Entries in order of arrival, as a list that lets go of any of them at once. */
class Queue<V> {
  count = 0
  bytes = 0
  oldest: Entry<V> | undefined
  #newest: Entry<V> | undefined

  push(entry: Entry<V>): void {
    entry.queue = this
    entry.newer = undefined
    entry.older = this.#newest
    if (this.#newest === undefined) this.oldest = entry
    else this.#newest.newer = entry
    this.#newest = entry
    this.count += 1
    this.bytes += entry.bytes
  }

  remove(entry: Entry<V>): void {
    if (entry.older === undefined) this.oldest = entry.newer
    else entry.older.newer = entry.newer
    if (entry.newer === undefined) this.#newest = entry.older
    else entry.newer.older = entry.older
    this.count -= 1
    this.bytes -= entry.bytes
  }
}

/** Keys of the newest `size` entries that left without a second hit. A ring, so that the oldest is found at once. */
class Ghosts {
  readonly #ring: (string | undefined)[]
  readonly #turns = new Map<string, number>()
  #turn = 0

  constructor(size: number) {
    this.#ring = Array.from({ length: Math.max(1, size) }, () => undefined)
  }

  add(key: string): void {
    const slot = this.#turn % this.#ring.length
    const former = this.#ring[slot]
    // A key that came back and left again stands in a younger slot, and stays.
    if (former !== undefined && this.#turns.get(former) === this.#turn - this.#ring.length)
      this.#turns.delete(former)
    this.#ring[slot] = key
    this.#turns.set(key, this.#turn)
    this.#turn += 1
  }

  /** Whether the key was there; it no longer is. */
  take(key: string): boolean {
    return this.#turns.delete(key)
  }

  clear(): void {
    this.#turns.clear()
    this.#ring.fill(undefined)
  }
}

/**
 * S3-FIFO: a small queue on probation, a main queue with second chances, and a memory of who left too early (Yang,
 * Zhang, Qiu, Yue, Vinayak, "FIFO queues are all you need for cache eviction", SOSP 2023). One pass of keys that
 * nobody asks for again ends in the small queue and costs the hot ones nothing.
 */
export function openS3Fifo<V>(options: S3FifoOptions<V>): Cache<V> {
  const { maxEntries, maxBytes = Infinity, bytesOf = () => 0, now = () => performance.now() } = options
  const smallEntries = Math.max(1, Math.floor(maxEntries * SMALL_SHARE))
  const smallBytes = maxBytes * SMALL_SHARE
  const entries = new Map<string, Entry<V>>()
  const small = new Queue<V>()
  const main = new Queue<V>()
  const ghosts = new Ghosts(maxEntries - smallEntries)
  let evictions = 0

  const drop = (entry: Entry<V>): void => {
    entry.queue.remove(entry)
    entries.delete(entry.key)
  }
  const evict = (entry: Entry<V>): void => {
    drop(entry)
    evictions += 1
  }
  const leaveSmall = (entry: Entry<V>): void => {
    if (entry.frequency <= PROMOTE_ABOVE) {
      evict(entry)
      ghosts.add(entry.key)
      return
    }
    small.remove(entry)
    entry.frequency = 0
    main.push(entry)
  }
  const leaveMain = (entry: Entry<V>): void => {
    if (entry.frequency === 0) return evict(entry)
    main.remove(entry)
    entry.frequency -= 1
    main.push(entry)
  }
  const makeRoom = (bytes: number): void => {
    while (small.count + main.count >= maxEntries || small.bytes + main.bytes + bytes > maxBytes) {
      const full = small.count >= smallEntries || small.bytes + bytes > smallBytes
      if (small.oldest !== undefined && (full || main.oldest === undefined)) leaveSmall(small.oldest)
      else if (main.oldest !== undefined) leaveMain(main.oldest)
      else return
    }
  }
  const live = (key: string): Entry<V> | undefined => {
    const entry = entries.get(key)
    if (entry === undefined || entry.expiresAt > now()) return entry
    drop(entry)
    return undefined
  }

  return {
    get(key) {
      const entry = live(key)
      if (entry !== undefined && entry.frequency < MAX_FREQUENCY) entry.frequency += 1
      return entry?.value
    },
    peek: (key) => live(key)?.value,
    set(key, value, ttlMs) {
      const bytes = bytesOf(key, value)
      const known = live(key)
      if (known !== undefined) drop(known)
      if (bytes > smallBytes) return
      makeRoom(bytes)
      const queue = known?.queue ?? (ghosts.take(key) ? main : small)
      const frequency = known?.frequency ?? 0
      const expiresAt = now() + ttlMs
      const entry = { key, value, bytes, expiresAt, frequency, queue, newer: undefined, older: undefined }
      queue.push(entry)
      entries.set(key, entry)
    },
    delete(key) {
      const entry = entries.get(key)
      if (entry !== undefined) drop(entry)
      return entry !== undefined
    },
    clear() {
      entries.clear()
      ghosts.clear()
      for (const queue of [small, main]) while (queue.oldest !== undefined) queue.remove(queue.oldest)
    },
    get size() {
      return entries.size
    },
    get bytes() {
      return small.bytes + main.bytes
    },
    get evictions() {
      return evictions
    },
  }
}
