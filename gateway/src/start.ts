import { createServer } from 'node:http'
import { SILENT } from '@lighthouse/analytics/recorder/record'
import type { SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import { createDoor, type DoorOptions } from './admit.js'
import { answerClientError } from './http/client-error.js'
import type { Reach } from './http/cross-site.js'
import { trafficCountsOf } from './fetch/http-transport.js'
import type { TrafficCounts } from './fetch/traffic/traffic.js'
import type { RedeemLink } from './http/session-link.js'
import { type Routing, route } from './http/routes.js'
import { drain, isLoopback, listen } from './listen.js'
import { startLifecycle } from './lifecycle.js'
import { createMeter, type OperationMeter } from './meter.js'
import { execute, type Operating, operate } from './operate.js'
import { createPlans } from './plan.js'
import { type Perform, perform, type Routes } from './perform.js'
import type { GatewayRecorder, Log } from './scope.js'
import { compose, type SubgraphSdl } from './supergraph/compose.js'
import { createEventStreams } from './subscribe/event-streams.js'
import { type Sockets, serveSockets } from './subscribe/socket.js'
import { createStreaming, type StreamOptions } from './subscribe/streaming.js'
import type { Planning } from './supergraph/planning.js'
import { createPlanningProcess } from './supergraph/planning-process.js'
import { loadSupergraph } from './supergraph/supergraph.js'
import { createSampler } from './trace.js'

const DEFAULT_HOST = '127.0.0.1'
const MAX_BODY_BYTES = 65_536
/** Longer than the 30 s that experts are given. */
const DEADLINE_MS = 35_000

export interface GatewayOptions extends DoorOptions, StreamOptions {
  readonly host?: string
  /** 0: any free port. */
  readonly port?: number
  readonly supergraph: { readonly sdl: string } | { readonly subgraphs: readonly SubgraphSdl[] }
  /** How each subgraph is reached, by the name it has in the supergraph. */
  readonly transports: ReadonlyMap<string, SubgraphTransport>
  readonly redeemLink?: RedeemLink | undefined
  readonly recorder?: GatewayRecorder
  /** Further addresses, served with this gateway's own means of running operations. */
  readonly routes?: Routes
  /** The built console; absent: none is served. */
  readonly consoleDir?: string | undefined
  readonly log?: Log
  readonly introspection?: boolean
  readonly maxBodyBytes?: number
  /** Milliseconds that an operation may take. Longer than the 30 s that experts are given. */
  readonly deadlineMs?: number
  /** Origins of pages that may call beside the gateway's own; `*` lets all. */
  readonly allowedOrigins?: readonly string[]
  /** Milliseconds that operations under way are waited for when the gateway closes. */
  readonly drainMs?: number
  /** Names of the graph and of this process in rows and stops. */
  readonly graph?: string
  readonly gatewayId?: string
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
  readonly supergraphSdl: string
  /** Runs one operation as its caller, without HTTP. */
  readonly perform: Perform
  /** Drains and stops. The same as disposing; calling it again waits for the first call. */
  close(): Promise<void>
}

/** Starts a gateway. Rejects when the subgraphs do not compose, the SDL is no supergraph, or the port is taken. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { host = DEFAULT_HOST, port = 0, drainMs = 10_000 } = options
  const open: { sockets?: Sockets; draining: boolean } = { draining: false }
  const planning = createPlanningProcess()
  const unready = assemble(options, planning, () => open.sockets?.size ?? 0)
  // So that the first operation does not wait for the planner's start.
  planning.plan(unready.supergraph, { text: '{__typename}', drawn: 0 }).catch(() => undefined)
  const lifecycle = await startLifecycle({
    supergraph: unready.supergraph,
    introspection: options.introspection ?? true,
    execute: (executable, scope) => execute(executable, scope, unready),
    log: unready.log,
  })
  const streaming = createStreaming({ ...unready, lifecycle }, options)
  const events = createEventStreams(streaming)
  const operating: Operating = { ...unready, lifecycle, events }
  const reach = { ...unready.reach, isDraining: () => open.draining, log: unready.log }
  const run: Perform = (performed) => perform(performed, operating)
  const routing: Routing = {
    ...reach,
    routes: options.routes ?? {},
    perform: run,
    graphql: (request, response) => operate(request, response, operating),
    transports: options.transports,
    meter: unready.recording.meter,
    consoleDir: options.consoleDir,
    redeemLink: options.redeemLink,
  }
  const server = createServer((request, response) => void route(request, response, routing))
  server.on('clientError', answerClientError)
  open.sockets = serveSockets(server, { ...streaming, ...reach })
  const listening = await listen(server, host, port)
  const stop = async () => {
    open.draining = true
    events.close()
    await open.sockets?.close()
    await drain(server, drainMs)
    await lifecycle[Symbol.asyncDispose]()
    await planning[Symbol.asyncDispose]()
  }
  let stopping: Promise<void> | undefined
  const close = () => (stopping ??= stop())
  return {
    url: `http://${listening.authority}/graphql`,
    wsUrl: `ws://${listening.authority}/graphql`,
    origin: `http://${listening.authority}`,
    port: listening.port,
    supergraphSdl: unready.supergraph.sdl,
    perform: run,
    close,
    [Symbol.asyncDispose]: close,
  }
}

function reachOf({ allowedOrigins = [], host = DEFAULT_HOST }: GatewayOptions): Reach {
  return { allowedOrigins, loopback: isLoopback(host) }
}

/** Everything that operations need but the life-cycle, which itself needs this. */
function assemble(
  options: GatewayOptions,
  planning: Planning,
  sockets: () => number,
): Omit<Operating, 'lifecycle' | 'events'> {
  const { recorder = SILENT, log = () => undefined, graph = 'main', gatewayId = 'gateway' } = options
  const sdl = 'sdl' in options.supergraph ? options.supergraph.sdl : compose(options.supergraph.subgraphs)
  const supergraph = loadSupergraph(sdl)
  const meter = createMeter(sockets, () => trafficOf(options.transports))
  return {
    supergraph,
    plans: createPlans(supergraph, { planning }),
    door: createDoor(options),
    maxBodyBytes: options.maxBodyBytes ?? MAX_BODY_BYTES,
    reach: reachOf(options),
    scopes: {
      deadlineMs: options.deadlineMs ?? DEADLINE_MS,
      recorder,
      sample: createSampler(),
      process: gatewayId,
    },
    asking: { transports: options.transports, recorder: metered(recorder, meter), graph, log },
    recording: { recorder, meter, graph, gatewayId },
    log,
  }
}

function* trafficOf(transports: GatewayOptions['transports']): Generator<readonly [string, TrafficCounts]> {
  for (const [name, transport] of transports) {
    const counts = trafficCountsOf(transport)
    if (counts !== undefined) yield [name, counts]
  }
}

/** A recorder whose fetches are counted for Prometheus as well. */
function metered(recorder: GatewayRecorder, meter: OperationMeter): GatewayRecorder {
  return {
    operation: (row) => recorder.operation(row),
    fetch(row) {
      meter.fetch(row.subgraph, row.status, row.duration_us)
      recorder.fetch(row)
    },
    stop: (row) => recorder.stop(row),
  }
}
