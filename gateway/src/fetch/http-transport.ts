import { STOPS } from '@lighthouse/contract/stops'
import type {
  SubgraphAnswer,
  SubgraphRequest,
  SubgraphTransport,
} from '@lighthouse/contract/subgraph-request'
import { type Dispatcher, Pool } from 'undici'
import { sized, TransportError } from './http-answer.js'
import { subgraphHeaders } from './http-headers.js'
import { subscribeOverHttp } from './http-subscribe.js'
import { isFields } from './merge.js'

export interface HttpTransportOptions {
  readonly name: string
  /** The subgraph's GraphQL endpoint, http or https. */
  readonly url: string
  /** Its graphql-transport-ws endpoint; the same address with ws when absent. */
  readonly wsUrl?: string | undefined
  readonly gatewaySecret?: string | undefined
  /** Connections that are kept; more requests wait for one. */
  readonly connections?: number
  /** An answer larger than this is dropped while it is read. */
  readonly maxAnswerBytes?: number
}

export type HttpTransport = SubgraphTransport & AsyncDisposable

/**
 * A subgraph that is reached over HTTP with keep-alive connections. Rejects with a {@link TransportError} whose message
 * may reach clients. Throws at once for an address that is no http(s) URL.
 */
export function httpTransport(options: HttpTransportOptions): HttpTransport {
  const { name, gatewaySecret, connections = 64, maxAnswerBytes = 16 * 1_048_576 } = options
  const url = parseUrl(name, options.url)
  const pool = new Pool(url.origin, { connections, pipelining: 1, keepAliveTimeout: 30_000 })
  const path = url.pathname + url.search
  const post = (request: SubgraphRequest): Promise<Dispatcher.ResponseData> =>
    pool.request({
      method: 'POST',
      path,
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        ...subgraphHeaders(request, gatewaySecret),
      },
      body: JSON.stringify({ query: request.query, variables: request.variables }),
      signal: request.signal,
    })
  return {
    name,
    async request(request) {
      const response = await reached(name, request, post)
      const text = await readBounded(name, response, maxAnswerBytes)
      const answer = parseAnswer(name, response.statusCode, text)
      noteStops(answer, request)
      return sized(answer, Buffer.byteLength(text))
    },
    subscribe: (request) =>
      subscribeOverHttp(request, {
        name,
        url: options.wsUrl ?? url.href.replace(/^http/, 'ws'),
        headers: subgraphHeaders(request, gatewaySecret),
        maxAnswerBytes,
      }),
    [Symbol.asyncDispose]: () => pool.destroy(),
  }
}

function parseUrl(name: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  throw new Error(`Subgraph "${name}" has no http(s) address: "${text}".`)
}

/** A kept connection may have been closed by the other side just now: what may be asked twice is asked again, once. */
async function reached(
  name: string,
  request: SubgraphRequest,
  post: (request: SubgraphRequest) => Promise<Dispatcher.ResponseData>,
): Promise<Dispatcher.ResponseData> {
  try {
    return await post(request)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    const stale = code === 'UND_ERR_SOCKET' || code === 'ECONNRESET'
    if (stale && !request.signal.aborted && !request.query.startsWith('mutation')) {
      return post(request).catch((again: unknown) => {
        throw unreachable(name, again)
      })
    }
    throw unreachable(name, cause)
  }
}

function unreachable(name: string, cause: unknown): TransportError {
  return new TransportError('SUBGRAPH_UNAVAILABLE', `Subgraph "${name}" cannot be reached.`, cause)
}

async function readBounded(
  name: string,
  response: Dispatcher.ResponseData,
  maxBytes: number,
): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > maxBytes) break
      chunks.push(chunk)
    }
  } catch (cause) {
    throw unreachable(name, cause)
  }
  if (bytes > maxBytes) {
    response.body.destroy()
    throw new TransportError(
      'SUBGRAPH_ERROR',
      `Subgraph "${name}" answered with more than ${maxBytes} bytes.`,
    )
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** A GraphQL answer counts whatever its status; without one the status says what is wrong. */
function parseAnswer(name: string, status: number, text: string): SubgraphAnswer {
  try {
    const answer: unknown = JSON.parse(text)
    if (isFields(answer) && ('data' in answer || 'errors' in answer)) return answer as SubgraphAnswer
  } catch {
    // Falls through: what came is not JSON.
  }
  if (status >= 500) {
    throw new TransportError('SUBGRAPH_UNAVAILABLE', `Subgraph "${name}" answered with HTTP ${status}.`)
  }
  throw new TransportError(
    'SUBGRAPH_ERROR',
    `Subgraph "${name}" answered with something that is not GraphQL (HTTP ${status}).`,
  )
}

/** Stops that the subgraph's process passed come back in the extensions, `[stop, startUs, durationUs]` each. */
function noteStops(answer: SubgraphAnswer, { noteStop }: SubgraphRequest): void {
  const stops = answer.extensions?.['stops']
  if (noteStop === undefined || !Array.isArray(stops)) return
  for (const one of stops as unknown[]) {
    if (!Array.isArray(one)) continue
    const [name, start, duration] = one as unknown[]
    const stop = STOPS.find((known) => known === name)
    if (stop !== undefined && typeof start === 'number' && typeof duration === 'number') {
      noteStop(stop, start, duration)
    }
  }
}
