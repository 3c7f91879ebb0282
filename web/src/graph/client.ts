import { HEADERS } from '@lighthouse/contract/headers'
import { Client, type ExecutionResult, fetchExchange, mapExchange, subscriptionExchange } from '@urql/core'
import { type Client as SocketClient, createClient } from 'graphql-ws'
import { authorization } from './credential.js'
import { failureOf } from './failure.js'

const RETRY_MOST_MS = 4_000
/** Close codes of graphql-transport-ws that say the credential is refused; trying again would be refused again. */
const DENIED_CODES = new Set([4401, 4403])

export interface Graph {
  readonly client: Client
  readonly socket: SocketClient
  /** Opens a new socket, with the credential as it is now. */
  reconnect(): void
}

export interface GraphOptions {
  /** Path of the GraphQL endpoint on this origin. */
  readonly path?: string
  onDenied(): void
  onClosed(): void
}

/** How long the n-th attempt in a row waits before it is made, ms, without jitter. */
export function retryAfterMs(attempt: number): number {
  return Math.min(RETRY_MOST_MS, 250 * 2 ** attempt)
}

/** Whether a close event says that the credential was refused. */
export function isDenied(event: unknown): boolean {
  return (
    typeof event === 'object' && event !== null && DENIED_CODES.has((event as { code?: number }).code ?? 0)
  )
}

/** Whether we closed the socket ourselves because nothing is subscribed. */
function isDone(event: unknown): boolean {
  return typeof event === 'object' && event !== null && (event as { code?: number }).code === 1000
}

/** Makes the console's two ways to the graph: POST for queries and mutations, one multiplexed socket for subscriptions. */
export function createGraph({ path = '/graphql', onDenied, onClosed }: GraphOptions): Graph {
  const address = new URL(path, location.href)
  const wsAddress = new URL(address)
  wsAddress.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
  const socket = createClient({
    url: wsAddress.href,
    connectionParams: () => authorization(),
    keepAlive: 10_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: (event) => !isDenied(event),
    retryWait: (attempt) =>
      new Promise((resolve) => setTimeout(resolve, retryAfterMs(attempt) * (0.75 + Math.random() / 2))),
    on: {
      closed(event) {
        if (isDenied(event)) onDenied()
        else if (!isDone(event)) onClosed()
      },
    },
  })
  const client = new Client({
    url: address.href,
    preferGetMethod: false,
    requestPolicy: 'network-only',
    fetchOptions: () => ({
      credentials: 'same-origin',
      headers: {
        ...authorization(),
        [HEADERS.client]: 'console/0.1.0',
        [HEADERS.submittedAt]: String(Date.now()),
      },
    }),
    exchanges: [
      mapExchange({
        onError(error) {
          if (failureOf(error).denied) onDenied()
        },
      }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables, operationName }) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.subscribe(
              { query, variables: variables as Record<string, unknown>, operationName },
              {
                next: (value) => sink.next(value as ExecutionResult),
                error: (error) => sink.error(error),
                complete: () => sink.complete(),
              },
            ),
          }),
        }),
      }),
    ],
  })
  return { client, socket, reconnect: () => socket.terminate() }
}
