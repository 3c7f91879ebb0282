import { Cluster, Redis, type RedisCommander, type RedisOptions } from 'ioredis'
import { type Log, QUIET } from './log.js'
import { type RedisAddress, type RedisPlace, readRedisAddress } from './redis-address.js'
import { openTracking, type Tracking, type TrackingOptions } from './redis-tracking.js'

export type { RedisAddress } from './redis-address.js'

export type RedisConnectOptions = RedisAddress & {
  /** A command that takes longer rejects. */
  readonly commandTimeoutMs?: number
  /** Shown by CLIENT LIST. */
  readonly name?: string
  readonly log?: Log
}

/** Commands and events, alike for one server, a master that sentinels know, and a cluster. */
export interface RedisClient extends RedisCommander {
  on(event: string, listener: (...values: string[]) => void): unknown
  off(event: string, listener: (...values: string[]) => void): unknown
}

export interface RedisConnection extends AsyncDisposable {
  /** Commands reject at once while there is no connection: nothing is queued. */
  readonly client: RedisClient
  /** Whether a command can be sent now. */
  readonly ready: boolean
  /** Times the connection was established and lost. */
  readonly counts: { readonly connects: number; readonly losses: number }
  /** Values in the order of the keys, in one round trip: a cluster's masters are asked beside one another. */
  getMany(keys: readonly string[]): Promise<(string | null)[]>
  /** Why it is not ready, for a health check. */
  readonly reason: string | undefined
  /** Tells of every change to keys under a prefix, by connections of their own; they are closed with this one. */
  track(options: TrackingOptions): Tracking
}

const FIRST_RETRY_MS = 50
const LAST_RETRY_MS = 2_000
const CONNECT_MS = 1_000
/** How soon a cluster's new master is looked for after the old one did not answer. */
const FAILOVER_RETRY_MS = 50
/** A cluster's slots are read again this often, so that a failover is noticed also without traffic. */
const SLOTS_REFRESH_MS = 1_000

/**
 * Connects to Redis and keeps reconnecting (50 ms, doubled up to 2 s, jittered). Never throws for an absent server:
 * resolves after the first attempt, whichever way it went; throws for an address that is none. Losses are logged once
 * each, not once a retry. Redirections of a cluster are followed and never seen.
 */
export async function connectRedis(given: RedisConnectOptions): Promise<RedisConnection> {
  const { name = 'lighthouse', log = QUIET } = given
  const client = open(readRedisAddress(given), optionsOf(given))
  const counts = { connects: 0, losses: 0 }
  const trackings: Tracking[] = []
  let lastError: string | undefined = 'not connected yet'
  client.on('ready', () => {
    counts.connects += 1
    lastError = undefined
    log.info('redis is connected', { name })
  })
  client.on('error', (error: Error) => {
    lastError = error.message
  })
  client.on('close', () => {
    if (lastError === undefined) {
      counts.losses += 1
      lastError = 'the connection was lost'
      log.warn('redis is lost; going on without it', { name })
    }
  })
  const absent = await firstAttempt(client)
  if (absent !== undefined) log.warn('redis is absent; going on without it', { name, reason: absent })
  return {
    client,
    counts,
    get ready() {
      return client.status === 'ready'
    },
    getMany: (keys) =>
      client instanceof Cluster ? Promise.all(keys.map((key) => client.get(key))) : client.mget(...keys),
    get reason() {
      return client.status === 'ready' ? undefined : (lastError ?? client.status)
    },
    track(options) {
      const tracking = openTracking(client, { log, ...options })
      trackings.push(tracking)
      return tracking
    },
    async [Symbol.asyncDispose]() {
      // Not a loss: nobody needs to read of it.
      lastError ??= 'closed'
      for (const tracking of trackings) tracking[Symbol.dispose]()
      client.disconnect()
    },
  }
}

/** Why the first attempt to connect failed. A cluster that is not whole yet settles nothing, but closes. */
function firstAttempt(client: Redis | Cluster): Promise<string | undefined> {
  return new Promise((resolve) => {
    client.once('close', () => resolve('the connection was closed'))
    client.connect().then(
      () => resolve(undefined),
      (thrown: Error) => resolve(thrown.message),
    )
  })
}

function optionsOf({ commandTimeoutMs = 250, name = 'lighthouse' }: RedisConnectOptions) {
  return {
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_MS,
    commandTimeout: commandTimeoutMs,
    connectionName: name,
    retryStrategy,
  } satisfies RedisOptions
}

function open(place: RedisPlace, options: ReturnType<typeof optionsOf>): Redis | Cluster {
  switch (place.kind) {
    case 'socket':
      return new Redis({ ...options, path: place.path })
    case 'server':
      return new Redis(place.url, options)
    case 'sentinel': {
      const { sentinels, name, db, login } = place
      const { tls } = login
      const sentinelTls = tls === undefined ? {} : { sentinelTLS: tls, enableTLSForSentinelMode: true }
      return new Redis({
        ...options,
        ...login,
        ...sentinelTls,
        sentinels: [...sentinels],
        name,
        db,
        sentinelRetryStrategy: retryStrategy,
      })
    }
    case 'cluster':
      return openCluster(place, options)
  }
}

function openCluster(
  { nodes, login }: Extract<RedisPlace, { kind: 'cluster' }>,
  options: ReturnType<typeof optionsOf>,
): Cluster {
  const { connectTimeout, commandTimeout, connectionName } = options
  return new Cluster([...nodes], {
    lazyConnect: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: retryStrategy,
    slotsRefreshTimeout: CONNECT_MS,
    slotsRefreshInterval: SLOTS_REFRESH_MS,
    retryDelayOnFailover: FAILOVER_RETRY_MS,
    retryDelayOnClusterDown: FAILOVER_RETRY_MS,
    redisOptions: { ...login, connectTimeout, commandTimeout, connectionName },
  })
}

function retryStrategy(times: number): number {
  return Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(times - 1, 10)) * jitter()
}

/** Between 0.75 and 1.25, so that many processes do not come back in step. */
function jitter(): number {
  return 0.75 + Math.random() / 2
}
