import type { Server } from 'node:http'
import { GraphQLError, parse } from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import { bodyText } from '@lighthouse/contract/principal'
import type { SubgraphRequest } from '@lighthouse/contract/subgraph-request'
import type { Subgraph } from './define.js'
import { coded } from './errors.js'
import type { HeaderValues, ReadHeaders } from './wire.js'

export interface SocketDoor {
  close(): Promise<void>
}

/** A subscribe message or its answer is small; what is larger closes the socket. */
const MAX_MESSAGE_BYTES = 1_048_576
/** A subscription has no deadline: it ends when either side ends it. */
const NO_DEADLINE = Number.MAX_SAFE_INTEGER

/**
 * graphql-transport-ws on /graphql of `server`. One socket may carry subscriptions of many principals: each subscribe
 * message brings its headers in `extensions.headers`; without them those of the upgrade request count.
 */
export function serveSockets(
  server: Server,
  subgraph: Subgraph,
  authenticate: (headers: HeaderValues, body: string) => ReadHeaders,
): SocketDoor {
  const sockets = new WebSocketServer({ server, path: '/graphql', maxPayload: MAX_MESSAGE_BYTES })
  const running = new WeakMap<object, SubgraphRequest>()
  const door = useServer(
    {
      onSubscribe(context, _id, payload) {
        try {
          const own = payload.extensions?.['headers'] as HeaderValues | undefined
          const { query, variables } = payload
          const head = authenticate(own ?? context.extra.request.headers, bodyText(query, variables))
          const args = { schema: subgraph.schema, document: parse(query) }
          const signal = new AbortController().signal
          running.set(args.document, {
            query,
            variables: variables ?? {},
            ...head,
            deadlineAt: NO_DEADLINE,
            signal,
            noteStop: undefined,
          })
          return args
        } catch (thrown) {
          return [thrown instanceof GraphQLError ? thrown : coded('BAD_REQUEST', 'Not a subscribe message.')]
        }
      },
      subscribe: (args) => subgraph.subscribe(requestOf(running, args.document)) as never,
      execute: () => ({ errors: [coded('BAD_REQUEST', 'Only subscriptions are served over WebSocket.')] }),
      isProd: true,
    },
    sockets,
  )
  return { close: async () => door.dispose() }
}

function requestOf(running: WeakMap<object, SubgraphRequest>, document: object): SubgraphRequest {
  const request = running.get(document)
  if (request === undefined) throw coded('BAD_REQUEST', 'Not a subscribe message.')
  return request
}
