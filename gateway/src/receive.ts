import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { HEADERS } from '@lighthouse/contract/headers'
import { nowUs } from '@lighthouse/analytics/recorder/clock'
import { uuidv7 } from 'uuidv7'
import { Refusal } from './errors.js'
import { traceIdOf } from './trace.js'

/** What of a request is known before its body: enough to name it in every answer, refusals included. */
export interface Envelope {
  readonly requestId: string
  readonly traceId: string
  readonly client: { readonly name: string; readonly version: string }
  /** The client asks that the stops of this request are recorded. */
  readonly walk: boolean
  /** Microseconds since the epoch at which the client says that it submitted; undefined when it does not say. */
  readonly submittedUs: number | undefined
  readonly startedUs: number
  readonly headers: IncomingHttpHeaders
}

/** A GraphQL request as it came over HTTP. */
export interface Received extends Envelope {
  readonly method: string
  readonly search: string
  /** The parsed JSON object of a POST; undefined for a GET. */
  readonly body: Readonly<Record<string, unknown>> | undefined
  /** The document's text where the request has one. */
  readonly query: string | undefined
}

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/
const CLIENT = /^([A-Za-z0-9@._-]{1,64})(?:\/([A-Za-z0-9.+_-]{1,32}))?$/
/** A client's clock may be off; a submission more than this before its receipt is not believed. */
const MAX_SUBMIT_MS = 60_000

/** The id of a request: the caller's when it is well formed, else a new one (UUIDv7). */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  const given = single(headers[HEADERS.requestId])
  return given !== undefined && REQUEST_ID.test(given) ? given : uuidv7()
}

/** Reads what the headers say of a request. Ill-formed values are replaced, never refused. */
export function open(headers: IncomingHttpHeaders): Envelope {
  const startedUs = nowUs()
  const client = CLIENT.exec(single(headers[HEADERS.client]) ?? '')
  return {
    requestId: requestIdOf(headers),
    traceId: traceIdOf(single(headers[HEADERS.traceparent])),
    client: { name: client?.[1] ?? '', version: client?.[2] ?? '' },
    walk: headers[HEADERS.walk] === '1',
    submittedUs: submittedUs(single(headers[HEADERS.submittedAt]), startedUs),
    startedUs,
    headers,
  }
}

/**
 * Takes a GraphQL request from the wire. Throws a {@link Refusal} when it is none: wrong method, wrong content type,
 * a body over the limit (reading stops there), or one that is not a JSON object.
 */
export async function receive(
  request: IncomingMessage,
  envelope: Envelope,
  maxBodyBytes: number,
): Promise<Received> {
  const method = request.method ?? ''
  const url = request.url ?? ''
  const at = url.indexOf('?')
  const search = at < 0 ? '' : url.slice(at)
  const base = { ...envelope, method, search }
  if (method === 'GET') {
    return { ...base, body: undefined, query: new URLSearchParams(search).get('query') ?? undefined }
  }
  if (method !== 'POST') {
    const message = `${method} is not a method of this endpoint; use POST, or GET for queries.`
    throw new Refusal('METHOD_NOT_ALLOWED', message, { allow: 'GET, POST, OPTIONS' })
  }
  checkContentType(request.headers)
  const body = parse(await read(request, maxBodyBytes))
  return { ...base, body, query: typeof body['query'] === 'string' ? body['query'] : undefined }
}

function checkContentType(headers: IncomingHttpHeaders): void {
  const [essence, ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';')
  const charset = parameters.find((parameter) => parameter.trim().startsWith('charset='))
  const utf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset.trim())
  const encoding = headers['content-encoding'] ?? 'identity'
  if (essence?.trim() === 'application/json' && utf8 && encoding === 'identity') return
  throw new Refusal(
    'UNSUPPORTED_MEDIA_TYPE',
    'Send the request as "content-type: application/json" in UTF-8, without content encoding.',
  )
}

function read(request: IncomingMessage, maxBodyBytes: number): Promise<Buffer> {
  const tooLarge = () =>
    new Refusal('PAYLOAD_TOO_LARGE', `The body is larger than ${maxBodyBytes} bytes.`, {
      connection: 'close',
    })
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) {
      reject(tooLarge())
      return
    }
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= maxBodyBytes) {
        chunks.push(chunk)
        return
      }
      request.pause()
      request.removeAllListeners('data')
      reject(tooLarge())
    })
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    request.once('error', (cause) => reject(cause))
    request.once('close', () => {
      if (!request.complete) reject(new Refusal('BAD_REQUEST', 'The body ended before its time.'))
    })
  })
}

const UTF8 = new TextDecoder('utf-8', { fatal: true })

function parse(bytes: Buffer): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(UTF8.decode(bytes))
  } catch {
    throw new Refusal('BAD_REQUEST', 'The body is not JSON in UTF-8.')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refusal('BAD_REQUEST', 'The body is not one JSON object; batches are not taken.')
  }
  return value as Record<string, unknown>
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}

function submittedUs(text: string | undefined, startedUs: number): number | undefined {
  const at = Number(text) * 1_000
  return at > 0 && at <= startedUs && at > startedUs - MAX_SUBMIT_MS * 1_000 ? at : undefined
}
