import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { ERROR_CODES, type ErrorCode } from '@lighthouse/contract/error-codes'
import { HEADERS } from '@lighthouse/contract/headers'
import { GraphQLError } from 'graphql'
import { readAll } from '../read-all.js'
import { refuseUpgrade } from '../refuse-upgrade.js'
import type { Tap } from '../live/tap.js'
import { Answerer, type GraphQLBody } from './answer.js'
import { codeOf, coded } from './errors.js'
import { type HeaderValues, identify } from './identify.js'
import { loadSchema } from './schema.js'
import type { Ground } from './scope.js'
import { type SocketDoor, serveSockets } from './sockets.js'

export interface ServeOptions {
  readonly ground: Ground
  readonly gatewaySecret: string
  readonly tap: Tap
  /** Prometheus text. */
  readonly metrics: () => Promise<string>
  readonly onError: (error: unknown) => void
}

export interface SubgraphServer {
  readonly server: Server
  readonly sockets: SocketDoor
}

const MAX_BODY_BYTES = 1_048_576

/**
 * The analytics subgraph over HTTP, not listening yet: POST /graphql, graphql-transport-ws on the same path, recorders'
 * WebSockets on /tap, /livez, /readyz (ClickHouse answers) and /metrics.
 */
export async function serveSubgraph(options: ServeOptions): Promise<SubgraphServer> {
  const { ground, gatewaySecret, onError } = options
  const answerer = new Answerer(await loadSchema(), onError)
  const known = (headers: HeaderValues, body: string) => identify(headers, body, gatewaySecret)

  async function graphql(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') throw coded('METHOD_NOT_ALLOWED', 'Send POST.')
    const text = request.headers[HEADERS.signature] === undefined ? '' : await readText(request)
    const principal = known(request.headers, text)
    const body = readGraphQL(text)
    const gone = new AbortController()
    response.once('close', () => {
      if (!response.writableFinished) gone.abort()
    })
    const scope = { ...ground, principal, signal: gone.signal }
    sendJson(response, 200, await answerer.answer(body, scope))
  }

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request)
    switch (path) {
      case '/graphql':
        return graphql(request, response)
      case '/livez':
        return sendJson(response, 200, { live: true })
      case '/readyz': {
        const { success } = await ground.client.ping()
        return sendJson(response, success ? 200 : 503, { ready: success })
      }
      case '/metrics':
        response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8')
        response.end(await options.metrics())
        return
      default:
        throw coded('NOT_FOUND', `Nothing is served at ${path}.`)
    }
  }

  const server = createServer((request, response) => {
    route(request, response).catch((error: unknown) => fail(response, error, onError))
  })
  server.keepAliveTimeout = 30_000
  const sockets = serveSockets({ ground, answerer, identify: known })
  const doors: Readonly<Record<string, Pick<SocketDoor, 'upgrade'>>> = {
    '/graphql': sockets,
    '/tap': options.tap,
  }
  server.on('upgrade', (request, socket, head) => {
    const door = doors[pathOf(request)]
    if (door === undefined) refuseUpgrade(socket, '404 Not Found')
    else door.upgrade(request, socket, head)
  })
  return { server, sockets }
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] as string
}

async function readText(request: IncomingMessage): Promise<string> {
  const bytes = await readAll(request, MAX_BODY_BYTES)
  if (bytes === undefined) {
    throw coded('PAYLOAD_TOO_LARGE', `The body is larger than ${MAX_BODY_BYTES} bytes.`)
  }
  return bytes.toString()
}

function readGraphQL(text: string): GraphQLBody {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw coded('BAD_REQUEST', 'The body is not JSON.')
  }
  const { query, variables, operationName } = Object(body) as Record<string, unknown>
  if (typeof query !== 'string') throw coded('BAD_REQUEST', 'The body has no query.')
  return {
    query,
    variables: Object(variables ?? {}) as Record<string, unknown>,
    operationName: typeof operationName === 'string' ? operationName : undefined,
  }
}

function fail(response: ServerResponse, error: unknown, onError: (error: unknown) => void): void {
  const code = (codeOf(error) ?? 'INTERNAL_SERVER_ERROR') as ErrorCode
  if (code === 'INTERNAL_SERVER_ERROR') onError(error)
  if (response.headersSent) return void response.destroy()
  const message = error instanceof GraphQLError ? error.message : 'Internal error.'
  // The rest of a body that is refused is not read: the connection cannot be used again.
  if (code === 'PAYLOAD_TOO_LARGE') response.setHeader('connection', 'close')
  sendJson(response, ERROR_CODES[code].status, { errors: [{ message, extensions: { code } }] })
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}
