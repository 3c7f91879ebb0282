import { access } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { AnalyticsAddresses } from '@lighthouse/analytics/start'
import type { Subgraph } from '@lighthouse/chassis/define'
import type { RedisAddress } from '@lighthouse/chassis/redis'
import type { Recorder } from '@lighthouse/analytics/recorder/record'
import type { SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import { readConfig, readOperations } from '@lighthouse/gateway/config'
import { readTraces } from '@lighthouse/gateway/tracing/config'
import { type Gateway, httpTransport, startGateway } from '@lighthouse/gateway/main'
import { reachRoutes } from '@lighthouse/reach/routes'
import { startError } from '../start-error.js'
import { VERSION } from '../version.js'
import { readSchemas } from './schemas.js'
import { GRAPH, type Site } from './site.js'
import { trustedDocuments } from './trusted-documents.js'

export interface GatewayParts {
  readonly host: string
  readonly port: number
  /** The domain subgraphs by name. */
  readonly domain: ReadonlyMap<string, SubgraphTransport>
  readonly analytics: AnalyticsAddresses | undefined
  readonly recorder: Recorder
  readonly redis: RedisAddress | undefined
}

/** The built console, when it was built. */
const CONSOLE_DIR = fileURLToPath(new URL('../../../web/dist', import.meta.url))

/** A subgraph in this process says here what it counts; one behind HTTP says it at its own /metrics. */
function countedBy(transport: SubgraphTransport): Subgraph['counted'] {
  return 'counted' in transport ? (transport as Subgraph).counted : []
}

/** Composes the five subgraphs and opens the gateway before them, with the registry's say on who may call. */
export async function openGateway(site: Site, parts: GatewayParts): Promise<Gateway> {
  const { registry, secrets, log, closing } = site
  const { host, port, domain, analytics, recorder, redis } = parts
  const transports = new Map(domain)
  if (analytics !== undefined) {
    const { graphql: url, ws: wsUrl } = analytics
    const transport = httpTransport({ name: 'analytics', url, wsUrl, gatewaySecret: secrets.gateway })
    transports.set('analytics', closing.add('connections to analytics', transport))
  }
  const hasConsole = await access(`${CONSOLE_DIR}/index.html`).then(
    () => true,
    () => false,
  )
  const { gatewaySecret: _, ...given } = readConfig()
  const gateway = await startGateway({
    ...given,
    host,
    port,
    supergraph: { subgraphs: await readSchemas() },
    transports,
    authenticate: (credential) => registry.authenticate(credential),
    redeemLink: (token) => registry.redeemLink(token),
    operations: { mode: readOperations().mode },
    documents: await trustedDocuments(site, redis),
    recorder,
    traces: readTraces(),
    graph: GRAPH,
    routes: reachRoutes(VERSION),
    counted: [...domain.values()].flatMap(countedBy),
    consoleDir: hasConsole ? CONSOLE_DIR : undefined,
    log: (message, details) => log.warn(message, details),
  }).catch((error: unknown) => {
    throw startError(error, port)
  })
  return closing.add('gateway', gateway)
}
