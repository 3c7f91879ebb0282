import { Redis, type RedisOptions } from 'ioredis'
import { type Log, QUIET } from './log.js'

export type RedisAddress = { readonly url: string } | { readonly socketPath: string }

export type RedisConnectOptions = RedisAddress & {
  /** A command that takes longer rejects. */
  readonly commandTimeoutMs?: number
  /** Shown by CLIENT LIST. */
  readonly name?: string
  readonly log?: Log
  /** For connections with their own wire needs, such as `{ protocol: 2 }` for invalidation pushes. */
  readonly options?: Pick<RedisOptions, 'protocol'>
}

export interface RedisConnection extends AsyncDisposable {
  /** Commands reject at once while there is no connection: nothing is queued. */
  readonly client: Redis
  /** Whether a command can be sent now. */
  readonly ready: boolean
  /** Times the connection was established and lost. */
  readonly counts: { readonly connects: number; readonly losses: number }
  /** Why it is not ready, for a health check. */
  readonly reason: string | undefined
}

const FIRST_RETRY_MS = 50
const LAST_RETRY_MS = 2_000
const CONNECT_MS = 1_000

/**
 * Connects to Redis and keeps reconnecting (50 ms, doubled up to 2 s, jittered). Never throws for an absent server:
 * resolves after the first attempt, whichever way it went. Losses are logged once each, not once a retry.
 */
export async function connectRedis(given: RedisConnectOptions): Promise<RedisConnection> {
  const { commandTimeoutMs = 250, name = 'lighthouse', log = QUIET } = given
  const options = {
    ...given.options,
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_MS,
    commandTimeout: commandTimeoutMs,
    connectionName: name,
    retryStrategy: (times: number) =>
      Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(times - 1, 10)) * jitter(),
  } satisfies RedisOptions
  const client =
    'url' in given ? new Redis(given.url, options) : new Redis({ ...options, path: given.socketPath })
  const counts = { connects: 0, losses: 0 }
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
  await client.connect().catch((thrown: Error) => {
    log.warn('redis is absent; going on without it', { name, reason: thrown.message })
  })
  return {
    client,
    counts,
    get ready() {
      return client.status === 'ready'
    },
    get reason() {
      return client.status === 'ready' ? undefined : (lastError ?? client.status)
    },
    async [Symbol.asyncDispose]() {
      // Not a loss: nobody needs to read of it.
      lastError ??= 'closed'
      client.disconnect()
    },
  }
}

/** Between 0.75 and 1.25, so that many processes do not come back in step. */
function jitter(): number {
  return 0.75 + Math.random() / 2
}
