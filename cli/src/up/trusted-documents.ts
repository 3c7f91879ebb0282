import { join } from 'node:path'
import { connectRedis, type RedisAddress } from '@lighthouse/chassis/redis'
import * as client from '@lighthouse/client/documents'
import { readOperations } from '@lighthouse/gateway/config'
import { type DocumentOptions, type Manifest, manifestFile } from '@lighthouse/gateway/main'
import { redisStore } from '../operations/redis-store.js'
import type { Site } from './site.js'

/** In the data directory: the trusted documents of this instance, as `lighthouse operations publish` writes them. */
export const OPERATIONS_FILE = 'operations.json'

/** What agents ask through our own client, hook, command line and mount: trusted by the name of the operation. */
const OWN: Manifest = new Map(Object.values(client).map(({ name, text }) => [`lighthouse:${name}`, text]))

/**
 * The documents of an instance: its own and those that were published to its data directory; what clients register is kept in
 * Redis when there is one.
 */
export async function trustedDocuments(
  { dataDir, log, closing }: Pick<Site, 'dataDir' | 'log' | 'closing'>,
  redis: RedisAddress | undefined,
): Promise<DocumentOptions> {
  const { automatic } = readOperations()
  const options = { automatic, own: OWN, manifest: manifestFile(join(dataDir, OPERATIONS_FILE)) }
  if (redis === undefined) return options
  const connection = await connectRedis({ ...redis, name: 'lighthouse-gateway', log })
  return { ...options, store: redisStore(closing.add('connection of the gateway to redis', connection)) }
}
