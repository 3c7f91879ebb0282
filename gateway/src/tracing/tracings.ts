import type { Log } from '../scope.js'
import type { TraceContext } from '../trace.js'
import { OperationTrace } from './operation-trace.js'
import { type TracesInput, type TracesSettings, tracesSection } from './settings.js'
import { type SpanCounts, SpanQueue } from './span-queue.js'

/** Begins the trace of an operation; undefined for one that is not traced. */
export type BeginTrace = (trace: TraceContext) => OperationTrace | undefined

/** The traces of one configuration, until it is released. */
export interface Traced {
  /** Undefined: nothing is traced. */
  readonly begin: BeginTrace | undefined
  release(): Promise<void>
}

interface Opened {
  readonly begin: BeginTrace
  readonly queue: SpanQueue
}

interface Shared {
  readonly opening: Promise<Opened>
  users: number
}

const NOTHING: Traced = { begin: undefined, release: () => Promise.resolve() }

/** Connections to collectors: equal settings share one, and it is closed with the last who uses it. */
export class Tracings implements AsyncDisposable {
  readonly counts: SpanCounts = { exported: 0, dropped: 0, failed: 0 }
  readonly #open = new Map<string, Shared>()
  readonly #closing = new Set<Promise<void>>()

  /** Opens what a configuration says; nothing, at no cost, when it names no endpoint. */
  async open(input: TracesInput | undefined, log: Log): Promise<Traced> {
    const settings = tracesSection.parse(input ?? {})
    const { endpoint } = settings
    if (endpoint === undefined) return NOTHING
    const key = JSON.stringify(settings)
    const shared = this.#open.get(key) ?? { opening: this.#create(endpoint, settings, log), users: 0 }
    this.#open.set(key, shared)
    shared.users += 1
    const { begin, queue } = await shared.opening
    return {
      begin,
      release: async () => {
        shared.users -= 1
        if (shared.users > 0) return
        this.#open.delete(key)
        const closing = queue[Symbol.asyncDispose]()
        this.#closing.add(closing)
        await closing
        this.#closing.delete(closing)
      },
    }
  }

  /** Resolves when all that was released has sent what waited. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#closing)
  }

  async #create(endpoint: string, settings: TracesSettings, log: Log): Promise<Opened> {
    // Only who traces pays for loading it.
    const [{ exporterOf }, { samplerOf }] = await Promise.all([
      import('./exporter.js'),
      import('./sampler.js'),
    ])
    const { maxQueue, delayMs } = settings
    const send = exporterOf(endpoint, settings)
    const queue = new SpanQueue({ send, counts: this.counts, maxQueue, delayMs, log })
    const isSampled = samplerOf(settings)
    const push = queue.push.bind(queue)
    const begin: BeginTrace = (trace) => (isSampled(trace) ? new OperationTrace(trace, push) : undefined)
    return { begin, queue }
  }
}
