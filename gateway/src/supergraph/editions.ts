import type { Holds } from './holds.js'

/** Replaced editions that streams may keep alive; with one more, streams of the oldest are told to end. */
const MAX_RETIRED = 3

/** Everything that was made of one supergraph, while it serves and while operations on it finish. */
export interface Edition extends AsyncDisposable {
  readonly holds: Holds
}

/** What came of the last attempt to replace the supergraph. */
export interface ReloadState {
  /** When the supergraph that serves was taken in use, in milliseconds since the epoch. */
  readonly since: number
  readonly swaps: number
  readonly refusals: number
  /** Why the newest supergraph is not served; undefined when it is. */
  readonly refused: string | undefined
}

/**
 * The supergraph that is served and those that were. A swap is one assignment: an operation takes the edition that is
 * current when it arrives and keeps it to its end, so that none is validated by one graph and answered by another.
 */
export class Editions<Made extends Edition> {
  #current: Made
  readonly #retired = new Set<Made>()
  readonly #now: () => number
  #turn: Promise<unknown> = Promise.resolve()
  #state: ReloadState

  constructor(first: Made, now: () => number = Date.now) {
    this.#current = first
    this.#now = now
    this.#state = { since: now(), swaps: 0, refusals: 0, refused: undefined }
  }

  get current(): Made {
    return this.#current
  }

  get state(): ReloadState {
    return this.#state
  }

  /**
   * Makes the next edition and swaps it in; attempts queue. When making it rejects, the old one stays and the reason is
   * kept in {@link state}; rejects with it.
   */
  replace(make: (old: Made) => Promise<Made>): Promise<void> {
    const attempt = this.#turn.then(async () => {
      try {
        const next = await make(this.#current)
        const old = this.#current
        this.#current = next
        this.#state = { ...this.#state, since: this.#now(), swaps: this.#state.swaps + 1, refused: undefined }
        this.#retire(old)
      } catch (cause) {
        const refused = cause instanceof Error ? cause.message : String(cause)
        this.#state = { ...this.#state, refusals: this.#state.refusals + 1, refused }
        throw cause
      }
    })
    this.#turn = attempt.catch(() => undefined)
    return attempt
  }

  /** Frees all of them, whoever uses them: for when the gateway closes. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn
    const all = [this.#current, ...this.#retired]
    this.#retired.clear()
    await Promise.all(all.map((one) => one[Symbol.asyncDispose]()))
  }

  #retire(old: Made): void {
    this.#retired.add(old)
    old.holds.retire(() => {
      if (this.#retired.delete(old)) void old[Symbol.asyncDispose]()
    })
    const [oldest] = this.#retired
    if (this.#retired.size > MAX_RETIRED) oldest?.holds.end()
  }
}
