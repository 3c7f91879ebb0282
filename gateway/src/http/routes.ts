import type { IncomingMessage, ServerResponse } from 'node:http'
import { HEADERS } from '@lighthouse/contract/headers'
import type { Identification } from '../authenticate/identification.js'
import { Refusal } from '../errors.js'
import type { OperationMeter } from '../meter.js'
import type { Perform, Routes, ServeRoute } from '../perform.js'
import { requestIdOf } from '../receive.js'
import { refusalAnswer } from '../refusal-answer.js'
import type { Log } from '../scope.js'
import type { Siblings } from '../siblings.js'
import { expose } from '../telling.js'
import type { Reach } from './cross-site.js'
import { sendConsoleFile } from './console-files.js'
import { checkReadiness, type Serving } from './health.js'
import { giveHead, type Head } from './head.js'
import { isOwnHost } from './hosts.js'
import { corsHeaders, preflightHeaders } from './origins.js'
import { followLink, type RedeemLink } from './session-link.js'

export interface Routing extends Reach {
  readonly graphql: (request: IncomingMessage, response: ServerResponse, head: Head) => Promise<void>
  /** What serves now, and whether something newer was refused. */
  readonly serving: () => Serving
  readonly meter: OperationMeter
  /** Other processes that serve this port; undefined when this one is alone. */
  readonly siblings: Siblings | undefined
  /** What the composition root adds, and how it runs operations. */
  readonly routes: Routes
  readonly perform: Perform
  readonly consoleDir: string | undefined
  readonly redeemLink: RedeemLink | undefined
  /** It is unready, and serves all the same. */
  readonly isLeaving: () => boolean
  readonly isDraining: () => boolean
  /** How callers prove who they are by now. */
  readonly identification: () => Identification
  readonly log: Log
}

type Route = (request: IncomingMessage, response: ServerResponse, routing: Routing) => Promise<void> | void

const EXACT: Readonly<Record<string, Route>> = {
  '/graphql': preflight,
  '/livez': (_, response) => json(response, 200, { live: true }),
  '/readyz': ready,
  '/metrics': metrics,
  '/': home,
}

/** Answers one HTTP request. Every refusal is JSON with a code and the request's id. Never rejects. */
export async function route(
  request: IncomingMessage,
  response: ServerResponse,
  routing: Routing,
): Promise<void> {
  const requestId = requestIdOf(request.headers)
  let head: Head = [HEADERS.requestId, requestId]
  try {
    checkHost(request, routing)
    head = [...head, ...corsHeaders(request.headers, routing.allowedOrigins, routing.loopback)]
    const path = pathOf(request)
    if (path === '/graphql' && isOperation(request, routing)) {
      await routing.graphql(request, response, head)
      return
    }
    giveHead(response, head)
    // One id for all of this request: what is performed for it reads it from the header again.
    request.headers[HEADERS.requestId] = requestId
    const found = EXACT[path] ?? added(path, routing.routes) ?? (isConsole(path) ? consolePage : undefined)
    if (found === undefined) throw new Refusal('NOT_FOUND', 'There is nothing at this address.')
    await found(request, response, routing)
  } catch (cause) {
    if (!(cause instanceof Refusal))
      routing.log('a request failed by our fault', { requestId, cause: String(cause) })
    if (response.headersSent) {
      response.destroy()
      return
    }
    giveHead(response, head)
    const answer = refusalAnswer(cause, requestId)
    response.writeHead(answer.status, { ...answer.headers })
    response.end(answer.text)
  }
}

function pathOf({ url = '/' }: IncomingMessage): string {
  const end = url.indexOf('?')
  const path = end < 0 ? url : url.slice(0, end)
  // Whoever speaks to a proxy names scheme and host as well (RFC 9112, section 3.2.2).
  return path.startsWith('/') ? path : path.replace(/^https?:\/\/[^/]*/i, '')
}

function checkHost({ headers: { host } }: IncomingMessage, routing: Routing): void {
  if (isOwnHost(host, routing)) return
  const hint = 'list it in LIGHTHOUSE_ALLOWED_HOSTS if it is meant'
  throw new Refusal('HOST_NOT_ALLOWED', `This gateway is not called by this name; ${hint}.`)
}

function isConsole(path: string): boolean {
  return path === '/console' || path.startsWith('/console/')
}

/** The route that was added for a path, or for the folder that it is in. */
function added(path: string, routes: Routes): Route | undefined {
  const name = Object.hasOwn(routes, path) ? path : `${path.slice(0, path.lastIndexOf('/'))}/`
  const serve: ServeRoute | undefined = Object.hasOwn(routes, name) ? routes[name] : undefined
  if (serve === undefined) return undefined
  return async (request, response, routing) => {
    if (request.method === 'OPTIONS') preflight(request, response, routing)
    else await serve(request, response, routing.perform)
  }
}

function preflight(
  { headers }: IncomingMessage,
  response: ServerResponse,
  { identification }: Routing,
): void {
  response.writeHead(204, preflightHeaders(identification().header, headers))
  response.end()
}

/** False for a preflight, which is answered from the table. Throws a Refusal while the gateway stops. */
function isOperation({ method }: IncomingMessage, routing: Routing): boolean {
  if (method === 'OPTIONS') return false
  if (!routing.isDraining()) return true
  throw new Refusal('SHUTTING_DOWN', 'This gateway is stopping.', {
    connection: 'close',
    'retry-after': '1',
  })
}

async function ready({ url }: IncomingMessage, response: ServerResponse, routing: Routing): Promise<void> {
  if (routing.isLeaving()) return json(response, 503, { ready: false, draining: true })
  const [{ isWhole, ...readiness }, workers] = await Promise.all([
    checkReadiness(routing.serving()),
    routing.siblings?.serving(),
  ])
  const isReady = url?.endsWith('?subgraphs=all') === true ? isWhole : readiness.ready
  json(response, isReady ? 200 : 503, { ...readiness, ready: isReady, workers })
}

async function metrics(_: IncomingMessage, response: ServerResponse, routing: Routing): Promise<void> {
  const { meter, siblings } = routing
  const { text, contentType } = await (siblings?.metrics() ?? expose([await meter.tell()]))
  response.writeHead(200, { 'content-type': contentType })
  response.end(text)
}

function home(request: IncomingMessage, response: ServerResponse, { consoleDir }: Routing): void {
  if (consoleDir === undefined || request.headers.accept?.includes('text/html') !== true) {
    throw new Refusal('NOT_FOUND', 'GraphQL is served at /graphql.')
  }
  redirect(response, '/console/')
}

async function consolePage(
  request: IncomingMessage,
  response: ServerResponse,
  routing: Routing,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    throw new Refusal('METHOD_NOT_ALLOWED', 'The console is read with GET.', { allow: 'GET, HEAD' })
  }
  const path = pathOf(request).slice('/console'.length)
  if (path.startsWith('/link/')) {
    if (await followLink(path.slice('/link/'.length), routing.redeemLink, response)) return
    throw new Refusal('NOT_FOUND', 'This link is not known, or it was used before; make a new one.')
  }
  if (routing.consoleDir === undefined) throw new Refusal('NOT_FOUND', 'This gateway serves no console.')
  if (path === '') return redirect(response, '/console/')
  if (await sendConsoleFile(routing.consoleDir, path, response, request.method === 'HEAD')) return
  throw new Refusal('NOT_FOUND', 'The console has no such file.')
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { location })
  response.end()
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  })
  response.end(JSON.stringify(body))
}
