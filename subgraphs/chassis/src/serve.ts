import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ERROR_CODES } from '@lighthouse/contract/error-codes'
import { HEADERS } from '@lighthouse/contract/headers'
import type { Stop } from '@lighthouse/contract/stops'
import { type GraphQLBody, readBody, readGraphQL } from './body.js'
import type { Subgraph } from './define.js'
import { codeOf, coded, messageOf } from './errors.js'
import { type Log, QUIET } from './log.js'
import { createMetrics } from './metrics.js'
import { type SocketDoor, serveSockets } from './sockets.js'
import { type HeaderValues, type ReadHeaders, readHeaders } from './wire.js'

export interface ServeOptions {
  readonly host?: string
  /** 0 takes a free one. */
  readonly port?: number
  /** Shared with the gateway; signs who the caller is. */
  readonly gatewaySecret: string
  /** Also serves requests that carry no principal: for a gateway that runs without authentication. */
  readonly allowAnonymous?: boolean
  /** How long running requests are waited for when stopping. */
  readonly drainMs?: number
  readonly log?: Log
}

export interface Served extends AsyncDisposable {
  readonly url: string
  readonly wsUrl: string
  readonly port: number
}

/** Only the gateway and siblings call, and what they send has passed the gateway's own, smaller limit. */
const MAX_BODY_BYTES = 1_048_576
/** What a caller that does not say how long it waits is given. */
const DEFAULT_LEFT_MS = 30_000

/**
 * Serves a subgraph at POST /graphql and graphql-transport-ws on the same path, with /livez, /readyz and /metrics.
 * Rejects when the port is taken. Disposal stops taking requests, waits `drainMs` for running ones, then closes.
 */
export async function serveSubgraph(subgraph: Subgraph, options: ServeOptions): Promise<Served> {
  const { host = '127.0.0.1', port = 0, drainMs = 5_000, log = QUIET } = options
  const metrics = createMetrics(subgraph)
  let stopping = false
  const server = createServer((request, response) => {
    const start = performance.now()
    response.once('close', () => metrics.served(response.statusCode, performance.now() - start))
    answer(request, response).catch((thrown: unknown) => fail(response, thrown, log))
  })

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '/').split('?', 1)[0]
    if (path === '/graphql') return graphql(request, response)
    if (path === '/livez') return send(response, 200, { live: true })
    if (path === '/metrics') return sendText(response, metrics.type, await metrics.read())
    if (path !== '/readyz') throw coded('NOT_FOUND', `Nothing is served at ${path}.`)
    const reading = await subgraph.health.read()
    const ready = reading.ready && !stopping
    send(response, ready ? 200 : 503, { ...reading, ready })
  }

  const graphql = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== 'POST') throw coded('METHOD_NOT_ALLOWED', 'Send POST.')
    if (stopping) throw coded('SHUTTING_DOWN', `The ${subgraph.name} subgraph is stopping.`)
    refuseStranger(request.headers, options)
    const text = await readBody(request, MAX_BODY_BYTES)
    const head = authenticate(request.headers, text, options)
    send(response, 200, await ask(subgraph, head, readGraphQL(text), response))
  }

  const sockets = serveSockets(server, subgraph, (headers, body) => authenticate(headers, body, options))
  await listen(server, host, port)
  const address = server.address() as AddressInfo
  const at = `${host.includes(':') ? `[${host}]` : host}:${address.port}`
  log.info('serving', { subgraph: subgraph.name, address: at })
  return {
    url: `http://${at}/graphql`,
    wsUrl: `ws://${at}/graphql`,
    port: address.port,
    async [Symbol.asyncDispose]() {
      stopping = true
      await shut(server, sockets, drainMs)
    },
  }
}

/** What somebody sends who brings no signature is not read. */
function refuseStranger(headers: HeaderValues, { allowAnonymous }: ServeOptions): void {
  if (headers[HEADERS.signature] !== undefined || allowAnonymous === true) return
  throw coded('UNAUTHENTICATED', 'Only the gateway calls here: its signature is missing.')
}

function authenticate(headers: HeaderValues, body: string, options: ServeOptions): ReadHeaders {
  const { gatewaySecret, allowAnonymous } = options
  const head = readHeaders(headers, { gatewaySecret, body, now: Date.now() })
  if (head.principal === undefined && allowAnonymous !== true) {
    throw coded('UNAUTHENTICATED', 'Only callers whom the gateway knows are served: there is no principal.')
  }
  return head
}

async function ask(subgraph: Subgraph, head: ReadHeaders, body: GraphQLBody, response: ServerResponse) {
  const gone = new AbortController()
  const leftMs = head.leftMs ?? DEFAULT_LEFT_MS
  const timer = setTimeout(() => gone.abort(), leftMs)
  response.once('close', () => gone.abort())
  const stops: [Stop, number, number][] = []
  try {
    const answered = await subgraph.request({
      ...body,
      ...head,
      deadlineAt: Date.now() + leftMs,
      signal: gone.signal,
      noteStop: head.walk ? (...stop) => void stops.push(stop) : undefined,
    })
    return head.walk ? { ...answered, extensions: { ...answered.extensions, stops } } : answered
  } finally {
    clearTimeout(timer)
  }
}

function fail(response: ServerResponse, thrown: unknown, log: Log): void {
  const code = codeOf(thrown) ?? 'INTERNAL_SERVER_ERROR'
  const ours = codeOf(thrown) === undefined
  if (ours) log.error('a request failed', { error: thrown })
  if (response.headersSent) return void response.destroy()
  const message = ours ? 'Internal error.' : messageOf(thrown)
  // The rest of a body that is refused is not read: the connection cannot be used again.
  if (code === 'PAYLOAD_TOO_LARGE') response.setHeader('connection', 'close')
  send(response, ERROR_CODES[code].status, { errors: [{ message, extensions: { code } }] })
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}

function sendText(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, { 'content-type': type })
  response.end(text)
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

async function shut(server: Server, sockets: SocketDoor, drainMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  await sockets.close()
  const timer = setTimeout(() => server.closeAllConnections(), drainMs)
  await closed
  clearTimeout(timer)
}
