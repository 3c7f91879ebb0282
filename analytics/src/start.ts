import { mkdir } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { Closing } from './closing.js'
import { createDoor } from './engine/door/door.js'
import { type Engine, openEngine } from './engine/engine.js'
import { LivePublisher } from './live/publish.js'
import { createTap } from './live/tap.js'
import { LiveWindow } from './live/window.js'
import { createMetrics } from './metrics.js'
import type { StoreAddress } from './store/connect.js'
import { openStore } from './store/store.js'
import { serveSubgraph } from './subgraph/serve.js'

export interface Credentials {
  readonly user: string
  readonly password: string
}

export interface AnalyticsOptions {
  /** Holds `engine/` (chDB) and `spill/`. */
  readonly dataDir: string
  readonly host?: string
  /** 0, the default, takes a free one. */
  readonly clickhousePort?: number
  readonly graphqlPort?: number
  readonly gatewaySecret: string
  readonly tapSecret: string
  /** What recorders and this process write with. */
  readonly writer: Credentials
  /** What people read with. */
  readonly analyst: Credentials
  /** A ClickHouse server; present: nothing is embedded, and `writer` and `analyst` are its own affair. */
  readonly remote?: StoreAddress
  readonly onWarning?: (message: string) => void
}

/** Where the analytics process is reached. */
export interface AnalyticsAddresses {
  /** ClickHouse over HTTP. */
  readonly clickhouse: string
  /** The subgraph: POST /graphql. */
  readonly graphql: string
  /** The same over graphql-transport-ws. */
  readonly ws: string
  /** Where recorders send live frames: a WebSocket. */
  readonly tap: string
}

/**
 * Opens the engine, serves it, migrates, and serves the subgraph and the tap. A process can do this once: chDB opens
 * one folder per process. Throws EngineMissingError without chDB, MigrationDriftError, and when a port is taken.
 */
export async function startAnalytics(
  options: AnalyticsOptions,
): Promise<AnalyticsAddresses & AsyncDisposable> {
  const { dataDir, host = '127.0.0.1', onWarning = () => undefined } = options
  await using opening = new Closing()
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const address = options.remote ?? (await embedded(options, opening))
  const spillDir = path.join(dataDir, 'spill')
  const store = opening.use(await openStore({ ...address, spillDir, onWarning }))
  const window = new LiveWindow()
  const publisher = new LivePublisher({ window })
  const { client, recorder } = store
  const tap = createTap({
    window,
    publisher,
    secret: options.tapSecret,
    noteStop: (row) => recorder.stop(row),
  })
  const { server, sockets } = await serveSubgraph({
    ground: { client, publisher, recorder },
    gatewaySecret: options.gatewaySecret,
    tap,
    metrics: createMetrics(recorder),
    onError: (error) => onWarning(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  })
  opening.defer(() => closed(server))
  opening.defer(() => sockets.close())
  opening.defer(async () => tap.close())
  const at = await listening(server, host, options.graphqlPort ?? 0)
  const close = opening.release()
  return {
    clickhouse: address.url,
    graphql: `http://${at}/graphql`,
    ws: `ws://${at}/graphql`,
    tap: `ws://${at}/tap`,
    [Symbol.asyncDispose]: close,
  }
}

async function embedded(options: AnalyticsOptions, opening: Closing): Promise<StoreAddress> {
  const { dataDir, host = '127.0.0.1', clickhousePort = 0, writer, analyst } = options
  const engine: Engine = opening.use(await openEngine({ dataDir: path.join(dataDir, 'engine') }))
  const users = [
    { ...writer, readOnly: false },
    { ...analyst, readOnly: true },
  ]
  const door = createDoor({ engine, users })
  opening.defer(() => closed(door))
  const at = await listening(door, host, clickhousePort)
  return { url: `http://${at}`, ...writer }
}

function listening(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const { port: taken } = server.address() as AddressInfo
      resolve(`${host.includes(':') ? `[${host}]` : host}:${taken}`)
    })
  })
}

/** How long running requests may go on once a server stops. */
const DRAIN_MS = 2_000

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
    server.close(() => {
      clearTimeout(timer)
      resolve()
    })
    server.closeIdleConnections()
  })
}
