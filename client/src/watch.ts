import { setTimeout as sleep } from 'node:timers/promises'
import { createClient, type Client } from 'graphql-ws'
import { WebSocket } from 'ws'
import { ClientError, errorOf, type WireError } from './client-error.js'
import type { Operation } from './documents.js'
import { Inbox } from './inbox.js'

export interface WatchOptions<Data, Variables> {
  readonly wsUrl: string
  readonly key: string | undefined
  readonly signal?: AbortSignal
  /** How to go on after a lost connection without gap or repeat, for documents that take a cursor. */
  readonly cursor?: {
    readonly of: (data: Data) => number
    readonly resume: (variables: Variables, since: number) => Variables
  }
  /** Also keep trying when the very first connection fails; otherwise that rejects with UNREACHABLE. */
  readonly patient?: boolean
  /** Told when a connection stands and when it was lost. */
  readonly onState?: (state: 'connected' | 'lost') => void
  /** Milliseconds before the n-th try in a row (from 1); a test passes its own. */
  readonly backoffMs?: (attempt: number) => number
  readonly wait?: (ms: number, signal: AbortSignal | undefined) => Promise<void>
}

/** Most answers that wait for the reader. With a cursor the connection is then dropped and resumed; without, the oldest go. */
const MAX_WAITING = 1_000
const ACK_WAIT_MS = 5_000
const PING_EVERY_MS = 15_000
const PONG_WITHIN_MS = 5_000
const MAX_BACKOFF_MS = 5_000

/**
 * A subscription as an async iterable, over graphql-transport-ws. Reconnects with jittered exponential back-off, and
 * resumes after the last answer that was read when the document has a cursor. Ends when the server completes it or
 * `signal` aborts; rejects with ClientError when it is refused (wrong key, invalid document).
 */
export async function* watch<Data, Variables>(
  operation: Operation<Data, Variables>,
  variables: Variables,
  options: WatchOptions<Data, Variables>,
): AsyncGenerator<Data, void, undefined> {
  const { cursor, signal, backoffMs = jitteredMs, wait = pause } = options
  let since: number | undefined
  let wasConnected = options.patient === true
  let attempt = 0
  while (!isAborted(signal)) {
    const now = since === undefined || cursor === undefined ? variables : cursor.resume(variables, since)
    const connection = connect(operation, now, options, () => {
      wasConnected = true
      attempt = 0
    })
    try {
      for await (const data of connection.inbox) {
        since = cursor?.of(data)
        yield data
      }
      if (connection.completed()) return
    } catch (error) {
      if (!isLost(error) || !wasConnected) throw error
    } finally {
      connection.close()
    }
    if (isAborted(signal)) return
    options.onState?.('lost')
    attempt++
    await wait(backoffMs(attempt), signal)
  }
}

interface Connection<Data> {
  readonly inbox: Inbox<Data>
  completed(): boolean
  close(): void
}

function connect<Data, Variables>(
  operation: Operation<Data, Variables>,
  variables: Variables,
  options: WatchOptions<Data, Variables>,
  onConnected: () => void,
): Connection<Data> {
  const inbox = new Inbox<Data>(MAX_WAITING)
  let done = false
  let closed = false
  const client = openSocket(options, onConnected)
  const abort = () => inbox.end()
  options.signal?.addEventListener('abort', abort, { once: true })
  const stop = client.subscribe<Data>(
    { query: operation.text, operationName: operation.name, variables: variables as Record<string, unknown> },
    {
      next: (answer) => {
        const errors = answer.errors as readonly WireError[] | undefined
        if (errors !== undefined && errors.length > 0) return inbox.end(errorOf(errors, undefined))
        if (answer.data === null || answer.data === undefined) return
        if (options.cursor !== undefined && inbox.isFull) return close()
        inbox.push(answer.data as Data)
      },
      error: (cause) => inbox.end(refusalOf(cause, options.wsUrl)),
      complete: () => {
        done = !closed
        inbox.end()
      },
    },
  )
  function close(): void {
    closed = true
    options.signal?.removeEventListener('abort', abort)
    inbox.end()
    stop()
    void client.dispose()
  }
  return { inbox, completed: () => done, close }
}

function openSocket<Data, Variables>(
  options: WatchOptions<Data, Variables>,
  onConnected: () => void,
): Client {
  let overdue: NodeJS.Timeout | undefined
  const client = createClient({
    url: options.wsUrl,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionAckWaitTimeout: ACK_WAIT_MS,
    keepAlive: PING_EVERY_MS,
    connectionParams: options.key === undefined ? {} : { authorization: `Bearer ${options.key}` },
    on: {
      connected: () => {
        onConnected()
        options.onState?.('connected')
      },
      ping: (received) => {
        if (!received) overdue = setTimeout(() => client.terminate(), PONG_WITHIN_MS)
      },
      pong: (received) => {
        if (received) clearTimeout(overdue)
      },
      closed: () => clearTimeout(overdue),
    },
  })
  return client
}

/** Too slow, too many, and our own terminate() after a ping without a pong: the next try may do better. */
const PASSING_CODES: ReadonlySet<number> = new Set([4408, 4429, 4499])

/** Close codes 4400 to 4499 are refusals (graphql-transport-ws); everything else is a lost connection. */
function refusalOf(cause: unknown, wsUrl: string): ClientError {
  if (Array.isArray(cause)) return errorOf(cause as readonly WireError[], undefined)
  const { code, reason } = cause as { code?: unknown; reason?: unknown }
  if (code === 4401 || code === 4403) {
    const name = code === 4401 ? 'UNAUTHENTICATED' : 'FORBIDDEN'
    return new ClientError(
      name,
      `${wsUrl} refused the key (${String(reason ?? code)}); check LIGHTHOUSE_KEY.`,
    )
  }
  if (typeof code === 'number' && code >= 4400 && code < 4500 && !PASSING_CODES.has(code))
    return new ClientError('BAD_REQUEST', `${wsUrl} refused the subscription: ${String(reason ?? code)}.`)
  if (typeof code === 'number')
    return new ClientError('CONNECTION_LOST', `The connection to ${wsUrl} was lost (${code}).`, { cause })
  return new ClientError('UNREACHABLE', `${wsUrl} cannot be reached; is Lighthouse running?`, { cause })
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}

function isLost(error: unknown): boolean {
  return error instanceof ClientError && (error.code === 'CONNECTION_LOST' || error.code === 'UNREACHABLE')
}

/** Full jitter. Source: Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015. */
function jitteredMs(attempt: number): number {
  return Math.random() * Math.min(MAX_BACKOFF_MS, 100 * 2 ** attempt)
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
}
