import { createHash } from 'node:crypto'
import { cacheEntryKey } from '@lighthouse/contract/redis-keys'
import { CircuitState, circuitBreaker, ConsecutiveBreaker, handleAll } from 'cockatiel'
import type { CacheEntry, SharedStore, TakeInvalidation } from '../entity-cache.js'
import type { CacheChannel, CacheRedis } from './cache-redis.js'
import { entryText, readEntry } from './entry-text.js'
import { RedisInvalidations } from './redis-invalidations.js'

/** Failures in a row after which Redis is left alone for {@link OPEN_MS}. */
const FAILURES = 3
const OPEN_MS = 1_000
/** Writes under way; what comes while there are as many is not kept. */
const MAX_WRITES = 1_000

export interface RedisStoreOptions {
  /** Commands of this one reject after the time that a lookup may take. */
  readonly redis: CacheRedis
  readonly channel: CacheChannel
  /** A larger entry stays in memory only. */
  readonly maxEntryBytes: number
  readonly now?: () => number
}

/**
 * The cache that gateways share through Redis. All keys of a fetch are looked up in one round trip. It never rejects and
 * never waits longer than the connection's limit: while Redis is away, slow or not up to date with what was invalidated,
 * it has nothing.
 */
export class RedisStore implements SharedStore, Disposable {
  readonly counts = { ignored: 0, failed: 0, skipped: 0, unkept: 0 }
  readonly #redis: CacheRedis
  readonly #invalidations: RedisInvalidations
  readonly #circuit = circuitBreaker(handleAll, {
    halfOpenAfter: OPEN_MS,
    breaker: new ConsecutiveBreaker(FAILURES),
  })
  readonly #maxEntryBytes: number
  readonly #now: () => number
  #writes = 0

  constructor({ redis, channel, maxEntryBytes, now = Date.now }: RedisStoreOptions) {
    this.#redis = redis
    this.#maxEntryBytes = maxEntryBytes
    this.#now = now
    this.#invalidations = new RedisInvalidations(redis, channel, now)
  }

  async getMany(keys: readonly string[]): Promise<readonly (CacheEntry | undefined)[]> {
    const none = keys.map(() => undefined)
    if (!this.#mayAsk || !this.#invalidations.isCurrent) {
      this.counts.skipped += keys.length
      return none
    }
    try {
      const texts = await this.#circuit.execute(() => this.#redis.getMany(keys.map(hashedKey)))
      return keys.map((key, at) => this.#read(key, texts[at] ?? null))
    } catch {
      this.counts.failed += keys.length
      return none
    }
  }

  setMany(entries: readonly (readonly [key: string, entry: CacheEntry])[]): void {
    for (const [key, entry] of entries) {
      const text = entryText(key, entry)
      const leftMs = Math.ceil(entry.askedAt + entry.ttlMs - this.#now())
      const isTooLarge = Buffer.byteLength(text) > this.#maxEntryBytes
      if (isTooLarge || leftMs <= 0 || !this.#mayAsk || this.#writes >= MAX_WRITES) {
        this.counts.unkept += 1
        continue
      }
      this.#writes += 1
      this.#redis.client
        .set(hashedKey(key), text, 'PX', leftMs)
        .catch(() => (this.counts.unkept += 1))
        .finally(() => (this.#writes -= 1))
    }
  }

  invalidate(tags: readonly string[], at: number): Promise<boolean> {
    return this.#invalidations.tell(tags, at)
  }

  follow(take: TakeInvalidation): Disposable {
    return this.#invalidations.follow(take)
  }

  [Symbol.dispose](): void {
    this.#invalidations[Symbol.dispose]()
  }

  get #mayAsk(): boolean {
    // While one call tries whether Redis is back, nobody else waits for it.
    return this.#redis.ready && this.#circuit.state !== CircuitState.HalfOpen
  }

  #read(key: string, text: string | null): CacheEntry | undefined {
    if (text === null) return undefined
    const entry = readEntry(key, text)
    if (entry === undefined) this.counts.ignored += 1
    return entry
  }
}

/** Keys hold whole representations; Redis needs to know them apart only. */
function hashedKey(key: string): string {
  return cacheEntryKey(createHash('sha256').update(key).digest('base64url'))
}
