import type { Log } from '@lighthouse/chassis/log'
import type { RedisConnection } from '@lighthouse/chassis/redis'

export interface Listening {
  /** A connection of its own: a subscribed one takes no other command. */
  readonly channel: RedisConnection | undefined
  readonly redis: RedisConnection | undefined
  readonly name: string
  /** Called for every word on the channel, and whenever words may have been missed. */
  readonly heard: () => unknown
  readonly log: Log
}

/** Listens to a Redis channel through losses of the connection, until what it gives is called. */
export function listen({ channel, redis, name, heard, log }: Listening): () => void {
  const again = (): void => void heard()
  const onMessage = (from: string): void => {
    if (from === name) again()
  }
  const subscribe = (): void => {
    // Words said while the channel was away are missed: what they were about is looked at again.
    channel?.client
      .subscribe(name)
      .then(again, (error: unknown) => log.warn('a channel is not heard', { name, reason: String(error) }))
  }
  channel?.client.on('message', onMessage)
  channel?.client.on('ready', subscribe)
  redis?.client.on('ready', again)
  if (channel?.ready === true) subscribe()
  return () => {
    channel?.client.off('message', onMessage)
    channel?.client.off('ready', subscribe)
    redis?.client.off('ready', again)
  }
}
