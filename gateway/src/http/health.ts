import type { SubgraphTransport } from '@lighthouse/contract/subgraph-request'

/** Longest time that readiness waits for one subgraph. */
const CHECK_MS = 1_000

/** The supergraph that serves. */
export interface Serving {
  readonly transports: ReadonlyMap<string, SubgraphTransport>
  /** Equal for equal supergraphs. */
  readonly version: string
  /** When it was taken in use, in milliseconds since the epoch. */
  readonly since: number
  /** Why the newest one is not served; undefined when it is. */
  readonly refused: string | undefined
}

/** What is told of the supergraph that serves. */
export interface ServingState {
  readonly version: string
  readonly since: string
  readonly refused?: string
}

interface Readiness {
  readonly ready: boolean
  /** Every subgraph answers. */
  readonly isWhole: boolean
  /** By subgraph: `up`, or why not. */
  readonly subgraphs: Readonly<Record<string, string>>
  readonly supergraph: ServingState
}

/**
 * Asks every subgraph for its type name. Ready while any answers within a second: one that is down costs its own fields, and a
 * gateway that nobody calls for it would cost all others too.
 */
export async function checkReadiness(serving: Serving): Promise<Readiness> {
  const checked = await Promise.all(
    [...serving.transports.values()].map(async (one) => [one.name, await check(one)] as const),
  )
  const up = checked.filter(([, state]) => state === 'up').length
  return {
    ready: up > 0 || checked.length === 0,
    isWhole: up === checked.length,
    subgraphs: Object.fromEntries(checked),
    supergraph: stateOf(serving),
  }
}

/** What is told of the supergraph that serves. */
export function stateOf({ version, since, refused }: Serving): ServingState {
  return {
    version,
    since: new Date(since).toISOString(),
    ...(refused === undefined ? {} : { refused }),
  }
}

async function check(transport: SubgraphTransport): Promise<string> {
  const signal = AbortSignal.timeout(CHECK_MS)
  const timedOut = new Promise<string>((resolve) => {
    signal.addEventListener('abort', () => resolve('slow'), { once: true })
  })
  const answered = transport
    .request({
      query: '{__typename}',
      variables: {},
      principal: { agentId: 'gateway', role: 'SYSTEM_AGENT', keyId: 'gateway' },
      requestId: 'readiness',
      traceId: '0'.repeat(32),
      deadlineAt: Date.now() + CHECK_MS,
      signal,
      noteStop: undefined,
    })
    .then(
      () => 'up',
      () => 'down',
    )
  return Promise.race([answered, timedOut])
}
