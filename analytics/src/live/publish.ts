import type { LiveSnapshot, LiveWindow } from './window.js'

/** What a subscriber gets: the window, and the traces that ended since its frame before. */
export interface LiveMetrics extends LiveSnapshot {
  readonly traces: readonly string[]
}

export const MIN_INTERVAL_MS = 100
export const MAX_INTERVAL_MS = 10_000
/** Traces that a subscriber who comes late can still be told of; the oldest are forgotten. */
const MAX_TRACES = 1_000
const MAX_FRAME_TRACES = 200

/** Hands the live window to any number of subscribers, each at its own pace. */
export class LivePublisher {
  readonly #window: LiveWindow
  readonly #now: () => number
  readonly #traces: { readonly sequence: number; readonly traceId: string }[] = []
  #sequence = 0
  #last: LiveSnapshot | undefined

  constructor({ window, now = Date.now }: { window: LiveWindow; now?: () => number }) {
    this.#window = window
    this.#now = now
  }

  /** Tells every subscriber of these traces with its next frame. */
  ended(traces: readonly string[]): void {
    for (const traceId of traces) this.#traces.push({ sequence: ++this.#sequence, traceId })
    this.#traces.splice(0, Math.max(0, this.#traces.length - MAX_TRACES))
  }

  /**
   * A frame at once and then one every `intervalMs`, until the consumer returns or `signal` aborts. A slow consumer
   * misses frames and then gets the newest: nothing is queued for it.
   */
  async *subscribe(intervalMs: number, signal: AbortSignal): AsyncGenerator<LiveMetrics, void, undefined> {
    let seen = this.#sequence
    let due = this.#now()
    while (!signal.aborted) {
      const traces = this.#traces.filter(({ sequence }) => sequence > seen).slice(0, MAX_FRAME_TRACES)
      seen = traces.at(-1)?.sequence ?? seen
      yield { ...this.#snapshot(), traces: traces.map(({ traceId }) => traceId) }
      due = Math.max(due + intervalMs, this.#now())
      await pause(due - this.#now(), signal)
    }
  }

  /** Subscribers that ask within the same half slot share one computation. */
  #snapshot(): LiveSnapshot {
    const now = this.#now()
    if (this.#last === undefined || Math.abs(now - this.#last.at) >= MIN_INTERVAL_MS / 2) {
      this.#last = this.#window.read(now)
    }
    return this.#last
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, Math.max(0, ms))
    signal.addEventListener('abort', done, { once: true })
    function done(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
}
