import { randomUUID } from 'node:crypto'
import { HEADERS } from '@lighthouse/contract/headers'
import { ClientError, errorOf, type WireError } from './client-error.js'
import type { Operation } from './documents.js'
import type { GraphqlAnswer, GraphqlRequest, RunOptions, Transport, TransportOptions } from './transport.js'
import type { Wire } from './wire.js'

const DEFAULT_DEADLINE_MS = 35_000 // an expert may take 30 s (P-066)

/** GraphQL over any wire: headers, deadline, one repetition of what may be repeated, and coded errors. */
export function transportOver(wire: Wire, options: TransportOptions): Transport {
  const { url, key, client = 'lighthouse-client/0.1.0', deadlineMs = DEFAULT_DEADLINE_MS } = options
  const fixed: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'application/graphql-response+json, application/json;q=0.9',
    [HEADERS.client]: client,
  }
  if (key !== undefined) fixed['authorization'] = `Bearer ${key}`

  async function send(request: GraphqlRequest, run: RunOptions = {}): Promise<GraphqlAnswer> {
    const requestId = randomUUID()
    const limit = run.deadlineMs ?? deadlineMs
    const timer = AbortSignal.timeout(Math.max(1, Math.ceil(limit)))
    const signal = run.signal === undefined ? timer : AbortSignal.any([timer, run.signal])
    const headers = { ...fixed, [HEADERS.requestId]: requestId, ...run.headers }
    const body = JSON.stringify(request)
    const attempt = () => wire.post({ headers, body, signal })
    try {
      const answer = await attempt().catch((cause: unknown) => {
        if (run.repeatable === true && !signal.aborted && brokeMidway(cause)) return attempt()
        throw cause
      })
      return readAnswer(answer.status, answer.text, requestId)
    } catch (cause) {
      if (cause instanceof ClientError) throw cause
      throw worldError(cause, { url, requestId, timedOut: timer.aborted, limit })
    }
  }

  return {
    url,
    key,
    send,
    async run<Data, Variables>(
      operation: Operation<Data, Variables>,
      variables: Variables,
      run: RunOptions = {},
    ): Promise<Data> {
      const repeatable = run.repeatable ?? operation.kind === 'query'
      const request = { query: operation.text, operationName: operation.name, variables }
      const answer = await send(request, { ...run, repeatable })
      if (answer.errors.length > 0 || answer.data === null || answer.data === undefined)
        throw errorOf(answer.errors, answer.requestId)
      return answer.data as Data
    },
    [Symbol.asyncDispose]: () => wire[Symbol.asyncDispose](),
  }
}

/** A kept-alive connection that the other side had just closed looks like this; a refused one does not. */
function brokeMidway(cause: unknown): boolean {
  const code = (cause as { code?: unknown }).code
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE'
}

function readAnswer(status: number, text: string, requestId: string): GraphqlAnswer {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  if (typeof value !== 'object' || value === null || !('data' in value || 'errors' in value)) {
    const start = text.slice(0, 120).replaceAll(/\s+/g, ' ')
    const message = `HTTP ${status} with a body that is not a GraphQL answer: "${start}". Is this the GraphQL endpoint?`
    throw new ClientError('BAD_ANSWER', message, { requestId })
  }
  const { data, errors } = value as { data?: unknown; errors?: readonly WireError[] }
  return { status, requestId, data, errors: Array.isArray(errors) ? errors : [] }
}

interface Failure {
  readonly url: string
  readonly requestId: string
  readonly timedOut: boolean
  readonly limit: number
}

function worldError(cause: unknown, { url, requestId, timedOut, limit }: Failure): ClientError {
  const details = { requestId, cause }
  if (timedOut)
    return new ClientError('DEADLINE_EXCEEDED', `No answer from ${url} within ${limit} ms.`, details)
  const { name, code, message } = cause as { name?: string; code?: string; message?: string }
  if (name === 'AbortError')
    return new ClientError('CONNECTION_LOST', 'The caller gave the request up.', details)
  if (brokeMidway(cause))
    return new ClientError(
      'CONNECTION_LOST',
      `The connection to ${url} broke before the answer came.`,
      details,
    )
  return new ClientError(
    'UNREACHABLE',
    `${url} cannot be reached (${code ?? message}); is Lighthouse running?`,
    details,
  )
}
