import type { SubgraphAnswer, SubgraphRequest } from '@lighthouse/contract/subgraph-request'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { TransportError } from './transport-error.js'

export interface UpstreamSocket {
  readonly name: string
  readonly url: string
  /** Sent with the upgrade, and again as the payload of connection_init for subgraphs that look there. */
  readonly headers: Readonly<Record<string, string>>
  readonly maxAnswerBytes: number
}

/**
 * The events of one subscription of a subgraph, over a socket of its own: the connection carries who subscribes. Ends
 * when the subgraph completes or `request.signal` aborts; rejects with a TransportError when the socket breaks.
 */
export async function* subscribeOverHttp(
  request: SubgraphRequest,
  socket: UpstreamSocket,
): AsyncGenerator<SubgraphAnswer> {
  if (request.signal.aborted) return
  const client = createClient({
    url: socket.url,
    webSocketImpl: socketWith(socket),
    connectionParams: socket.headers,
    retryAttempts: 0,
    keepAlive: 12_000,
  })
  const events = client.iterate<Record<string, unknown>>({
    query: request.query,
    variables: { ...request.variables },
  })
  const stop = () => void events.return?.()
  request.signal.addEventListener('abort', stop, { once: true })
  try {
    for await (const event of events) yield event as SubgraphAnswer
  } catch (cause) {
    if (request.signal.aborted) return
    throw new TransportError('SUBGRAPH_UNAVAILABLE', refusal(socket.name, cause), { cause })
  } finally {
    request.signal.removeEventListener('abort', stop)
    await client.dispose()
  }
}

/** GraphQL errors of a refused subscription are meant for the client; a broken socket's reasons are not. */
function refusal(name: string, cause: unknown): string {
  const first: unknown = Array.isArray(cause) ? cause[0] : undefined
  const message =
    typeof first === 'object' && first !== null && 'message' in first ? first.message : undefined
  return typeof message === 'string' ? message : `Subgraph "${name}" ended the subscription.`
}

function socketWith({ headers, maxAnswerBytes }: UpstreamSocket): typeof WebSocket {
  return class extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, { headers: { ...headers }, maxPayload: maxAnswerBytes })
    }
  } as typeof WebSocket
}
