import { type LogEvent, WATCH_EVENTS } from '@lighthouse/client/documents'
import { watch } from '@lighthouse/client/watch'
import { setTimeout as sleep } from 'node:timers/promises'

export interface EventTailOptions {
  readonly wsUrl: string
  readonly key: string | undefined
  readonly lastSequence: () => Promise<number>
  readonly onState: (state: 'connected' | 'lost') => void
}

/** Newest events kept in memory for readers that follow; a reader further behind asks for pages. */
const KEPT = 1_000
const RETRY_MS = 500

interface Kept {
  readonly sequence: number
  readonly line: string
}

/** One subscription to the event log for all readers of a mount. Keeps trying while the gateway is down. */
export class EventTail implements AsyncDisposable {
  readonly #options: EventTailOptions
  readonly #stop = new AbortController()
  readonly #kept: Kept[] = []
  readonly #listeners = new Set<() => void>()
  readonly #running: Promise<void>
  /** Everything after this sequence that was appended since is in #kept. */
  #completeAfter: number | undefined
  #last = 0
  #isConnected = false

  constructor(options: EventTailOptions) {
    this.#options = options
    this.#running = this.#run()
  }

  get isConnected(): boolean {
    return this.#isConnected
  }

  /** The newest sequence that was seen; undefined before the log was reached for the first time. */
  get last(): number | undefined {
    return this.#completeAfter === undefined ? undefined : this.#last
  }

  /** Events after a cursor as lines of JSON; undefined when the cursor is too old for memory. */
  after(cursor: number): readonly Kept[] | undefined {
    if (this.#completeAfter === undefined || cursor < this.#completeAfter) return undefined
    return this.#kept.filter(({ sequence }) => sequence > cursor)
  }

  /** Calls back whenever an event came; gives the function that ends it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      try {
        this.#last = Math.max(this.#last, await this.#options.lastSequence())
        this.#completeAfter ??= this.#last
        await this.#follow()
      } catch {
        // The state says so; the next round tries again.
      }
      this.#setConnected(false)
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined)
    }
  }

  async #follow(): Promise<void> {
    const newest = this.#kept.at(-1)?.sequence
    const since = newest ?? this.#completeAfter ?? this.#last
    const { wsUrl, key } = this.#options
    const events = watch(
      WATCH_EVENTS,
      { since },
      {
        wsUrl,
        key,
        patient: true,
        signal: this.#stop.signal,
        cursor: {
          of: ({ eventStream }) => eventStream.sequence,
          resume: (variables, after) => ({ ...variables, since: after }),
        },
        onState: (state) => this.#setConnected(state === 'connected'),
      },
    )
    for await (const { eventStream } of events) this.#keep(eventStream)
  }

  #keep(event: LogEvent): void {
    this.#last = Math.max(this.#last, event.sequence)
    this.#kept.push({ sequence: event.sequence, line: lineOf(event) })
    if (this.#kept.length > KEPT) this.#completeAfter = this.#kept.shift()?.sequence
    for (const listener of this.#listeners) listener()
  }

  #setConnected(connected: boolean): void {
    if (this.#isConnected === connected) return
    this.#isConnected = connected
    this.#options.onState(connected ? 'connected' : 'lost')
  }
}

/** One event as a line of JSON. */
export function lineOf(event: LogEvent): string {
  return `${JSON.stringify(event)}\n`
}
