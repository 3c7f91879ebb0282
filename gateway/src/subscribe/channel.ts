import type { SubgraphAnswer } from '@lighthouse/contract/subgraph-request'
import { BoundedQueue } from './bounded-queue.js'

/** Events that may wait: for their execution, and for each member. One more ends whoever is too slow. */
const MAX_WAITING = 256

/** One event as clients get it. */
export interface Delivered {
  /** JSON text of its execution result, made once for all members. */
  readonly text: string
  /** When the event came from the subgraph, microseconds since the epoch. */
  readonly atUs: number
  /** Traces that the event tells of. */
  readonly traces: readonly string[]
}

/** Where the events of a subscription come from, and what is made of each. */
export interface Source {
  /** Subscriptions of equal keys share the stream and its executions; undefined shares nothing. */
  readonly key: string | undefined
  /** Events are states: the newest replaces what waits, and who joins later gets the newest at once. */
  readonly conflate: boolean
  /** The subgraph's stream. Ends when `signal` aborts; rejects when it is refused or breaks. */
  open(signal: AbortSignal): AsyncIterable<SubgraphAnswer>
  /** Runs once for each event, in order. */
  execute(answer: SubgraphAnswer, atUs: number): Promise<Delivered>
}

/** One who listens to a channel. */
export interface Member {
  /** The next event; undefined when the stream ended. Rejects when it broke, or with QueueOverflow. */
  next(): Promise<Delivered | undefined>
  leave(): void
}

/** What channels did since the start. */
export interface ChannelCounters {
  executions: number
  deliveries: number
  /** States that were replaced before a member read them. */
  conflated: number
  /** Members that were ended because they fell behind. */
  overflows: number
}

interface Arrival {
  readonly answer: SubgraphAnswer
  readonly atUs: number
}

/** One stream of a subgraph, one execution for each of its events, any number of members. */
export class Channel {
  readonly #source: Source
  readonly #counters: ChannelCounters
  readonly #nowUs: () => number
  readonly #members = new Set<BoundedQueue<Delivered>>()
  readonly #controller = new AbortController()
  readonly #inbox: BoundedQueue<Arrival>
  #newest: Delivered | undefined

  constructor(source: Source, counters: ChannelCounters, nowUs: () => number) {
    this.#source = source
    this.#counters = counters
    this.#nowUs = nowUs
    this.#inbox = new BoundedQueue({ conflate: source.conflate, limit: MAX_WAITING })
  }

  get isEmpty(): boolean {
    return this.#members.size === 0
  }

  /** `onOverflow` is told when the member is cut because it reads slower than events come. */
  join(onOverflow: () => void): BoundedQueue<Delivered> {
    const queue = new BoundedQueue<Delivered>({
      conflate: this.#source.conflate,
      limit: MAX_WAITING,
      onOverflow: () => {
        this.#counters.overflows += 1
        this.leave(queue)
        onOverflow()
      },
    })
    if (this.#newest !== undefined) queue.push(this.#newest)
    this.#members.add(queue)
    return queue
  }

  leave(queue: BoundedQueue<Delivered>): void {
    queue.end()
    this.#members.delete(queue)
    if (this.isEmpty) this.#controller.abort()
  }

  /** Relays events until the stream ends or the last member left. Never rejects: members meet what went wrong. */
  async run(): Promise<void> {
    void this.#receive()
    let error: unknown
    try {
      for (;;) {
        const arrival = await this.#inbox.next()
        if (arrival === undefined) break
        this.#counters.executions += 1
        this.#deliver(await this.#source.execute(arrival.answer, arrival.atUs))
      }
    } catch (cause) {
      error = cause
    }
    this.#controller.abort()
    for (const queue of this.#members) queue.end(error)
  }

  #deliver(event: Delivered): void {
    if (this.#source.conflate) this.#newest = event
    this.#counters.deliveries += this.#members.size
    for (const queue of this.#members) if (!queue.push(event)) this.#counters.conflated += 1
  }

  async #receive(): Promise<void> {
    const { signal } = this.#controller
    // A source may not heed the signal; nobody waits for its next event all the same.
    const stopped = new Promise<undefined>((resolve) => {
      signal.addEventListener('abort', () => resolve(undefined), { once: true })
    })
    try {
      const events = this.#source.open(signal)[Symbol.asyncIterator]()
      for (;;) {
        const next = await Promise.race([events.next(), stopped])
        if (next === undefined || signal.aborted) {
          events.return?.().catch(() => undefined)
          break
        }
        if (next.done === true) break
        this.#inbox.push({ answer: next.value, atUs: this.#nowUs() })
      }
      this.#inbox.end()
    } catch (cause) {
      this.#inbox.end(cause)
    }
  }
}
