import { randomUUID } from 'node:crypto'
import { CACHE_CHANNEL, CACHE_INVALIDATIONS_KEY } from '@lighthouse/contract/redis-keys'
import * as z from 'zod'
import { EVERYTHING, type TakeInvalidation } from '../entity-cache.js'
import type { CacheChannel, CacheRedis } from './cache-redis.js'
import { jsonOrNot } from './json-or-not.js'

/** How often what was invalidated is read again, beside what is announced: nobody waits longer for what an outage ate. */
const READ_MS = 500
/** Without having read for so long, what Redis holds is not believed. */
const STALE_MS = 3_000
/** Clocks differ, and what was noted late may be scored earlier than what was read before. */
const LATE_MS = 60_000
/** Longer than any entry lives: what was invalidated before matters to none. */
const KEPT_MS = 86_400_000 + LATE_MS
/** As many as one process remembers. */
const MAX_TAGS = 10_000
/** Tags of one announcement. */
const MAX_ANNOUNCED = 500

const announcement = z.tuple([z.number(), z.array(z.string())])

/**
 * Invalidations among gateways: announced on a channel, and kept in a sorted set (tag by time) for those that were not
 * there. What cannot be told now is told as soon as Redis is back. A member of the set that outlives all others names the
 * set's life: with another name, or none, some of it was lost, and everything is forgotten.
 */
export class RedisInvalidations implements Disposable {
  readonly #redis: CacheRedis
  readonly #channel: CacheChannel
  readonly #now: () => number
  readonly #listeners = new Set<TakeInvalidation>()
  readonly #untold = new Map<string, number>()
  readonly #timer: NodeJS.Timeout
  #life: string | undefined
  #readAt = 0
  #since = 0
  #isReading = false

  constructor(redis: CacheRedis, channel: CacheChannel, now: () => number) {
    this.#redis = redis
    this.#channel = channel
    this.#now = now
    channel.client.on('ready', this.#listen)
    channel.client.on('message', this.#hear)
    if (channel.ready) this.#listen()
    this.#timer = setInterval(() => this.#tick(), READ_MS)
    this.#timer.unref()
  }

  /** All that was invalidated is known here, but for what was within the last moments. */
  get isCurrent(): boolean {
    return this.#now() - this.#readAt < STALE_MS
  }

  follow(take: TakeInvalidation): Disposable {
    this.#listeners.add(take)
    this.#since = 0
    this.#readAt = 0
    this.#tick()
    return { [Symbol.dispose]: () => void this.#listeners.delete(take) }
  }

  /** Resolves with whether every gateway can know of it by now. */
  async tell(tags: readonly string[], at: number): Promise<boolean> {
    for (const tag of tags) this.#untold.set(tag, Math.max(at, this.#untold.get(tag) ?? 0))
    if (this.#untold.size > MAX_TAGS) {
      this.#untold.clear()
      this.#untold.set(EVERYTHING, at)
    }
    return await this.#tellAll().catch(() => false)
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.#channel.client.off('ready', this.#listen)
    this.#channel.client.off('message', this.#hear)
  }

  readonly #listen = (): void => {
    // Announcements that were made before this are read.
    void this.#channel.client.subscribe(CACHE_CHANNEL).then(
      () => this.#tick(),
      () => undefined,
    )
  }

  readonly #hear = (channel: string, message: string): void => {
    if (channel !== CACHE_CHANNEL) return
    const told = announcement.safeParse(jsonOrNot(message))
    if (told.success) this.#take(told.data[1], told.data[0])
  }

  #take(tags: readonly string[], at: number): void {
    for (const take of this.#listeners) take(tags, at)
  }

  #tick(): void {
    if (!this.#redis.ready) return
    this.#tellAll().catch(() => false)
    if (this.#listeners.size === 0 || this.#isReading) return
    this.#isReading = true
    this.#read()
      .catch(() => undefined)
      .finally(() => (this.#isReading = false))
  }

  /** Reads what was invalidated since the last time. A Redis that lost its memory, or this of it, may have lost some. */
  async #read(): Promise<void> {
    const { client } = this.#redis
    const now = this.#now()
    const since = this.#since
    const found = await client.zrangebyscore(CACHE_INVALIDATIONS_KEY, since, '+inf', 'WITHSCORES')
    let life: string | undefined
    for (let at = 0; at + 1 < found.length; at += 2) {
      const [member = '', score = ''] = found.slice(at, at + 2)
      if (score === 'inf') life ??= member
      else this.#take([member], Number(score))
    }
    // Older ones went when one too many came.
    if (found.length > 2 * MAX_TAGS) this.#take([EVERYTHING], Number(found[1]))
    if (life === undefined) {
      life = `life ${randomUUID()}`
      await client.zadd(CACHE_INVALIDATIONS_KEY, 'GT', '+inf', life)
    }
    if (this.#life !== undefined && life !== this.#life) this.#take([EVERYTHING], now)
    this.#life = life
    // A follower that came meanwhile wants all of it.
    if (since !== this.#since) return
    this.#since = now - LATE_MS
    this.#readAt = now
  }

  async #tellAll(): Promise<boolean> {
    if (this.#untold.size === 0) return true
    if (!this.#redis.ready) return false
    const { client } = this.#redis
    const told = [...this.#untold]
    while (told.length > 0) {
      const some = told.splice(0, MAX_ANNOUNCED)
      const pairs = some.flatMap(([tag, at]) => [at, tag])
      await client.zadd(CACHE_INVALIDATIONS_KEY, 'GT', ...pairs)
      const at = Math.max(...some.map((one) => one[1]))
      await client.publish(CACHE_CHANNEL, JSON.stringify([at, some.map(([tag]) => tag)]))
      for (const [tag, when] of some) if (this.#untold.get(tag) === when) this.#untold.delete(tag)
    }
    await client.zremrangebyscore(CACHE_INVALIDATIONS_KEY, '-inf', this.#now() - KEPT_MS)
    await client.zremrangebyrank(CACHE_INVALIDATIONS_KEY, 0, -MAX_TAGS - 2)
    return true
  }
}
