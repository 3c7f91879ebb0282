import type { SubgraphAnswer, SubgraphRequest } from '@lighthouse/contract/subgraph-request'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { readErrors } from './read-errors.js'
import { relocated } from './relocated.js'
import { TransportError } from './transport-error.js'

export interface UpstreamSocket {
  readonly name: string
  readonly url: string
  /** Sent with the upgrade, and again as the payload of connection_init for subgraphs that look there. */
  readonly headers: Readonly<Record<string, string>>
  readonly maxAnswerBytes: number
  /** Milliseconds within which the socket must open and be acknowledged, and in which each ping must be answered. */
  readonly patienceMs?: number
}

const PATIENCE_MS = 10_000

/**
 * The events of one subscription of a subgraph, over a socket of its own: the connection carries who subscribes. Ends
 * when the subgraph completes or `request.signal` aborts; rejects with a TransportError when the socket breaks, is not
 * acknowledged, or falls silent, and with a GraphQLError that is fit for clients when the subgraph refuses.
 */
export async function* subscribeOverHttp(
  request: SubgraphRequest,
  socket: UpstreamSocket,
): AsyncGenerator<SubgraphAnswer> {
  if (request.signal.aborted) return
  const { patienceMs = PATIENCE_MS } = socket
  let silence: NodeJS.Timeout | undefined
  const client = createClient({
    url: socket.url,
    webSocketImpl: socketWith(socket, patienceMs),
    connectionParams: socket.headers,
    connectionAckWaitTimeout: patienceMs,
    retryAttempts: 0,
    keepAlive: patienceMs,
    on: {
      ping(received) {
        // A peer that vanished closes nothing; without this the stream would wait for ever.
        if (!received) silence = setTimeout(() => client.terminate(), patienceMs)
      },
      pong(received) {
        if (received) clearTimeout(silence)
      },
      closed: () => clearTimeout(silence),
    },
  })
  const events = client.iterate<Record<string, unknown>>({
    query: request.query,
    variables: { ...request.variables },
  })
  const stop = () => void events.return?.()
  request.signal.addEventListener('abort', stop, { once: true })
  try {
    for await (const event of events) {
      yield (
        event.errors === undefined ? event : { ...event, errors: readErrors(event.errors) }
      ) as SubgraphAnswer
    }
  } catch (cause) {
    if (request.signal.aborted) return
    throw refusal(socket.name, cause)
  } finally {
    request.signal.removeEventListener('abort', stop)
    clearTimeout(silence)
    await client.dispose()
  }
}

/** GraphQL errors of a refused subscription are meant for the client; a broken socket's reasons are not. */
function refusal(name: string, cause: unknown): Error {
  const [first] = Array.isArray(cause) ? readErrors(cause) : []
  if (first !== undefined) return relocated(first, name)
  return new TransportError('SUBGRAPH_UNAVAILABLE', `Subgraph "${name}" ended the subscription.`, { cause })
}

function socketWith({ headers, maxAnswerBytes }: UpstreamSocket, handshakeTimeout: number): typeof WebSocket {
  return class extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, { headers: { ...headers }, maxPayload: maxAnswerBytes, handshakeTimeout })
    }
  } as typeof WebSocket
}
