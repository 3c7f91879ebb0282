import { createLog } from '@lighthouse/chassis/log'
import { httpPeer } from '@lighthouse/chassis/peer'
import { connectRedis } from '@lighthouse/chassis/redis'
import { type Served, serveSubgraph } from '@lighthouse/chassis/serve'
import { SHIPPED_POLICIES } from '@lighthouse/policy/config'
import { openEngine } from '@lighthouse/policy/engine/engine'
import { openOpaServer } from '@lighthouse/policy/engine/opa-server'
import { openFlags } from '@lighthouse/policy/flags'
import { governEngine } from '@lighthouse/policy/publish/govern'
import { readConfig, type ValidationConfig } from './config.js'
import { createValidation } from './main.js'
import { labelsOf } from './opa-log/labels.js'
import { openDecisionLog } from './opa-log/upload.js'

/** Starts the validation subgraph by itself over HTTP. Disposal stops it after running requests were answered. */
export async function alone(config: ValidationConfig = readConfig()): Promise<Served> {
  const { host, port, gatewaySecret, policiesDir = SHIPPED_POLICIES, redisUrl: url, opaUrl } = config
  const log = createLog({ name: 'validation' })
  const opened: AsyncDisposable[] = []
  const keep = <T extends AsyncDisposable>(part: T): T => {
    opened.unshift(part)
    return part
  }
  const peer = (name: string, address: string | undefined) =>
    address === undefined ? undefined : keep(httpPeer({ name, url: address, gatewaySecret }))

  const files = keep(await openEngine({ policiesDir, log }))
  const redis = url === undefined ? undefined : keep(await connectRedis({ url, name: 'validation', log }))
  const channel =
    url === undefined ? undefined : keep(await connectRedis({ url, name: 'validation-channel', log }))
  const flags = keep(await openFlags({ log, ...(redis && { redis }), ...(channel && { channel }) }))
  const events = peer('events', config.eventsUrl)
  const server =
    opaUrl === undefined ? undefined : keep(openOpaServer({ url: opaUrl, pack: () => files.pack, log }))
  const engine = keep(await governEngine({ files, events, redis, channel, log, server }))
  const experts = peer('experts', config.expertsUrl)
  const decisionLog =
    config.decisionLog === undefined
      ? undefined
      : keep(openDecisionLog({ ...config.decisionLog, labels: labelsOf(), log }))
  const subgraph = keep(
    await createValidation({
      engine,
      flags,
      log,
      ...(redis && { redis }),
      ...(events && { events }),
      ...(experts && { experts }),
      ...(decisionLog && { decisionLog }),
    }),
  )
  const served = keep(await serveSubgraph(subgraph, { host, port, gatewaySecret, log }))
  return {
    ...served,
    async [Symbol.asyncDispose]() {
      for (const part of opened) await part[Symbol.asyncDispose]()
    },
  }
}
