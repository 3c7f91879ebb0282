import { bucketOf, bucketUs, LAST_BUCKET } from '@lighthouse/contract/histogram'

/** Durations that a half of the window holds; with them a new half begins. */
const HALF = 1_000
/** A percentile of fewer is a guess. */
const MIN_SAMPLES = 100
/** The percentile is worked out anew after so many durations. */
const EVERY = 50

/** The last thousand to two thousand durations as a log-histogram, and one percentile of them. */
export class LatencyWindow {
  readonly #percentile: number
  #older = new Uint32Array(LAST_BUCKET + 1)
  #newer = new Uint32Array(LAST_BUCKET + 1)
  #olderCount = 0
  #newerCount = 0
  #valueMs: number | undefined

  /** `percentile` from 0 to 100. */
  constructor(percentile: number) {
    this.#percentile = percentile / 100
  }

  /** The percentile in milliseconds; undefined until a hundred durations were seen. */
  get valueMs(): number | undefined {
    return this.#valueMs
  }

  record(ms: number): void {
    const bucket = bucketOf(ms * 1_000)
    this.#newer[bucket] = (this.#newer[bucket] ?? 0) + 1
    this.#newerCount += 1
    const count = this.#olderCount + this.#newerCount
    if (count >= MIN_SAMPLES && count % EVERY === 0) this.#valueMs = this.#compute(count)
    if (this.#newerCount < HALF) return
    ;[this.#older, this.#newer] = [this.#newer, this.#older.fill(0)]
    this.#olderCount = this.#newerCount
    this.#newerCount = 0
  }

  #compute(count: number): number {
    const rank = this.#percentile * count
    let seen = 0
    for (let bucket = 0; bucket <= LAST_BUCKET; bucket++) {
      seen += (this.#older[bucket] ?? 0) + (this.#newer[bucket] ?? 0)
      if (seen >= rank) return bucketUs(bucket) / 1_000
    }
    return bucketUs(LAST_BUCKET) / 1_000
  }
}
