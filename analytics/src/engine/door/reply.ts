import type { ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { EngineError } from '../engine-error.js'

const compress = promisify(gzip)

/** ClickHouse's error codes that have an HTTP status of their own; the rest are 500. */
const STATUSES: Readonly<Record<number, number>> = {
  36: 400,
  46: 404,
  47: 404,
  48: 501,
  60: 404,
  62: 400,
  73: 404,
  81: 404,
  115: 404,
  159: 408,
  164: 403,
  202: 503,
  307: 413,
  497: 403,
  516: 401,
}

/** Content types of the formats whose type is not plain text. */
const CONTENT_TYPES: readonly (readonly [RegExp, string])[] = [
  [/^JSON.*EachRow|^JSONLines$|^NDJSON$/, 'application/x-ndjson; charset=UTF-8'],
  [/^JSON/, 'application/json; charset=UTF-8'],
  [/^CSV/, 'text/csv; charset=UTF-8; header=present'],
  [/^TabSeparated|^TSV/, 'text/tab-separated-values; charset=UTF-8'],
  [/^(?:Native|RowBinary|Parquet|Arrow|ORC|Avro|MsgPack)/, 'application/octet-stream'],
]

export interface DoorReply {
  readonly bytes: Uint8Array
  readonly format: string
  readonly queryId: string
  readonly summary: Readonly<Record<string, string>>
  readonly gzip: boolean
}

/** What every answer says about the server. */
export interface DoorAbout {
  readonly version: string
  readonly timezone: string
}

/** Below this many bytes compression costs more than it saves. */
const GZIP_FROM_BYTES = 1_024

export async function sendReply(response: ServerResponse, about: DoorAbout, reply: DoorReply): Promise<void> {
  const body = reply.gzip && reply.bytes.length >= GZIP_FROM_BYTES ? await compress(reply.bytes) : reply.bytes
  if (response.destroyed) return
  const type = CONTENT_TYPES.find(([pattern]) => pattern.test(reply.format))?.[1]
  if (body !== reply.bytes) response.setHeader('content-encoding', 'gzip')
  response.writeHead(200, {
    'content-type': type ?? 'text/plain; charset=UTF-8',
    'content-length': body.length,
    'x-clickhouse-query-id': reply.queryId,
    'x-clickhouse-format': reply.format,
    'x-clickhouse-timezone': about.timezone,
    'x-clickhouse-server-display-name': 'lighthouse',
    'x-clickhouse-summary': JSON.stringify(reply.summary),
  })
  response.end(body)
}

/** Answers as ClickHouse does: code in a header, text that clients parse, never in a compressed body. */
export function sendError(response: ServerResponse, about: DoorAbout, error: EngineError): void {
  if (response.destroyed || response.headersSent) return
  const text = error.message.replace(/ \(version [^)]*\)/g, '')
  const body = Buffer.from(`${text} (version ${about.version})\n`)
  if (error.code === 516) response.setHeader('www-authenticate', 'Basic realm="ClickHouse server HTTP API"')
  // The rest of a body that is refused is not read: the connection cannot be used again.
  if (error.code === 307 || error.code === 117) response.setHeader('connection', 'close')
  response.writeHead(STATUSES[error.code] ?? 500, {
    'content-type': 'text/plain; charset=UTF-8',
    'content-length': body.length,
    'x-clickhouse-exception-code': String(error.code),
    'x-clickhouse-server-display-name': 'lighthouse',
  })
  response.end(body)
}
