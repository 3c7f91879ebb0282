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

/** Stands for every tag. No tag is written like it: those have a space. */
export const EVERYTHING = '*'

/** Told of tags that were invalidated, and when, in milliseconds since the epoch. */
export type TakeInvalidation = (tags: readonly string[], at: number) => void

/** How a shared store fared, in entries. */
export interface SharedCounts {
  /** Found, but corrupted or not ours. */
  readonly ignored: number
  /** Asked for in vain: it did not answer, or not in time. */
  readonly failed: number
  /** Not asked for: it was away. */
  readonly skipped: number
  /** Not written: too large, too many at once, or it was away. */
  readonly unkept: number
}

/** A store that several gateways share. It may forget; what fails in it counts as forgotten. Never rejects. */
export interface SharedStore {
  /** In the order of the keys; undefined for what it has not. */
  getMany(keys: readonly string[]): Promise<readonly (CacheEntry | undefined)[]>
  setMany(entries: readonly (readonly [key: string, entry: CacheEntry])[]): void
  /**
   * Tells every gateway, this one included, and those that start later while it matters. Resolves with whether it was told
   * by now; else it is as soon as that is possible.
   */
  invalidate(tags: readonly string[], at: number): Promise<boolean>
  /** Calls `take` with every invalidation from now on, and with those that others made before. */
  follow(take: TakeInvalidation): Disposable
  readonly counts: SharedCounts
}

export interface EntityCacheOptions {
  readonly maxBytes: number
  readonly shared?: SharedStore | undefined
  readonly now?: () => number
}

/** Where an entry was found. */
export interface Found {
  readonly entry: CacheEntry
  readonly tier: 'memory' | 'redis'
}

export interface CacheCounts {
  readonly hits: { memory: number; redis: number }
  misses: number
  invalidations: number
  readonly bytes: number
  readonly shared: SharedCounts | undefined
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
      for (const tag of tags) {
        if (tag === EVERYTHING) this.#invalidations.addAll(at + SKEW_MS)
        else this.#invalidations.add(tag, at + SKEW_MS)
      }
    })
  }

  get counts(): CacheCounts {
    const bytes = this.#memory.calculatedSize
    const [hits, misses, invalidations] = [this.#hits, this.#misses, this.#invalidated]
    return { hits, misses, invalidations, bytes, shared: this.#shared?.counts }
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
        found[at] = { entry, tier: 'redis' }
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

  /**
   * Nothing that was asked for until now and has one of the tags is served any more, here or anywhere. Resolves with whether
   * the others know it; undefined when there are none.
   */
  async invalidate(tags: readonly string[]): Promise<boolean | undefined> {
    const at = this.#now()
    for (const tag of tags) this.#invalidations.add(tag, at)
    this.#invalidated += tags.length
    return await this.#shared?.invalidate(tags, at)
  }

  [Symbol.dispose](): void {
    this.#following?.[Symbol.dispose]()
  }

  #recall(key: string): Found | undefined {
    const entry = this.#memory.get(key)
    if (entry === undefined) return undefined
    if (this.#isGood(entry)) return { entry, tier: 'memory' }
    this.#memory.delete(key)
    return undefined
  }

  #isGood({ askedAt, ttlMs, tags }: CacheEntry): boolean {
    return this.#now() < askedAt + ttlMs && this.#invalidations.allow(askedAt, tags)
  }
}
