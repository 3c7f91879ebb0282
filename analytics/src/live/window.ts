import { type Tier, TIERS } from '@lighthouse/contract/decision'
import { type Buckets, LAST_BUCKET, quantileUs } from '@lighthouse/contract/histogram'
import {
  LIVE_FLUSH_MS,
  type LiveFrame,
  MAX_LIVE_OPERATIONS,
  OTHER_OPERATION,
} from '@lighthouse/contract/live-frame'

/** Percentiles of one operation over the window; null when it has none. */
export interface LiveOperationMetrics {
  readonly name: string
  readonly count: number
  readonly errors: number
  readonly ratePerSecond: number
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
}

export interface LiveTierMetrics {
  readonly tier: Tier
  readonly hits: number
  readonly misses: number
  readonly hitRatio: number | null
}

export interface LiveSnapshot {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly windowMs: number
  /** At most MAX_LISTED, by count. */
  readonly operations: readonly LiveOperationMetrics[]
  readonly tiers: readonly LiveTierMetrics[]
  readonly total: LiveOperationMetrics
}

/** Long enough for a p99 at 20 requests a second, short enough to show a change within seconds. */
export const WINDOW_MS = 5_000
export const MAX_LISTED = 200
export const TOTAL = 'total'

class Tally {
  count = 0
  errors = 0
  readonly buckets = new Uint32Array(LAST_BUCKET + 1)

  add(delta: Delta, sign: 1 | -1): void {
    this.count += sign * delta.count
    this.errors += sign * delta.errors
    for (let i = 0; i < delta.buckets.length; i += 2) {
      const bucket = delta.buckets[i] ?? 0
      this.buckets[bucket] = (this.buckets[bucket] ?? 0) + sign * (delta.buckets[i + 1] ?? 0)
    }
  }

  read(name: string, seconds: number): LiveOperationMetrics {
    const pairs: number[] = []
    for (const [bucket, count] of this.buckets.entries()) if (count > 0) pairs.push(bucket, count)
    const ms = (p: number): number | null => {
      const us = quantileUs(pairs, p)
      return us === undefined ? null : us / 1_000
    }
    const { count, errors } = this
    return {
      name,
      count,
      errors,
      ratePerSecond: count / seconds,
      p50Ms: ms(0.5),
      p95Ms: ms(0.95),
      p99Ms: ms(0.99),
    }
  }
}

interface Delta {
  readonly name: string
  readonly count: number
  readonly errors: number
  readonly buckets: Buckets
}

interface Slot {
  readonly index: number
  readonly operations: Delta[]
  readonly tiers: { readonly tier: Tier; readonly hits: number; readonly misses: number }[]
}

/**
 * The last `windowMs` in slots of 100 ms, kept as running totals: what a slot added is taken away when it leaves. At
 * most MAX_LIVE_OPERATIONS names are kept apart, 4 KB each; the rest are counted under `other`. Frames count at the
 * time they arrive. Time is given in milliseconds and must not go back; when it does, the newest slot is used.
 */
export class LiveWindow {
  readonly #windowMs: number
  readonly #slots: Slot[] = []
  readonly #operations = new Map<string, Tally>()
  readonly #tiers = new Map<Tier, { hits: number; misses: number }>()
  readonly #total = new Tally()

  constructor({ windowMs = WINDOW_MS }: { windowMs?: number } = {}) {
    this.#windowMs = windowMs
  }

  add(frame: Pick<LiveFrame, 'operations' | 'tiers'>, at: number): void {
    const slot = this.#slotAt(at)
    for (const { name, count, errors, buckets } of frame.operations) {
      const kept = this.#operations.has(name) || this.#operations.size < MAX_LIVE_OPERATIONS
      const delta = { name: kept ? name : OTHER_OPERATION, count, errors, buckets }
      slot.operations.push(delta)
      this.#apply(delta, 1)
    }
    for (const delta of frame.tiers) {
      slot.tiers.push(delta)
      this.#applyTier(delta, 1)
    }
  }

  read(at: number): LiveSnapshot {
    this.#expire(at)
    const seconds = this.#windowMs / 1_000
    const busiest = [...this.#operations].sort(([, a], [, b]) => b.count - a.count).slice(0, MAX_LISTED)
    return {
      at,
      windowMs: this.#windowMs,
      operations: busiest.map(([name, tally]) => tally.read(name, seconds)),
      tiers: TIERS.flatMap((tier) => {
        const counts = this.#tiers.get(tier)
        return counts === undefined
          ? []
          : [{ tier, ...counts, hitRatio: counts.hits / (counts.hits + counts.misses) }]
      }),
      total: this.#total.read(TOTAL, seconds),
    }
  }

  #slotAt(at: number): Slot {
    this.#expire(at)
    const index = Math.floor(at / LIVE_FLUSH_MS)
    const newest = this.#slots.at(-1)
    if (newest !== undefined && newest.index >= index) return newest
    const slot: Slot = { index, operations: [], tiers: [] }
    this.#slots.push(slot)
    return slot
  }

  #expire(at: number): void {
    const oldest = Math.floor((at - this.#windowMs) / LIVE_FLUSH_MS)
    while (this.#slots[0] !== undefined && this.#slots[0].index <= oldest) {
      const slot = this.#slots.shift()
      for (const delta of slot?.operations ?? []) this.#apply(delta, -1)
      for (const delta of slot?.tiers ?? []) this.#applyTier(delta, -1)
    }
  }

  #apply(delta: Delta, sign: 1 | -1): void {
    const tally = this.#operations.get(delta.name) ?? new Tally()
    tally.add(delta, sign)
    this.#total.add(delta, sign)
    if (tally.count > 0) this.#operations.set(delta.name, tally)
    else this.#operations.delete(delta.name)
  }

  #applyTier(delta: { tier: Tier; hits: number; misses: number }, sign: 1 | -1): void {
    const counts = this.#tiers.get(delta.tier) ?? { hits: 0, misses: 0 }
    counts.hits += sign * delta.hits
    counts.misses += sign * delta.misses
    if (counts.hits + counts.misses > 0) this.#tiers.set(delta.tier, counts)
    else this.#tiers.delete(delta.tier)
  }
}
