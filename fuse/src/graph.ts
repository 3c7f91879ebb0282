import {
  type LogEvent,
  type OperationStats,
  READ_EVENTS,
  READ_OPERATIONS,
  type ValidationDecision,
  type ValidationInput,
  WHO_AM_I,
} from '@lighthouse/client/documents'
import { submit } from '@lighthouse/client/submit'
import { openTransport } from '@lighthouse/client/open-transport'
import { FsError, fsErrorOf } from './errno.js'
import { EventTail } from './event-tail.js'

export interface GraphOptions {
  readonly url: string
  readonly wsUrl: string
  readonly key: string | undefined
}

export interface GraphState {
  readonly gateway: 'up' | 'down' | 'unknown'
  /** Milliseconds since the gateway last answered; null when it never did. */
  readonly staleMs: number | null
  readonly agent: { readonly id: string; readonly role: string } | null
}

export interface EventPage {
  readonly events: readonly LogEvent[]
  readonly lastSequence: number
}

/** The graph as the tree needs it. Everything rejects with FsError. */
export interface Graph extends AsyncDisposable {
  readonly url: string
  readonly tail: EventTail
  state(): GraphState
  validate(input: ValidationInput): Promise<ValidationDecision>
  /** Operations by name, from memory when younger than a second; at most 30 s old when the gateway is down. */
  operations(): Promise<ReadonlyMap<string, OperationStats>>
  /** When {@link operations} last changed, in milliseconds since the epoch. */
  operationsAt(): number
  page(after: number, first: number): Promise<EventPage>
}

const QUERY_DEADLINE_MS = 5_000
const FRESH_MS = 1_000
const STALE_LIMIT_MS = 30_000
const DECISION_DEADLINE_MS = 35_000 // an expert may take 30 s (P-066)

/** Opens the connection of one mount; it stands even while the gateway is down. */
export function openGraph(options: GraphOptions): Graph {
  const transport = openTransport({ ...options, client: 'lighthouse-fuse/0.1.0' })
  let answeredAt: number | undefined
  let isDown = false
  let agent: GraphState['agent'] = null

  async function noted<T>(work: Promise<T>): Promise<T> {
    try {
      const value = await work
      answeredAt = Date.now()
      isDown = false
      return value
    } catch (error) {
      const failure = fsErrorOf(error)
      isDown = failure.errno === 'EHOSTDOWN'
      if (!isDown) answeredAt = Date.now()
      throw failure
    }
  }

  async function learnAgent(): Promise<void> {
    const { me } = await noted(transport.run(WHO_AM_I, {}, { deadlineMs: QUERY_DEADLINE_MS }))
    agent = { id: me.id, role: me.role }
  }

  const page = async (after: number, first: number): Promise<EventPage> => {
    const work = transport.run(READ_EVENTS, { after, first }, { deadlineMs: QUERY_DEADLINE_MS })
    return (await noted(work)).events
  }
  const lastSequence = async (): Promise<number> => {
    const work = transport.run(READ_EVENTS, { last: 1 }, { deadlineMs: QUERY_DEADLINE_MS })
    return (await noted(work)).events.lastSequence
  }
  const tail = new EventTail({
    ...options,
    lastSequence,
    onState: (state) => {
      isDown = state === 'lost'
      if (state === 'connected') answeredAt = Date.now()
      if (state === 'connected' && agent === null) learnAgent().catch(() => undefined)
    },
  })

  let known: { readonly at: number; readonly byName: ReadonlyMap<string, OperationStats> } | undefined
  let asking: Promise<void> | undefined

  async function askOperations(): Promise<void> {
    const variables = { window: 'PT5M', first: 1_000 }
    const { operations } = await noted(
      transport.run(READ_OPERATIONS, variables, { deadlineMs: QUERY_DEADLINE_MS }),
    )
    known = { at: Date.now(), byName: new Map(operations.map((stats) => [stats.name, stats])) }
  }

  return {
    url: options.url,
    tail,
    page,
    state: () => ({
      gateway: isDown ? 'down' : answeredAt === undefined ? 'unknown' : 'up',
      staleMs: answeredAt === undefined ? null : isDown || !tail.isConnected ? Date.now() - answeredAt : 0,
      agent,
    }),
    validate: (input) => noted(submit(transport, input, { deadlineMs: DECISION_DEADLINE_MS })),
    async operations() {
      if (known === undefined || Date.now() - known.at > FRESH_MS) {
        asking ??= askOperations().finally(() => {
          asking = undefined
        })
        const failed = await asking.then(
          () => undefined,
          (error: unknown) => fsErrorOf(error),
        )
        if (failed !== undefined && (known === undefined || Date.now() - known.at > STALE_LIMIT_MS))
          throw failed
      }
      if (known === undefined) throw new FsError('EIO', 'no operations are known')
      return known.byName
    },
    operationsAt: () => known?.at ?? 0,
    async [Symbol.asyncDispose]() {
      const ended = tail[Symbol.asyncDispose]()
      await transport[Symbol.asyncDispose]()
      await ended
    },
  }
}
