import type { Log } from '../scope.js'
import type { SpanFacts } from './span-facts.js'

/** Spans of one post. */
const MAX_BATCH = 512
/** How long a gateway that closes waits for what is left. */
const FLUSH_MS = 3_000

export interface SpanCounts {
  exported: number
  /** The queue was full. */
  dropped: number
  /** The collector did not take them. */
  failed: number
}

export interface SpanQueueOptions {
  /** Sends some; resolves with why they were not taken, or undefined. Never rejects. */
  readonly send: (batch: readonly SpanFacts[]) => Promise<string | undefined>
  readonly counts: SpanCounts
  readonly maxQueue: number
  readonly delayMs: number
  readonly log: Log
}

/**
 * Spans that wait for the collector. Taking one never waits; with one too many it is dropped and counted. One post is
 * under way at a time, so that a slow collector costs spans and nothing else.
 */
export class SpanQueue implements AsyncDisposable {
  readonly #options: SpanQueueOptions
  #waiting: SpanFacts[] = []
  #sending: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #isFailing = false
  #isClosed = false

  constructor(options: SpanQueueOptions) {
    this.#options = options
  }

  push(span: SpanFacts): void {
    const { counts, maxQueue, delayMs } = this.#options
    if (this.#isClosed || this.#waiting.length >= maxQueue) {
      counts.dropped += 1
      return
    }
    this.#waiting.push(span)
    if (this.#waiting.length === MAX_BATCH) this.#wake(0)
    else if (this.#timer === undefined && this.#sending === undefined) this.#wake(delayMs)
  }

  /** Sends what waits, for as long as 3 s; what is left then is dropped. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, FLUSH_MS)))
    await Promise.race([this.#empty(), late])
    clearTimeout(timer)
    this.#options.counts.dropped += this.#waiting.length
    this.#waiting = []
  }

  #wake(delayMs: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      void this.#empty()
    }, delayMs)
    this.#timer.unref()
  }

  #empty(): Promise<void> {
    return (this.#sending ??= this.#sendAll().finally(() => (this.#sending = undefined)))
  }

  async #sendAll(): Promise<void> {
    const { send, counts } = this.#options
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MAX_BATCH)
      const reason = await send(batch)
      counts[reason === undefined ? 'exported' : 'failed'] += batch.length
      this.#note(reason)
    }
  }

  /** Said once for each outage, not once for each post. */
  #note(reason: string | undefined): void {
    const isFailing = reason !== undefined
    if (isFailing && !this.#isFailing) this.#options.log('spans are not taken by the collector', { reason })
    this.#isFailing = isFailing
  }
}
