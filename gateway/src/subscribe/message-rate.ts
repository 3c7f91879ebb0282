/** Seconds of the rate that may come at once, after a silence. */
const BURST_S = 2

/** A token bucket: so many messages a second, twice as many at once. */
export class MessageRate {
  readonly #perSecond: number
  readonly #now: () => number
  #tokens: number
  #atMs: number

  /** `now` reads milliseconds. */
  constructor(perSecond: number, now: () => number) {
    this.#perSecond = perSecond
    this.#now = now
    this.#tokens = perSecond * BURST_S
    this.#atMs = now()
  }

  /** Counts a message; false when it is one too many. */
  take(): boolean {
    const now = this.#now()
    const gained = (Math.max(0, now - this.#atMs) / 1_000) * this.#perSecond
    this.#tokens = Math.min(this.#perSecond * BURST_S, this.#tokens + gained)
    this.#atMs = now
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }
}
