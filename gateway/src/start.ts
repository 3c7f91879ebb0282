import { createServer, type RequestListener, type Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Counted } from '@lighthouse/contract/subgraph-request'
import type { SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import { KeySets } from './authenticate/key-sets.js'
import type { SharedStore } from './cache/entity-cache.js'
import { invalidateRoute } from './cache/invalidate-route.js'
import { CacheHolder } from './cache/open-cache.js'
import { trafficCountsOf } from './fetch/http-transport.js'
import type { TrafficCounts } from './fetch/traffic/traffic.js'
import { answerClientError } from './http/client-error.js'
import type { Reach } from './http/cross-site.js'
import { stateOf } from './http/health.js'
import { type Routing, route } from './http/routes.js'
import type { RedeemLink } from './http/session-link.js'
import { drain, isLoopback, type Listening, listen } from './listen.js'
import { createMeter } from './meter.js'
import { type Lasting, openEdition, openNext, type Served } from './open-edition.js'
import { operate } from './operate.js'
import { type DocumentOptions, openDocuments } from './persisted/documents.js'
import { type Perform, perform, type Routes } from './perform.js'
import type { GatewayRecorder, Log } from './scope.js'
import { createEventStreams } from './subscribe/event-streams.js'
import { type Sockets, serveSockets } from './subscribe/socket.js'
import { type StreamOptions, streamBounds } from './subscribe/streaming.js'
import type { Siblings } from './siblings.js'
import { Editions } from './supergraph/editions.js'
import { createPlanningProcess } from './supergraph/planning-process.js'
import { createSampler } from './note-stops.js'
import { Tracings } from './tracing/tracings.js'

/** What runs once: whoever calls again waits for the first call. */
function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => (running ??= run())
}

const DEFAULT_HOST = '127.0.0.1'
const IDLE_MS = 75_000

export interface GatewayOptions extends Served, StreamOptions {
  /** Documents that clients may mean by an id. */
  readonly documents?: DocumentOptions | undefined
  readonly host?: string
  /** 0: any free port. */
  readonly port?: number
  readonly redeemLink?: RedeemLink | undefined
  readonly recorder?: GatewayRecorder
  /** A cache that several gateways share, behind each one's own; nothing is cached unless `cache` says what. */
  readonly sharedCache?: SharedStore | undefined
  /** Further addresses, served with this gateway's own means of running operations. */
  readonly routes?: Routes
  /** The built console; absent: none is served. */
  readonly consoleDir?: string | undefined
  readonly log?: Log
  /** Origins of pages that may call beside the gateway's own; `*` lets all. */
  readonly allowedOrigins?: readonly string[]
  /**
   * Names by which the gateway may be called beside those of this machine, without ports; `*` is any. Whatever else is
   * called is refused, also where it listens for other machines once a name is given.
   */
  readonly allowedHosts?: readonly string[]
  /**
   * Milliseconds that a connection is kept on which nothing is asked: longer than what stands before the gateway keeps it, or a
   * request that is sent as it closes is lost. AWS's balancer and nginx keep one for 60 s.
   */
  readonly idleMs?: number
  /** Milliseconds for which a gateway that closes is unready and goes on serving, so that balancers send it nothing more. */
  readonly unreadyMs?: number
  /** Milliseconds that operations under way are waited for when the gateway closes. */
  readonly drainMs?: number
  /** Names of the graph and of this process in rows and stops. */
  readonly graph?: string
  readonly gatewayId?: string
  /** What subgraphs in this process count for themselves, for /metrics. */
  readonly counted?: readonly Counted[]
  /** Other processes that serve the same port: /metrics and /readyz are of all of them. */
  readonly siblings?: Siblings | undefined
}

/** A gateway that listens. Closing it drains: it refuses what is new and waits for what is under way. */
export interface Gateway extends AsyncDisposable {
  /** The GraphQL endpoint. */
  readonly url: string
  /** The same endpoint for graphql-transport-ws. */
  readonly wsUrl: string
  /** Scheme, host and port, without a path. */
  readonly origin: string
  readonly port: number
  /** That of the supergraph that serves now. */
  readonly supergraphSdl: string
  /** Runs one operation as its caller, without HTTP. */
  readonly perform: Perform
  /**
   * Serves another supergraph, or the same with other settings: operations under way finish on the old one, and the most
   * used ones are planned before it is swapped in. Attempts queue. When `load` rejects, or what it gives cannot be served,
   * the old one is kept, `/readyz` and `/metrics` say so, and the promise rejects with the reason.
   */
  reload(load: () => Promise<Partial<Served>>): Promise<void>
  /** Drains and stops. The same as disposing; calling it again waits for the first call. */
  close(): Promise<void>
}

interface Open {
  sockets?: Sockets
  leaving: boolean
  draining: boolean
}

/** Starts a gateway. Rejects when the subgraphs do not compose, the SDL is no supergraph, or the port is taken. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { host = DEFAULT_HOST, port = 0, drainMs = 10_000 } = options
  const open: Open = { leaving: false, draining: false }
  const documents = await openDocuments(options.documents ?? {}, options.log ?? (() => undefined))
  const meter = createMeter(() => open.sockets?.size ?? 0, {
    traffic: () => trafficOf(editions.current.transports),
    reloads: () => editions.state,
    cache: () => caches.current?.counts,
    spans: () => lasting.tracings.counts,
    counted: options.counted ?? [],
  })
  const bounds = streamBounds(options)
  const identification = () => operating().door.identification
  const events = createEventStreams({ ...bounds, identification })
  const caches = new CacheHolder(options.sharedCache)
  const lasting: Lasting = {
    planning: createPlanningProcess(),
    meter,
    sample: createSampler(),
    reach: reachOf(options),
    events,
    caches,
    tracings: new Tracings(),
    seats: bounds.seats,
    documents,
    keySets: new KeySets(),
  }
  const editions = new Editions(await openEdition(options, lasting))
  const operating = () => editions.current.operating
  const { log, maxBodyBytes: maxMessageBytes } = operating()
  const reach = { ...lasting.reach, isDraining: () => open.draining, log }
  const run: Perform = (performed) => perform(performed, operating())
  const routing: Routing = {
    ...reach,
    routes: { ...options.routes, ...cacheRoutes(caches, () => editions.current.invalidationSecret) },
    perform: run,
    graphql: (request, response, head) => operate(request, response, head, operating()),
    serving: () => ({ ...editions.state, ...editions.current }),
    meter,
    identification,
    ...routingOf(options, open),
  }
  options.siblings?.join({ metrics: meter.tell, serving: () => stateOf(routing.serving()) })
  const server = serverFor(options, (request, response) => void route(request, response, routing))
  server.on('clientError', answerClientError)
  const over = { ...bounds, ...reach, maxMessageBytes, streaming: () => operating().streaming }
  open.sockets = serveSockets(server, over)
  const close = once(async () => {
    await leave(open, options)
    events.close()
    await open.sockets?.close()
    await drain(server, drainMs)
    await release(editions, lasting)
  })
  return {
    ...addressesOf(await listen(server, host, port)),
    get supergraphSdl() {
      return operating().supergraph.sdl
    },
    perform: run,
    reload: (load) =>
      editions.replace(async (old) => openNext({ ...options, ...(await load()) }, old, lasting)),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function serverFor({ idleMs = IDLE_MS }: GatewayOptions, listener: RequestListener): Server {
  return createServer({ keepAliveTimeout: idleMs }, listener)
}

/** From here on the gateway is unready, and after a while it takes nothing new. */
async function leave(open: Open, { unreadyMs = 0 }: GatewayOptions): Promise<void> {
  open.leaving = true
  if (unreadyMs > 0) await sleep(unreadyMs)
  open.draining = true
}

async function release(editions: AsyncDisposable, lasting: Lasting): Promise<void> {
  const { caches, planning, tracings, documents } = lasting
  await editions[Symbol.asyncDispose]()
  caches[Symbol.dispose]()
  await Promise.all([planning[Symbol.asyncDispose](), tracings[Symbol.asyncDispose]()])
  documents[Symbol.dispose]()
}

function cacheRoutes(caches: CacheHolder, secret: () => string | undefined): Routes {
  return { '/cache/invalidate': invalidateRoute(() => ({ cache: caches.current, secret: secret() })) }
}

function routingOf({ consoleDir, redeemLink, siblings }: GatewayOptions, open: Open) {
  return { consoleDir, redeemLink, siblings, isLeaving: () => open.leaving }
}

function addressesOf({ authority, port }: Listening) {
  return {
    url: `http://${authority}/graphql`,
    wsUrl: `ws://${authority}/graphql`,
    origin: `http://${authority}`,
    port,
  }
}

function reachOf({ allowedOrigins = [], allowedHosts = [], host = DEFAULT_HOST }: GatewayOptions): Reach {
  const names = allowedHosts.map((name) => name.toLowerCase())
  return { allowedOrigins, allowedHosts: names, loopback: isLoopback(host) }
}

function* trafficOf(
  transports: ReadonlyMap<string, SubgraphTransport>,
): Generator<readonly [string, TrafficCounts]> {
  for (const [name, transport] of transports) {
    const counts = trafficCountsOf(transport)
    if (counts !== undefined) yield [name, counts]
  }
}
