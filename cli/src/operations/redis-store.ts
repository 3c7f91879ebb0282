import type { RedisConnection } from '@lighthouse/chassis/redis'
import { persistedQueryKey } from '@lighthouse/contract/redis-keys'
import type { PersistedStore } from '@lighthouse/gateway/main'

/** Registered documents that nobody asked for so long are forgotten; clients register them again by themselves. */
const KEPT_S = 7 * 86_400

/** Keeps what clients register in Redis, for all gateways. While Redis is away nothing is found and nothing kept. */
export function redisStore({ client }: RedisConnection): PersistedStore {
  return {
    get: async (hash) =>
      (await client.getex(persistedQueryKey(hash), 'EX', KEPT_S).catch(() => null)) ?? undefined,
    set: (hash, query) =>
      void client.set(persistedQueryKey(hash), query, 'EX', KEPT_S).catch(() => undefined),
  }
}
