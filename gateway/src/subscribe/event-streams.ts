import type { ServerResponse } from 'node:http'
import type { Identification } from '../authenticate/identification.js'
import { Refusal } from '../errors.js'
import { parametersOf } from '../http/parameters.js'
import type { Passing } from '../open-scope.js'
import type { Received } from '../receive.js'
import type { Streaming } from './begin.js'
import { EventStream } from './event-stream.js'
import { type Framing, framingOf } from './framing.js'
import { openSession } from './session.js'

export interface EventStreamsOptions {
  /** Streams that may be open; one more is refused with OVERLOADED. */
  readonly maxStreams: number
  /** Every so often a comment is sent, and the credential must still hold. */
  readonly keepAliveMs: number
  /** How callers prove who they are by now. */
  readonly identification: () => Identification
}

/** What one stream stands on. */
export interface Serving {
  readonly framing: Framing
  readonly passing: Passing
  readonly streaming: Streaming
}

/** The side of the endpoint that answers with streams of results over HTTP. */
export interface EventStreams {
  readonly size: number
  /** How a request is answered when it is with a stream of results. */
  framingOf(received: Received): Framing | undefined
  /** Answers with a stream. Rejects with a Refusal, before anything was sent, when there will be none. */
  serve(received: Received, response: ServerResponse, serving: Serving): Promise<void>
  /** Ends every stream. */
  close(): void
}

export function createEventStreams(options: EventStreamsOptions): EventStreams {
  const open = new Set<EventStream>()
  return {
    get size() {
      return open.size
    },
    framingOf: ({ headers, query }) => framingOf(headers, query),
    async serve(received, response, { framing, passing, streaming }) {
      if (open.size >= options.maxStreams) {
        throw new Refusal('OVERLOADED', 'This gateway has as many streams open as it may.', {
          'retry-after': '5',
        })
      }
      const operation = parametersOf(received)
      const { identification } = streaming.door
      const credential = identification.credentialOf(received.headers, received.mayUseCookie)
      const session = await openSession(credential, options.identification)
      const stream = new EventStream(response, framing)
      open.add(stream)
      const isReadOnly = received.method === 'GET'
      const asked = { ...operation, passing, session, isReadOnly, takesParts: true, httpStatus: 200 }
      await stream.run(asked, options.keepAliveMs, streaming)
      open.delete(stream)
    },
    close() {
      for (const stream of open) stream.leave()
    },
  }
}
