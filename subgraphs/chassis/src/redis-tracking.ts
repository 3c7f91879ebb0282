import { Cluster, type Redis } from 'ioredis'
import { type Log, QUIET } from './log.js'

/** The channel on which a connection that speaks RESP 2 is told of changed keys. Source: redis.io, CLIENT TRACKING. */
const INVALIDATIONS = '__redis__:invalidate'
/** A connection that does not answer a PING for this long is taken for lost: what it would have told is not known. */
const HEARTBEAT_MS = 1_000

export interface TrackingOptions {
  /** Keys that begin with this are told of. */
  readonly prefix: string
  /** Keys that were written, deleted or expired, by anybody, this process included. */
  readonly onKeys: (keys: readonly string[]) => void
  /** Changes may have been missed: whatever was remembered of keys must be forgotten. Called at every gap's both ends. */
  readonly onGap: () => void
  readonly log?: Log
}

/** What one process is told of the keys that others change. */
export interface Tracking extends Disposable {
  /** Every master tells: nothing that is read from now on becomes stale unnoticed. */
  readonly armed: boolean
  /** Grows with every change that was told and every gap: a value read under an older count may be stale. */
  readonly changes: number
}

/**
 * Follows changes of keys by CLIENT TRACKING in broadcast mode, with one connection of its own to every master (Redis
 * tracks per node). It speaks RESP 2, redirects to itself and is armed anew after every reconnect, as the server forgets
 * tracking with the connection; the gap is told at both ends, so that nothing read meanwhile is believed.
 */
export function openTracking(client: Redis | Cluster, options: TrackingOptions): Tracking {
  const followers = new Map<string, Follower>()
  const state: State = { changes: 0, closed: false }
  const told: TrackingOptions = {
    ...options,
    onKeys(keys) {
      state.changes += 1
      options.onKeys(keys)
    },
    onGap() {
      state.changes += 1
      options.onGap()
    },
  }
  const mastersOf = (): ReadonlyMap<string, Redis> =>
    client instanceof Cluster
      ? new Map(client.nodes('master').map((node) => [`${node.options.host}:${node.options.port}`, node]))
      : new Map([['', client]])
  const follow = (): void => {
    if (state.closed) return
    const masters = mastersOf()
    for (const [name, follower] of followers) {
      if (masters.has(name)) continue
      followers.delete(name)
      follower.close()
    }
    for (const [name, master] of masters)
      if (!followers.has(name)) followers.set(name, openFollower(master, told))
  }
  const events = client instanceof Cluster ? ['refresh', '+node', '-node'] : []
  for (const event of events) client.on(event, follow)
  follow()
  return {
    get armed() {
      const all = [...followers.values()]
      return all.length > 0 && all.every(({ armed }) => armed)
    },
    get changes() {
      return state.changes
    },
    [Symbol.dispose]() {
      state.closed = true
      for (const event of events) client.off(event, follow)
      for (const follower of followers.values()) follower.close()
    },
  }
}

interface State {
  changes: number
  closed: boolean
}

interface Follower {
  readonly armed: boolean
  close(): void
}

/** One connection to one master. */
function openFollower(master: Redis, { prefix, onKeys, onGap, log = QUIET }: TrackingOptions): Follower {
  const redis = master.duplicate({
    protocol: 2,
    lazyConnect: false,
    readOnly: false,
    enableOfflineQueue: false,
    // Subscribing by itself would come before CLIENT TRACKING, which a subscribed connection does not take.
    autoResubscribe: false,
    retryStrategy: (times: number) => Math.min(1_000, 50 * 2 ** Math.min(times - 1, 10)),
  })
  let armed = false
  let heart: NodeJS.Timeout | undefined
  const gap = (): void => {
    clearInterval(heart)
    armed = false
    onGap()
  }
  const beat = (): void => void redis.ping().catch(() => redis.disconnect(true))
  const arm = async (): Promise<void> => {
    const id = await redis.client('ID')
    await redis.call('CLIENT', 'TRACKING', 'ON', 'REDIRECT', String(id), 'BCAST', 'PREFIX', prefix)
    await redis.subscribe(INVALIDATIONS)
    onGap()
    armed = true
    heart = setInterval(beat, HEARTBEAT_MS)
    heart.unref()
  }
  redis.on('ready', () => {
    arm().catch((error: Error) => {
      log.warn('changes of remembered keys are not told; trying again', { reason: error.message })
      redis.disconnect(true)
    })
  })
  redis.on('messageBuffer', (_channel: Buffer, keys: unknown) => {
    // Null when the server dropped everything (FLUSHALL).
    if (Array.isArray(keys)) onKeys(keys.map(String))
    else onGap()
  })
  redis.on('close', gap)
  redis.on('error', () => undefined)
  return {
    get armed() {
      return armed
    },
    close() {
      gap()
      redis.off('close', gap)
      redis.disconnect()
    },
  }
}
