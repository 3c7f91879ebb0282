import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Engine, EngineAnswer } from '../engine.js'
import { asEngineError, refusal } from '../engine-error.js'
import { authenticateDoor, type DoorUser } from './authenticate.js'
import { assertReadOnly, formatOf } from './guard.js'
import { insertTarget } from './insert-target.js'
import { boundParams } from './params.js'
import { readBody } from './read-body.js'
import { sendError, sendReply } from './reply.js'
import { settingsOf } from './settings.js'

export interface DoorOptions {
  readonly engine: Engine
  readonly users: readonly DoorUser[]
  /** Largest body after decompression. Default 64 MB. */
  readonly bodyLimitBytes?: number
}

/** Statements are at most this long; the rest of a body is data. */
const MAX_HEAD = 16_384
const LIVENESS = new Set(['/ping', '/replicas_status'])

/**
 * ClickHouse's HTTP protocol over the embedded engine: what @clickhouse/client, curl and Grafana's plug-in send.
 * Answers are buffered whole. A client that goes away has its query killed. The server is returned not listening.
 */
export function createDoor({ engine, users, bodyLimitBytes = 64 * 1_048_576 }: DoorOptions): Server {
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => sendError(response, engine, asEngineError(error)))
  })
  // Longer than the idle time of common clients, so that a kept-alive connection is closed by its client.
  server.keepAliveTimeout = 30_000
  return server

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams: search } = new URL(request.url ?? '/', 'http://door')
    const isGet = request.method === 'GET' || request.method === 'HEAD'
    if (isGet && (LIVENESS.has(pathname) || (pathname === '/' && !search.has('query')))) {
      response.end('Ok.\n')
      return
    }
    const user = authenticateDoor(users, request.headers, search)
    if (pathname !== '/') throw refusal(48, 'NOT_IMPLEMENTED', `There is nothing at ${pathname}.`)
    const body = await readBody(request, engine, bodyLimitBytes)
    const gone = new AbortController()
    response.once('close', () => {
      if (!response.writableFinished) gone.abort()
    })
    const reply = await run({ request, search, body, user, isGet, signal: gone.signal })
    const gzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
    const wanted = search.get('enable_http_compression') === '1'
    await sendReply(response, engine, { ...reply, gzip: gzip && wanted, queryId: queryIdOf(search) })
  }

  async function run({ request, search, body, user, isGet, signal }: DoorRequest) {
    const settings = settingsOf(user, isGet, search)
    const database = search.get('database') ?? headerOf(request, 'x-clickhouse-database')
    const format = search.get('default_format') ?? headerOf(request, 'x-clickhouse-format') ?? 'TabSeparated'
    const query = search.get('query') ?? ''
    const head = query === '' ? body.subarray(0, MAX_HEAD).toString() : `${query}\n`
    const target = insertTarget(head)
    if (target !== undefined && !user.readOnly && !isGet) {
      const skipped = query === '' ? Buffer.byteLength(head.slice(0, target.dataAt)) : 0
      const rows = body.subarray(skipped)
      const written = rows.length === 0 ? 0 : await engine.insert({ ...target, rows, settings, database })
      return { bytes: NOTHING, format, summary: summaryOf(undefined, written, rows.length) }
    }
    const sql = query === '' ? body.toString() : body.length === 0 ? query : `${query}\n${body.toString()}`
    if (sql.trim() === '') throw refusal(62, 'SYNTAX_ERROR', 'Empty query.')
    if (user.readOnly || isGet) assertReadOnly(sql)
    const params = boundParams(sql, search)
    const result = await engine.query({ sql, format, params, settings, database, signal })
    return { bytes: result.bytes, format: formatOf(sql) ?? format, summary: summaryOf(result, 0, 0) }
  }
}

interface DoorRequest {
  readonly request: IncomingMessage
  readonly search: URLSearchParams
  readonly body: Buffer
  readonly user: DoorUser
  readonly isGet: boolean
  readonly signal: AbortSignal
}

const NOTHING = new Uint8Array()

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

function queryIdOf(search: URLSearchParams): string {
  const given = search.get('query_id') ?? ''
  return /^[\w-]{1,64}$/.test(given) ? given : randomUUID()
}

/** ClickHouse sends these numbers as text. */
function summaryOf(answer: EngineAnswer | undefined, rows: number, bytes: number): Record<string, string> {
  return {
    read_rows: String(answer?.readRows ?? rows),
    read_bytes: String(answer?.readBytes ?? bytes),
    written_rows: String(rows),
    written_bytes: String(bytes),
    total_rows_to_read: '0',
    result_rows: '0',
    result_bytes: String(answer?.bytes.length ?? 0),
    elapsed_ns: String(answer?.elapsedNs ?? 0),
  }
}
