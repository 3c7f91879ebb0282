import { createLog } from '@lighthouse/chassis/log'
import { httpPeer } from '@lighthouse/chassis/peer'
import { connectRedis } from '@lighthouse/chassis/redis'
import { type Served, serveSubgraph } from '@lighthouse/chassis/serve'
import { type PolicyConfig, readConfig } from './config.js'
import { openEngine } from './engine/engine.js'
import { openOpaServer } from './engine/opa-server.js'
import { openFlags } from './flags.js'
import { createPolicy } from './main.js'
import { governEngine } from './publish/govern.js'

/** Starts the policy subgraph by itself over HTTP. Disposal stops it after running requests were answered. */
export async function alone(config: PolicyConfig = readConfig()): Promise<Served> {
  const { host, port, gatewaySecret, policiesDir, redisUrl, eventsUrl, opaUrl } = config
  const log = createLog({ name: 'policy' })
  const opened: AsyncDisposable[] = []
  const keep = <T extends AsyncDisposable>(part: T): T => {
    opened.unshift(part)
    return part
  }
  const files = keep(await openEngine({ policiesDir, log }))
  const redis =
    redisUrl === undefined ? undefined : keep(await connectRedis({ url: redisUrl, name: 'policy', log }))
  const channel =
    redisUrl === undefined
      ? undefined
      : keep(await connectRedis({ url: redisUrl, name: 'policy-channel', log }))
  const flags = keep(await openFlags({ log, ...(redis && { redis }), ...(channel && { channel }) }))
  const events =
    eventsUrl === undefined ? undefined : keep(httpPeer({ name: 'events', url: eventsUrl, gatewaySecret }))
  const server =
    opaUrl === undefined ? undefined : keep(openOpaServer({ url: opaUrl, pack: () => files.pack, log }))
  const engine = keep(await governEngine({ files, events, redis, channel, log, server }))
  const subgraph = keep(await createPolicy({ engine, flags, log, ...(events && { events }) }))
  const served = keep(await serveSubgraph(subgraph, { host, port, gatewaySecret, log }))
  return {
    ...served,
    async [Symbol.asyncDispose]() {
      for (const part of opened) await part[Symbol.asyncDispose]()
    },
  }
}
