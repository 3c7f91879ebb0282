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
  /** Told of each value that is held no longer, however it left; not of all at once by `clear`. */
  readonly onLeave?: (key: string, value: V) => void
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
  /** Undefined for an entry that has left and is only remembered to have been here. */
  value: V | undefined
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

/**
 * S3-FIFO: a small queue on probation, a main queue with second chances, and a memory of who left too early (Yang,
 * Zhang, Qiu, Yue, Vinayak, "FIFO queues are all you need for cache eviction", SOSP 2023). One pass of keys that
 * nobody asks for again ends in the small queue and costs the hot ones nothing.
 */
export function openS3Fifo<V>(options: S3FifoOptions<V>): Cache<V> {
  const { maxEntries, maxBytes = Infinity, bytesOf = () => 0, now = () => performance.now() } = options
  const { onLeave } = options
  const smallEntries = Math.max(1, Math.floor(maxEntries * SMALL_SHARE))
  const smallBytes = maxBytes * SMALL_SHARE
  const entries = new Map<string, Entry<V>>()
  const small = new Queue<V>()
  const main = new Queue<V>()
  // Who left the small queue without a second hit: the key is kept, in the same map, the value is not.
  const ghosts = new Queue<V>()
  const maxGhosts = Math.max(1, maxEntries - smallEntries)
  let evictions = 0

  const drop = (entry: Entry<V>): void => {
    entry.queue.remove(entry)
    entries.delete(entry.key)
    if (entry.value !== undefined) onLeave?.(entry.key, entry.value)
  }
  const evict = (entry: Entry<V>): void => {
    drop(entry)
    evictions += 1
  }
  const leaveSmall = (entry: Entry<V>): void => {
    small.remove(entry)
    if (entry.frequency > PROMOTE_ABOVE) {
      entry.frequency = 0
      main.push(entry)
      return
    }
    evictions += 1
    if (entry.value !== undefined) onLeave?.(entry.key, entry.value)
    entry.value = undefined
    ghosts.push(entry)
    if (ghosts.count > maxGhosts && ghosts.oldest !== undefined) drop(ghosts.oldest)
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
    if (entry === undefined || entry.queue === ghosts) return undefined
    if (entry.expiresAt > now()) return entry
    drop(entry)
    return undefined
  }

  /** Where a new value goes: in its key's place while that is live, to the main queue when the key comes back. */
  const placeOf = (known: Entry<V> | undefined, at: number): Pick<Entry<V>, 'queue' | 'frequency'> => {
    if (known?.queue === ghosts) return { queue: main, frequency: 0 }
    return known !== undefined && known.expiresAt > at ? known : { queue: small, frequency: 0 }
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
      const keptAt = now()
      const known = entries.get(key)
      if (known !== undefined) drop(known)
      if (bytes > smallBytes) return
      makeRoom(bytes)
      const { queue, frequency } = placeOf(known, keptAt)
      const expiresAt = keptAt + ttlMs
      const entry = { key, value, bytes, expiresAt, frequency, queue, newer: undefined, older: undefined }
      queue.push(entry)
      entries.set(key, entry)
    },
    delete(key) {
      const entry = entries.get(key)
      if (entry === undefined || entry.queue === ghosts) return false
      drop(entry)
      return true
    },
    clear() {
      entries.clear()
      for (const queue of [small, main, ghosts]) while (queue.oldest !== undefined) queue.remove(queue.oldest)
    },
    get size() {
      return small.count + main.count
    },
    get bytes() {
      return small.bytes + main.bytes
    },
    get evictions() {
      return evictions
    },
  }
}
