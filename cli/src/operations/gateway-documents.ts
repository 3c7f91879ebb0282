import { connectRedis } from '@lighthouse/chassis/redis'
import type { Log } from '@lighthouse/chassis/log'
import { readOperations } from '@lighthouse/gateway/config'
import type { FileConfig } from '@lighthouse/gateway/config-file'
import { type DocumentOptions, manifestFile, type ModeOptions } from '@lighthouse/gateway/main'
import { redisAddress } from '../up/redis-address.js'
import { redisManifest } from './redis-manifest.js'
import { redisStore } from './redis-store.js'

export interface DocumentFlags {
  readonly operations?: string
  readonly operationsMode?: ModeOptions['mode']
  /** Shares registered and published documents among gateways. */
  readonly redis?: string
}

export interface GatewayDocuments extends AsyncDisposable {
  readonly documents: DocumentOptions
  /** What of the modes was said beside the configuration file, which may change. */
  readonly mode: ModeOptions['mode']
}

/** What a gateway by itself knows of documents: flags win over the environment, that over the configuration file. */
export async function gatewayDocuments(
  flags: DocumentFlags,
  file: NonNullable<FileConfig['operations']>,
  log: Log,
): Promise<GatewayDocuments> {
  const env = readOperations()
  const path = flags.operations ?? env.manifestPath ?? file.manifest
  const automatic = env.automatic ?? file.automatic
  const mode = flags.operationsMode ?? env.mode
  const manifest = path === undefined ? undefined : manifestFile(path, { required: true })
  if (flags.redis === undefined) {
    return { documents: { automatic, manifest }, mode, [Symbol.asyncDispose]: () => Promise.resolve() }
  }
  const address = redisAddress(flags.redis)
  const redis = await connectRedis({ ...address, name: 'lighthouse-gateway', log })
  const channel = await connectRedis({ ...address, name: 'lighthouse-gateway-operations', log })
  return {
    documents: { automatic, manifest: manifest ?? redisManifest(redis, channel), store: redisStore(redis) },
    mode,
    async [Symbol.asyncDispose]() {
      await channel[Symbol.asyncDispose]()
      await redis[Symbol.asyncDispose]()
    },
  }
}
