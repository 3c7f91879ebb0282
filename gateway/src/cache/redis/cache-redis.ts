/** What the shared cache asks of a Redis. Every call may reject, at the latest after the connection's time limit. */
export interface CacheRedis {
  /** Whether a command can be sent now. */
  readonly ready: boolean
  /** Values in the order of the keys, in one round trip. */
  getMany(keys: readonly string[]): Promise<readonly (string | null)[]>
  readonly client: {
    set(key: string, value: string, unit: 'PX', ms: number): Promise<unknown>
    zadd(key: string, newer: 'GT', ...scoresAndMembers: (string | number)[]): Promise<unknown>
    zrangebyscore(key: string, min: number, max: string, scores: 'WITHSCORES'): Promise<string[]>
    zremrangebyscore(key: string, min: string, max: number): Promise<unknown>
    zremrangebyrank(key: string, start: number, stop: number): Promise<unknown>
    publish(channel: string, message: string): Promise<unknown>
  }
}

/** A connection that only listens. */
export interface CacheChannel {
  readonly ready: boolean
  readonly client: {
    subscribe(channel: string): Promise<unknown>
    on(event: 'message', listener: (channel: string, message: string) => void): unknown
    on(event: 'ready', listener: () => void): unknown
    off(event: 'message', listener: (channel: string, message: string) => void): unknown
    off(event: 'ready', listener: () => void): unknown
  }
}
