/**
 * Bounds extra requests to a share of the ordinary ones: each ordinary one pays in a share of a token, each extra one
 * takes a whole token. Saved tokens let a short burst through, so that a quiet subgraph has some at once.
 * Source: retry budgets of Finagle (`RetryBudget`) and gRPC retry throttling (proposal A6).
 */
export class Budget {
  readonly #share: number
  readonly #most: number
  #tokens: number

  /** `percent` of ordinary requests; at most `most` tokens are saved, and so many are there at the start. */
  constructor(percent: number, most: number) {
    this.#share = percent / 100
    this.#most = most
    this.#tokens = most
  }

  /** An ordinary request was made. */
  pay(): void {
    this.#tokens = Math.min(this.#most, this.#tokens + this.#share)
  }

  /** Takes a token for an extra request; false when there is none. */
  take(): boolean {
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }
}
