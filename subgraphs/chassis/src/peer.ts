import type { Stop } from '@lighthouse/contract/stops'
import type {
  SubgraphAnswer,
  SubgraphRequest,
  SubgraphTransport,
} from '@lighthouse/contract/subgraph-request'
import { type Client, createClient } from 'graphql-ws'
import { Pool } from 'undici'
import { WebSocket } from 'ws'
import { ERROR_CODES } from '@lighthouse/contract/error-codes'
import { bodyText } from '@lighthouse/contract/principal'
import { coded, messageOf } from './errors.js'
import { stream } from './stream.js'
import { writeHeaders } from './wire.js'

export interface PeerOptions {
  /** The subgraph's name. */
  readonly name: string
  /** Its GraphQL endpoint, http or https. */
  readonly url: string
  readonly gatewaySecret: string
  /** Most connections held open; further requests wait for one. */
  readonly connections?: number
}

type Stops = readonly (readonly [Stop, number, number])[]

/**
 * A subgraph of another process as a transport. Rejects with SUBGRAPH_UNAVAILABLE when it cannot be reached,
 * SUBGRAPH_ERROR when its answer is not GraphQL, DEADLINE_EXCEEDED when `signal` aborts, and with the subgraph's own
 * code when it refused the request. Nothing is retried.
 */
export function httpPeer(options: PeerOptions): SubgraphTransport & AsyncDisposable {
  const { name, url, connections = 32 } = options
  const { origin, pathname } = new URL(url)
  const pool = new Pool(origin, { connections, pipelining: 1 })
  const sockets = createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazyCloseTimeout: 10_000,
  })

  return {
    name,
    async request(request) {
      const { status, text } = await post(pool, pathname, request, options)
      return read(name, request, status, text)
    },
    subscribe: (request) =>
      stream<SubgraphAnswer>(request.signal, async () => ({
        events: { [Symbol.asyncIterator]: () => open(sockets, request, options) },
        each: async (event) => event as SubgraphAnswer,
      })),
    async [Symbol.asyncDispose]() {
      await sockets.dispose()
      await pool.close()
    },
  }
}

async function post(
  pool: Pool,
  path: string,
  request: SubgraphRequest,
  { name, gatewaySecret }: PeerOptions,
): Promise<{ status: number; text: string }> {
  const { query, variables, signal } = request
  const body = bodyText(query, variables)
  try {
    const answer = await pool.request({
      method: 'POST',
      path,
      headers: {
        'content-type': 'application/json',
        ...writeHeaders(request, { gatewaySecret, body, now: Date.now() }),
      },
      body,
      signal,
    })
    return { status: answer.statusCode, text: await answer.body.text() }
  } catch (thrown) {
    if (signal.aborted) {
      const why = `Request ${request.requestId} was given up by its caller or ran out of time.`
      throw coded('DEADLINE_EXCEEDED', why)
    }
    throw coded('SUBGRAPH_UNAVAILABLE', `The ${name} subgraph cannot be reached: ${messageOf(thrown)}`)
  }
}

function read(name: string, request: SubgraphRequest, status: number, text: string): SubgraphAnswer {
  const answer = toAnswer(text)
  if (answer === undefined) {
    throw coded(
      'SUBGRAPH_ERROR',
      `The ${name} subgraph answered ${status} with something that is not GraphQL.`,
    )
  }
  if (status >= 400) throw refused(name, answer.errors?.[0])
  const { stops, ...extensions } = answer.extensions ?? {}
  if (stops === undefined) return answer
  for (const [stop, startUs, durationUs] of stops as Stops) request.noteStop?.(stop, startUs, durationUs)
  return Object.keys(extensions).length === 0 ? withoutExtensions(answer) : { ...answer, extensions }
}

function open(
  sockets: Client,
  request: SubgraphRequest,
  { name, gatewaySecret }: PeerOptions,
): AsyncIterator<unknown> {
  const { query, variables } = request
  const body = bodyText(query, variables)
  const headers = writeHeaders(request, { gatewaySecret, body, now: Date.now() })
  const events = sockets.iterate({ query, variables: { ...variables }, extensions: { headers } })
  return {
    next: () => events.next().catch((thrown: unknown) => Promise.reject(refused(name, first(thrown)))),
    return: async () => (await events.return?.()) ?? { done: true, value: undefined },
  }
}

function toAnswer(text: string): SubgraphAnswer | undefined {
  try {
    const answer: unknown = JSON.parse(text)
    const fits = typeof answer === 'object' && answer !== null && ('data' in answer || 'errors' in answer)
    return fits ? (answer as SubgraphAnswer) : undefined
  } catch {
    return undefined
  }
}

function withoutExtensions({ extensions: _, ...answer }: SubgraphAnswer): SubgraphAnswer {
  return answer
}

type Refusal = { readonly message?: unknown; readonly extensions?: Readonly<Record<string, unknown>> }

/** A GraphQL error list is what graphql-ws throws for a refused subscription; anything else is the socket's end. */
function first(thrown: unknown): Refusal | undefined {
  return Array.isArray(thrown) ? (thrown[0] as Refusal | undefined) : undefined
}

function refused(name: string, error: Refusal | undefined) {
  const code = error?.extensions?.['code']
  const known = Object.keys(ERROR_CODES).find((each) => each === code) as keyof typeof ERROR_CODES | undefined
  if (error === undefined) {
    return coded('SUBGRAPH_UNAVAILABLE', `The connection to the ${name} subgraph ended.`)
  }
  return coded(known ?? 'SUBGRAPH_ERROR', String(error.message), error.extensions)
}
