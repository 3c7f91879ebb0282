import { HEADERS } from '@lighthouse/contract/headers'
import { bodyText } from '@lighthouse/contract/principal'
import type { FetchNotes, SubgraphRequest, SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import { Pool } from 'undici'
import { parseExact, rounded } from '../exact-json.js'
import { readAnswer } from './http-answer.js'
import {
  createIdentity,
  createSigner,
  returnedHeaders,
  traceHeaders,
  type SignRequest,
} from './http-headers.js'
import { subscribeOverHttp } from './http-subscribe.js'
import { addressOf } from './traffic/address.js'
import { createPost } from './traffic/post.js'
import type { Call } from './traffic/send.js'
import { trafficFor, type TrafficInput } from './traffic/settings.js'
import { shapeTraffic, type TrafficCounts } from './traffic/traffic.js'

export interface HttpTransportOptions {
  readonly name: string
  /** The subgraph's GraphQL endpoint: `http://`, `https://` or `http+unix:/path/to.sock:/graphql`. */
  readonly url: string
  /** Its graphql-transport-ws endpoint; the same address with ws when absent. */
  readonly wsUrl?: string | undefined
  readonly gatewaySecret?: string | undefined
  /** Integers of its answers that a double cannot hold are bigints. */
  readonly exactNumbers?: boolean | undefined
  /** Deadlines, retries, breaker, hedging, pools and headers; defaults for what is absent. */
  readonly traffic?: TrafficInput
}

export interface HttpTransport extends SubgraphTransport, AsyncDisposable {
  readonly counts: TrafficCounts
}

/**
 * A subgraph that is reached over HTTP with keep-alive connections, behind the policies of its traffic settings. Rejects
 * with a TransportError whose message may reach clients. Throws at once for an address or a setting that is none.
 */
export function httpTransport(options: HttpTransportOptions): HttpTransport {
  const { name, gatewaySecret, exactNumbers, traffic = {} } = options
  const settings = trafficFor(name, { subgraphs: { [name]: traffic } })
  const { forwardHeaders, returnHeaders, timeoutMs, maxAnswerBytes, compression } = settings
  const address = addressOf(name, settings.url ?? options.url)
  const pool = new Pool(address.origin, {
    connections: settings.connections,
    pipelining: 1,
    keepAliveTimeout: settings.keepAliveMs,
    ...(address.socketPath === undefined ? {} : { socketPath: address.socketPath }),
  })
  const post = createPost(pool, { name, path: address.path, timeoutMs, maxAnswerBytes, compression })
  // A cookie is for who asked.
  const deduplicate = settings.deduplicate && !returnHeaders.includes('set-cookie')
  const { send, counts } = shapeTraffic(name, { ...settings, deduplicate }, post)
  const parse = exactNumbers === true ? parseExact : (text: string): unknown => JSON.parse(text)
  const own = Object.entries(settings.headers).flat()
  const identity = createIdentity({
    forwardHeaders: forwardHeaders.filter((one) => !Object.hasOwn(settings.headers, one)),
  })
  const sign = createSigner(gatewaySecret)
  return {
    name,
    url: settings.url ?? options.url,
    forwards: forwardHeaders,
    counts,
    identityOf: (request) => identity(request).join('\n'),
    async request(request) {
      const notes = request.notes ?? emptyNotes()
      const reply = await send(callOf(request, [...identity(request), ...own], { notes, sign }))
      notes.httpStatus = reply.status
      notes.bytesIn = reply.bytes
      notes.cacheControl = reply.headers['cache-control']
      if (returnHeaders.length > 0) notes.headers = returnedHeaders(reply.headers, returnHeaders)
      return readAnswer(name, reply, { noteStop: request.noteStop, parse })
    },
    subscribe(asked) {
      // What speaks over the socket knows of no other numbers.
      const request = { ...asked, signal: asked.signal, variables: rounded(asked.variables) }
      const known = identity(request)
      const signature = sign(known, bodyText(request.query, request.variables))
      return subscribeOverHttp(request, {
        name,
        url: options.wsUrl ?? address.wsUrl,
        headers: {
          [HEADERS.requestId]: request.requestId,
          ...Object.fromEntries(pairs([...traceHeaders(request), ...known, ...own, ...signature])),
        },
        maxAnswerBytes,
      })
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  }
}

/** What the traffic policies of a transport counted; undefined for one that has none. */
export function trafficCountsOf(transport: SubgraphTransport): TrafficCounts | undefined {
  return 'counts' in transport ? (transport as HttpTransport).counts : undefined
}

/** Notes of a request of which nothing happened yet. */
export function emptyNotes(): FetchNotes {
  return {
    attempts: 1,
    httpStatus: 0,
    bytesIn: 0,
    isHedged: false,
    isShared: false,
    cacheTier: 'none',
    cacheControl: undefined,
    headers: undefined,
  }
}

interface Calling {
  readonly notes: FetchNotes
  readonly sign: SignRequest
}

function callOf(request: SubgraphRequest, identity: string[], { notes, sign }: Calling): Call {
  const body = request.body ?? bodyText(request.query, request.variables)
  const isRepeatable = !request.query.startsWith('mutation')
  if (request.noteStop !== undefined) identity.push(HEADERS.walk, '1')
  return {
    body,
    isRepeatable,
    isFresh: request.isFresh === true,
    headers: identity,
    requestId: request.requestId,
    trace: () => traceHeaders(request),
    signature: () => sign(identity, body),
    deadlineAt: request.deadlineAt,
    signal: request.signal,
    notes,
  }
}

function pairs(flat: readonly string[]): [string, string][] {
  const found: [string, string][] = []
  for (let i = 0; i + 1 < flat.length; i += 2) found.push([flat[i] ?? '', flat[i + 1] ?? ''])
  return found
}
