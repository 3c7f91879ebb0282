import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { bodyText, type Principal } from '@lighthouse/contract/principal'
import { type ExecutionResult, GraphQLError, subscribe, type SubscriptionArgs } from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import type { Answerer } from './answer.js'
import { coded } from './errors.js'
import type { HeaderValues } from './identify.js'
import type { Ground, Scope } from './scope.js'

export interface SocketDoor {
  /** Takes over the connection of a request that asks for a WebSocket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  close(): Promise<void>
}

const MAX_MESSAGE_BYTES = 1_048_576

export interface SocketOptions {
  readonly ground: Ground
  readonly answerer: Answerer
  readonly identify: (headers: HeaderValues, body: string) => Principal
}

/**
 * graphql-transport-ws. Each subscribe message brings the signed principal in
 * `extensions.headers`; without them those of the upgrade request count.
 */
export function serveSockets({ ground, answerer, identify }: SocketOptions): SocketDoor {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES })
  const door = useServer(
    {
      onSubscribe(context, _id, payload) {
        try {
          const own = payload.extensions?.['headers'] as HeaderValues | undefined
          const body = bodyText(payload.query, payload.variables)
          const principal = identify(own ?? context.extra.request.headers, body)
          const document = answerer.document(payload.query)
          if (Array.isArray(document)) return document
          // graphql-ws returns the iterator when the subscription ends, which ends the wait inside it.
          const contextValue: Scope = { ...ground, principal, signal: new AbortController().signal }
          return {
            schema: answerer.schema,
            document,
            variableValues: payload.variables,
            operationName: payload.operationName,
            contextValue,
          }
        } catch (thrown) {
          return [thrown instanceof GraphQLError ? thrown : coded('BAD_REQUEST', 'Not a subscribe message.')]
        }
      },
      subscribe: (args: SubscriptionArgs) => subscribe(args),
      onError: (_context, _id, _payload, errors) => errors.map((error) => answerer.public(error)),
      execute: (): ExecutionResult => ({
        errors: [coded('BAD_REQUEST', 'Only subscriptions are served over WebSocket.')],
      }),
      onNext: (...message) => answerer.publicResult(message[4]),
    },
    sockets,
  )
  return {
    upgrade: (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, (one) => sockets.emit('connection', one, request)),
    close: async () => door.dispose(),
  }
}
