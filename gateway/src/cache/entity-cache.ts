import { LRUCache } from 'lru-cache'
import { Invalidations } from './invalidations.js'

/** What a fetch gave, as it is kept. */
export interface CacheEntry {
  /** JSON text. */
  readonly text: string
  /** When it was asked for, in milliseconds since the epoch: it can be no newer than that. */
  readonly askedAt: number
  /** Milliseconds from then. */
  readonly ttlMs: number
  readonly tags: readonly string[]
}

/** A store that several gateways share. It may forget; what fails in it counts as forgotten. Never rejects. */
export interface SharedStore {
  /** In the order of the keys; undefined for what it has not. */
  getMany(keys: readonly string[]): Promise<readonly (CacheEntry | undefined)[]>
  setMany(entries: readonly (readonly [key: string, entry: CacheEntry])[]): void
  /** Tells every gateway, this one included, and those that start later while it matters. */
  invalidate(tags: readonly string[], at: number): void
  /** Calls `take` with every invalidation from now on, and with those that others made before. */
  follow(take: (tags: readonly string[], at: number) => void): Disposable
}

export interface EntityCacheOptions {
  readonly maxBytes: number
  readonly shared?: SharedStore | undefined
  readonly now?: () => number
}

/** Where an entry was found. */
export interface Found {
  readonly text: string
  readonly tier: 'memory' | 'redis'
}

export interface CacheCounts {
  readonly hits: { memory: number; redis: number }
  misses: number
  invalidations: number
  readonly bytes: number
}

/** Clocks of machines differ: what was asked for this long after an invalidation does not count either. */
const SKEW_MS = 2_000
/** What an entry costs beside its texts. */
const ENTRY_BYTES = 256

/**
 * Memory first, then the shared store. Memory is bounded by bytes, the least recently used goes first; every entry ends
 * with its time to live, or when one of its tags is invalidated.
 */
export class EntityCache implements Disposable {
  readonly #memory: LRUCache<string, CacheEntry>
  readonly #shared: SharedStore | undefined
  readonly #now: () => number
  readonly #invalidations = new Invalidations()
  readonly #following: Disposable | undefined
  readonly #hits = { memory: 0, redis: 0 }
  #misses = 0
  #invalidated = 0

  constructor({ maxBytes, shared, now = Date.now }: EntityCacheOptions) {
    this.#shared = shared
    this.#now = now
    this.#memory = new LRUCache({
      maxSize: maxBytes,
      // A character may take two bytes.
      sizeCalculation: ({ text }, key) => ENTRY_BYTES + 2 * (text.length + key.length),
    })
    this.#following = shared?.follow((tags, at) => {
      for (const tag of tags) this.#invalidations.add(tag, at + SKEW_MS)
    })
  }

  get counts(): CacheCounts {
    const bytes = this.#memory.calculatedSize
    return { hits: this.#hits, misses: this.#misses, invalidations: this.#invalidated, bytes }
  }

  /** In the order of the keys; undefined for what must be fetched. */
  async getMany(keys: readonly string[]): Promise<(Found | undefined)[]> {
    const found: (Found | undefined)[] = keys.map((key) => this.#recall(key))
    const missing = keys.flatMap((_, at) => (found[at] === undefined ? [at] : []))
    this.#hits.memory += keys.length - missing.length
    let left = missing.length
    if (left > 0 && this.#shared !== undefined) {
      const entries = await this.#shared.getMany(missing.map((at) => keys[at] ?? ''))
      for (const [nth, at] of missing.entries()) {
        const entry = entries[nth]
        if (entry === undefined || !this.#isGood(entry)) continue
        this.#memory.set(keys[at] ?? '', entry)
        found[at] = { text: entry.text, tier: 'redis' }
        left -= 1
      }
      this.#hits.redis += missing.length - left
    }
    this.#misses += left
    return found
  }

  setMany(entries: readonly (readonly [key: string, entry: CacheEntry])[]): void {
    const good = entries.filter(([, entry]) => this.#isGood(entry))
    for (const [key, entry] of good) this.#memory.set(key, entry)
    if (good.length > 0) this.#shared?.setMany(good)
  }

  /** Nothing that was asked for until now and has one of the tags is served any more, here or anywhere. */
  invalidate(tags: readonly string[]): void {
    const at = this.#now()
    for (const tag of tags) this.#invalidations.add(tag, at)
    this.#invalidated += tags.length
    this.#shared?.invalidate(tags, at)
  }

  [Symbol.dispose](): void {
    this.#following?.[Symbol.dispose]()
  }

  #recall(key: string): Found | undefined {
    const entry = this.#memory.get(key)
    if (entry === undefined) return undefined
    if (this.#isGood(entry)) return { text: entry.text, tier: 'memory' }
    this.#memory.delete(key)
    return undefined
  }

  #isGood({ askedAt, ttlMs, tags }: CacheEntry): boolean {
    return this.#now() < askedAt + ttlMs && this.#invalidations.allow(askedAt, tags)
  }
}
