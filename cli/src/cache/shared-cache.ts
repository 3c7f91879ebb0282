import type { Log } from '@lighthouse/chassis/log'
import { connectRedis } from '@lighthouse/chassis/redis'
import { cacheSection, type CacheInput } from '@lighthouse/gateway/cache/settings'
import { RedisStore } from '@lighthouse/gateway/cache/redis/redis-store'
import type { SharedStore } from '@lighthouse/gateway/main'
import { redisAddress } from '../up/redis-address.js'

export interface SharedCache extends AsyncDisposable {
  /** Undefined where no Redis is named. */
  readonly store: SharedStore | undefined
}

/** The cache that a gateway shares with others: in the Redis that its settings name, else in that of the flag. */
export async function sharedCache(
  { redis, cache }: { readonly redis: string | undefined; readonly cache: CacheInput | undefined },
  log: Log,
): Promise<SharedCache> {
  const { url = redis, timeoutMs, maxEntryBytes } = cacheSection.parse(cache ?? {}).redis
  if (url === undefined) return { store: undefined, [Symbol.asyncDispose]: () => Promise.resolve() }
  const address = redisAddress(url)
  const connection = await connectRedis({
    ...address,
    name: 'lighthouse-gateway-cache',
    commandTimeoutMs: timeoutMs,
    log,
  })
  const channel = await connectRedis({ ...address, name: 'lighthouse-gateway-cache-channel', log })
  const store = new RedisStore({ redis: connection, channel, maxEntryBytes })
  return {
    store,
    async [Symbol.asyncDispose]() {
      store[Symbol.dispose]()
      await channel[Symbol.asyncDispose]()
      await connection[Symbol.asyncDispose]()
    },
  }
}
