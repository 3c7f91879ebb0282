import { readFile, rename, writeFile } from 'node:fs/promises'
import { connectRedis } from '@lighthouse/chassis/redis'
import { OPERATIONS_KEY } from '@lighthouse/contract/redis-keys'
import { type Manifest, parseManifest, printManifest } from '@lighthouse/gateway/main'
import { CommandError } from '../command-error.js'
import { redisAddress } from '../up/redis-address.js'
import { publishToRedis } from './redis-manifest.js'

/** Where documents are published to. */
export type Target = { readonly file: string } | { readonly redis: string }

export interface Published {
  readonly target: string
  readonly added: number
  readonly known: number
  readonly removed: number
  readonly total: number
}

export interface PublishOptions {
  /** What was published before and is not in these documents is taken away. */
  readonly replace: boolean
}

/**
 * Publishes documents for gateways to pick up while they run. Throws a CommandError, and changes nothing, when an id that is
 * published already stands for another text, or the target cannot be read or written.
 */
export async function publish(
  documents: Manifest,
  target: Target,
  { replace }: PublishOptions,
): Promise<Published> {
  return 'file' in target
    ? await publishToFile(documents, target.file, replace)
    : await publishThroughRedis(documents, target.redis, replace)
}

async function publishToFile(documents: Manifest, file: string, replace: boolean): Promise<Published> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new CommandError('BAD_USAGE', `${file} cannot be read (${error.code}).`)
  })
  const before = text === undefined ? new Map<string, string>() : parseManifest(text, file)
  const { after, published } = merge(before, documents, replace)
  const write = async () => {
    await writeFile(`${file}.part`, printManifest(after), { mode: 0o600 })
    await rename(`${file}.part`, file)
  }
  await write().catch((error: NodeJS.ErrnoException) => {
    throw new CommandError('BAD_USAGE', `${file} cannot be written (${error.code}).`)
  })
  return { target: file, ...published }
}

async function publishThroughRedis(documents: Manifest, url: string, replace: boolean): Promise<Published> {
  await using redis = await connectRedis({
    ...redisAddress(url),
    name: 'lighthouse-operations',
    commandTimeoutMs: 5_000,
  })
  if (!redis.ready)
    throw new CommandError('UNREACHABLE', `Redis does not answer: ${redis.reason ?? 'no reason'}.`)
  const before = new Map(Object.entries(await redis.client.hgetall(OPERATIONS_KEY)))
  const { after, published } = merge(before, documents, replace)
  const removed = [...before.keys()].filter((id) => !after.has(id))
  await publishToRedis(redis, documents, removed)
  return { target: `redis ${OPERATIONS_KEY}`, ...published }
}

function merge(
  before: Manifest,
  documents: Manifest,
  replace: boolean,
): { readonly after: Manifest; readonly published: Omit<Published, 'target'> } {
  const clashing = [...documents].filter(([id, text]) => (before.get(id) ?? text) !== text).map(([id]) => id)
  if (clashing.length > 0 && !replace) {
    const ids = clashing.slice(0, 5).join(', ')
    throw new CommandError(
      'VERSION_CONFLICT',
      `${ids} already stand${clashing.length === 1 ? 's' : ''} for another document; clients that use it would get the new one. Give it a new id, or say --replace.`,
    )
  }
  const after = new Map([...(replace ? [] : before), ...documents])
  const known = [...documents.keys()].filter((id) => before.has(id)).length
  const removed = [...before.keys()].filter((id) => !after.has(id)).length
  return { after, published: { added: documents.size - known, known, removed, total: after.size } }
}
