import type {
  SubgraphAnswer,
  SubgraphRequest,
  SubgraphTransport,
} from '@lighthouse/contract/subgraph-request'
import { BoundedQueue, type QueueOptions } from './bounded-queue.js'

/** Events that may wait for one subscriber before it is cut. */
const MAX_WAITING = 256

/** One event and when it came from the subgraph, in microseconds since the epoch. */
export interface UpstreamEvent {
  readonly answer: SubgraphAnswer
  readonly atUs: number
}

/** Subscriptions to subgraphs. Those with one key share one stream; the last to leave ends it. */
export interface Upstreams {
  /** How many streams are open. */
  readonly size: number
  open(subscription: Subscription): Subscriber
}

export interface Subscription {
  readonly transport: SubgraphTransport
  /** Without a signal: the stream has its own, which aborts when nobody listens any more. */
  readonly request: Omit<SubgraphRequest, 'signal'>
  /** Equal keys may share a stream; undefined never shares. */
  readonly shareKey: string | undefined
  readonly conflate: boolean
}

export interface Subscriber {
  /** The next event; undefined when the stream ended. Rejects when it broke, or with QueueOverflow. */
  next(): Promise<UpstreamEvent | undefined>
  leave(): void
}

interface Stream {
  readonly queues: Set<BoundedQueue<UpstreamEvent>>
  readonly controller: AbortController
}

/** Opens streams as they are asked for. `nowUs` reads the clock. */
export function createUpstreams(nowUs: () => number): Upstreams {
  const shared = new Map<string, Stream>()
  let open = 0
  const start = (subscription: Subscription): Stream => {
    const stream: Stream = { queues: new Set(), controller: new AbortController() }
    open += 1
    void Promise.resolve()
      // Subscribers join in the turn in which the stream is opened; its first event must not pass them by.
      .then(() => pump(stream, subscription, nowUs))
      .finally(() => {
        open -= 1
        const { shareKey } = subscription
        if (shareKey !== undefined && shared.get(shareKey) === stream) shared.delete(shareKey)
      })
    return stream
  }
  return {
    get size() {
      return open
    },
    open(subscription) {
      const { shareKey } = subscription
      const running = shareKey === undefined ? undefined : shared.get(shareKey)
      const options: QueueOptions = { conflate: subscription.conflate, limit: MAX_WAITING }
      const queue = new BoundedQueue<UpstreamEvent>(options)
      const stream = running ?? start(subscription)
      stream.queues.add(queue)
      if (shareKey !== undefined) shared.set(shareKey, stream)
      return {
        next: () => queue.next(),
        leave() {
          queue.end()
          stream.queues.delete(queue)
          if (stream.queues.size > 0) return
          // Out of the table at once: who comes now must not join a stream that is ending.
          if (shareKey !== undefined && shared.get(shareKey) === stream) shared.delete(shareKey)
          stream.controller.abort()
        },
      }
    },
  }
}

async function pump(
  stream: Stream,
  { transport, request }: Subscription,
  nowUs: () => number,
): Promise<void> {
  const { signal } = stream.controller
  // A source may not heed the signal; nobody waits for its next event all the same.
  const stopped = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  let error: unknown
  try {
    const events = transport.subscribe({ ...request, signal })[Symbol.asyncIterator]()
    for (;;) {
      const next = await Promise.race([events.next(), stopped])
      if (next === undefined || signal.aborted) {
        events.return?.().catch(() => undefined)
        break
      }
      if (next.done === true) break
      const event = { answer: next.value, atUs: nowUs() }
      for (const queue of stream.queues) queue.push(event)
    }
  } catch (cause) {
    error = cause
  }
  for (const queue of stream.queues) queue.end(error)
}
