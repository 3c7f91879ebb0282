import type { RedisConnection } from '@lighthouse/chassis/redis'
import { OPERATIONS_CHANNEL, OPERATIONS_KEY } from '@lighthouse/contract/redis-keys'
import type { Manifest, ManifestSource } from '@lighthouse/gateway/main'

/**
 * Trusted documents in Redis, read again when they are announced and whenever a connection came back. While Redis is away
 * they stay as they were.
 */
export function redisManifest(redis: RedisConnection, channel: RedisConnection): ManifestSource {
  let last: string | undefined
  return {
    name: OPERATIONS_KEY,
    async read() {
      if (redis.ready) last = JSON.stringify(await redis.client.hgetall(OPERATIONS_KEY))
      return last
    },
    watch(changed) {
      // Announcements made while the channel was away are missed, so that it coming back counts as one.
      const listen = () => void channel.client.subscribe(OPERATIONS_CHANNEL).then(changed, () => undefined)
      channel.client.on('message', changed)
      channel.client.on('ready', listen)
      redis.client.on('ready', changed)
      if (channel.ready) listen()
      return {
        [Symbol.dispose]() {
          channel.client.off('message', changed)
          channel.client.off('ready', listen)
          redis.client.off('ready', changed)
        },
      }
    },
  }
}

/**
 * Publishes documents to every gateway on this Redis, and takes those away whose ids are `removed`. New ones are there before
 * old ones go.
 */
export async function publishToRedis(
  { client }: RedisConnection,
  manifest: Manifest,
  removed: readonly string[],
): Promise<void> {
  if (manifest.size > 0) await client.hset(OPERATIONS_KEY, Object.fromEntries(manifest))
  if (removed.length > 0) await client.hdel(OPERATIONS_KEY, ...removed)
  await client.publish(OPERATIONS_CHANNEL, String(manifest.size))
}
