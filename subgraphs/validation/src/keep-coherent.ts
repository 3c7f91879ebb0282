import type { Log } from '@lighthouse/chassis/log'
import type { RedisConnection } from '@lighthouse/chassis/redis'
import type { Tracking } from '@lighthouse/chassis/redis-tracking'
import { DECISION_PREFIX, digestIn } from '@lighthouse/contract/redis-keys'
import type { Memory } from './tiers/memory.js'

/**
 * Forgets here what changes in Redis: a decision that another gateway overwrote, or that was deleted or has expired.
 * Whenever changes may have been missed everything is forgotten. It ends with the connection.
 */
export function keepCoherent(
  memory: Pick<Memory, 'forget' | 'clear'>,
  redis: RedisConnection,
  log: Log,
): Tracking {
  return redis.track({
    prefix: DECISION_PREFIX,
    onKeys(keys) {
      for (const key of keys) memory.forget(digestIn(key))
    },
    onGap: () => memory.clear(),
    log,
  })
}
