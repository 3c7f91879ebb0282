import { createLog } from '@lighthouse/chassis/log'
import { serveSubgraph } from '@lighthouse/chassis/serve'
import { readConfig } from './config.js'
import { createEvents } from './main.js'
import { openRegistry } from './registry/registry.js'
import { openSecrets } from './registry/secrets.js'

/** Serves the events subgraph by itself until SIGINT or SIGTERM; prints `ready {json}` on stdout when it answers. */
export async function alone(): Promise<void> {
  const { dataDir, host, port, allowAnonymous } = readConfig()
  const log = createLog({ name: 'events' })
  const { gatewaySecret } = openSecrets({ dataDir })
  const subgraph = await createEvents({ dataDir, registry: openRegistry({ dataDir }), log })
  const served = await serveSubgraph(subgraph, { host, port, gatewaySecret, allowAnonymous, log })
  const stop = async () => {
    await served[Symbol.asyncDispose]()
    await subgraph[Symbol.asyncDispose]()
  }
  process.once('SIGINT', () => void stop())
  process.once('SIGTERM', () => void stop())
  process.stdout.write(`ready ${JSON.stringify({ graphql: served.url, ws: served.wsUrl })}\n`)
}

await alone()
