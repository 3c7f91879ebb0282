import { createLog } from '@lighthouse/chassis/log'
import { httpPeer } from '@lighthouse/chassis/peer'
import { type Served, serveSubgraph } from '@lighthouse/chassis/serve'

import { type ExpertsConfig, readConfig } from './config.js'
import { createExperts } from './main.js'

/** Starts the experts subgraph by itself over HTTP. Disposal stops it after running requests were answered. */
export async function alone(config: ExpertsConfig = readConfig()): Promise<Served> {
  const { host, port, gatewaySecret, eventsUrl, script, openai } = config
  const log = createLog({ name: 'experts' })
  const events = eventsUrl ? httpPeer({ name: 'events', url: eventsUrl, gatewaySecret }) : undefined
  const subgraph = await createExperts({ events, script, openai, log })
  const served = await serveSubgraph(subgraph, { host, port, gatewaySecret, log })
  return {
    ...served,
    async [Symbol.asyncDispose]() {
      await served[Symbol.asyncDispose]()
      await subgraph[Symbol.asyncDispose]()
      await events?.[Symbol.asyncDispose]()
    },
  }
}
