import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Transport } from '@lighthouse/client/transport'
import { asCaller, type Perform } from './as-caller.js'
import { readJson } from './read-body.js'
import { Refused, send, sendError } from './refused.js'

export type Route = (request: IncomingMessage, response: ServerResponse, perform: Perform) => Promise<void>

interface Asked {
  readonly body: Readonly<Record<string, unknown>>
  readonly url: string
  /** The graph as the caller sees it. */
  readonly transport: Transport
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

interface JsonRoute {
  /** `name/version` for callers that do not name themselves. */
  readonly client: string
  readonly maxBodyBytes: number
  /** What to send, for the message to who sends something else: "the draft". */
  readonly what: string
  readonly answer: (asked: Asked) => Promise<Answer>
}

/**
 * One JSON object by POST, one JSON answer. Whatever `answer` throws is sent with its code's status as
 * `{"error":{code, message, retryable, requestId}}`.
 */
export function jsonRoute({ client, maxBodyBytes, what, answer }: JsonRoute): Route {
  return async (request, response, perform) => {
    try {
      if (request.method !== 'POST')
        throw new Refused('METHOD_NOT_ALLOWED', `Send ${what} with POST.`, { allow: 'POST, OPTIONS' })
      const body = await readJson(request, maxBodyBytes)
      const transport = asCaller(perform, request.headers, client)
      const { status, body: answered } = await answer({ body, url: request.url ?? '', transport })
      send(response, status, answered)
    } catch (error) {
      sendError(response, error)
    }
  }
}
