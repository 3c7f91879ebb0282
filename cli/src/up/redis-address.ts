import type { RedisAddress } from '@lighthouse/chassis/redis'

/** A Redis as one text, for a flag: a redis:// URL, or the path of a unix socket. */
export function redisText(address: RedisAddress): string {
  return 'url' in address ? address.url : address.socketPath
}

/** Reads {@link redisText}. */
export function redisAddress(text: string): RedisAddress {
  return text.startsWith('/') ? { socketPath: text } : { url: text }
}
