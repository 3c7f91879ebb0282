import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { HEADERS } from '@lighthouse/contract/headers'
import { nowUs } from '@lighthouse/analytics/recorder/clock'
import { Refusal } from './errors.js'
import { parseExact } from './exact-json.js'
import { checkAccept } from './http/accept.js'
import { checkSite, isOwnGet, type Reach } from './http/cross-site.js'
import { checkContentType, readBody } from './http/read-body.js'
import { newRequestId } from './new-request-id.js'
import { type TraceContext, traceOf } from './trace.js'

/** What of a request is known before its body: enough to name it in every answer, refusals included. */
export interface Envelope {
  readonly requestId: string
  readonly trace: TraceContext
  readonly client: { readonly name: string; readonly version: string }
  /** The client asks that the stops of this request are recorded. */
  readonly walk: boolean
  /** Microseconds since the epoch at which the client says that it submitted; undefined when it does not say. */
  readonly submittedUs: number | undefined
  readonly startedUs: number
  readonly headers: IncomingHttpHeaders
}

/** What a request asks for, before anything was checked but its syntax. */
export interface Asked {
  /** The document's text where the request has one. */
  readonly query?: string | undefined
  readonly variables?: unknown
  readonly extensions?: unknown
  /** Names a document instead of sending it. */
  readonly documentId?: unknown
}

/** A GraphQL request as it came over HTTP. */
export interface Received extends Pick<Envelope, 'headers' | 'walk'>, Asked {
  readonly method: string
  readonly search: string
  /** The parsed JSON object of a POST; undefined for a GET. */
  readonly body: Readonly<Record<string, unknown>> | undefined
  /** A session cookie may speak for this request: no other site can have made a browser send it. */
  readonly mayUseCookie: boolean
}

export interface Receiving {
  readonly maxBodyBytes: number
  readonly reach: Reach
  /** Integers of requests that a double cannot hold are bigints. */
  readonly exactNumbers?: boolean | undefined
}

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/
const CLIENT = /^([A-Za-z0-9@._-]{1,64})(?:\/([A-Za-z0-9.+_-]{1,32}))?$/
/** A client's clock may be off; a submission more than this before its receipt is not believed. */
const MAX_SUBMIT_MS = 60_000

/** The id of a request: the caller's when it is well formed, else a new one (UUIDv7). */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  const given = single(headers[HEADERS.requestId])
  return given !== undefined && REQUEST_ID.test(given) ? given : newRequestId()
}

/** Reads what the headers say of a request; `requestId` where it is known already. Ill-formed values are replaced, never refused. */
export function open(headers: IncomingHttpHeaders, requestId = requestIdOf(headers)): Envelope {
  const startedUs = nowUs()
  return {
    requestId,
    trace: traceOf(single(headers[HEADERS.traceparent]), single(headers[HEADERS.tracestate])),
    client: clientOf(headers),
    walk: headers[HEADERS.walk] === '1',
    submittedUs: submittedUs(headers[HEADERS.submittedAt], startedUs),
    startedUs,
    headers,
  }
}

/**
 * Takes a GraphQL request from the wire. Throws a {@link Refusal} when it is none: wrong method, wrong content type, no
 * media type that we answer with, a page that may not call, a body over the limit (reading stops there), or one that is
 * not a JSON object.
 */
export function receive(
  request: IncomingMessage,
  envelope: Envelope,
  { maxBodyBytes, reach, exactNumbers }: Receiving,
): Received | Promise<Received> {
  const { headers, method = '', url = '' } = request
  const at = url.indexOf('?')
  const search = at < 0 ? '' : url.slice(at)
  if (method !== 'GET' && method !== 'POST') {
    const message = `${method} is not a method of this endpoint; use POST, or GET for queries.`
    throw new Refusal('METHOD_NOT_ALLOWED', message, { allow: 'GET, POST, OPTIONS' })
  }
  checkAccept(headers)
  const parse = exactNumbers === true ? parseExact : parsePlain
  if (method === 'GET') {
    checkSite(headers, reach)
    return {
      ...{ headers, walk: envelope.walk, method, search, body: undefined },
      ...askedBy(search, parse),
      mayUseCookie: isOwnGet(headers),
    }
  }
  checkContentType(request)
  return readBody(request, maxBodyBytes).then((bytes) => {
    const body = objectIn(bytes, parse)
    const { query, variables, extensions, documentId } = body
    return {
      headers,
      walk: envelope.walk,
      method,
      search,
      body,
      query: text(query),
      variables,
      extensions,
      documentId,
      // JSON as content type makes a browser ask first, so no page sends this behind our back.
      mayUseCookie: true,
    }
  })
}

type Parse = (json: string) => unknown

const parsePlain: Parse = (json) => JSON.parse(json)

function askedBy(search: string, parse: Parse): Asked {
  const params = new URLSearchParams(search)
  return {
    query: params.get('query') ?? undefined,
    variables: parameter(params, 'variables', parse),
    extensions: parameter(params, 'extensions', parse),
    documentId: params.get('documentId') ?? undefined,
  }
}

function parameter(params: URLSearchParams, name: string, parse: Parse): unknown {
  const given = params.get(name)
  if (given === null || given === '') return undefined
  try {
    return parse(given)
  } catch {
    throw new Refusal('BAD_REQUEST', `The parameter "${name}" is not JSON.`)
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

const UTF8 = new TextDecoder('utf-8', { fatal: true })

function objectIn(bytes: Buffer, parse: Parse): Record<string, unknown> {
  let value: unknown
  try {
    value = parse(UTF8.decode(bytes))
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

function clientOf(headers: IncomingHttpHeaders): Envelope['client'] {
  const own = single(headers[HEADERS.client])
  if (own === undefined) return namedClient(headers)
  const [, name = '', version = ''] = CLIENT.exec(own) ?? []
  return name === '' ? NO_CLIENT : { name, version }
}

/** The headers in which clients of Apollo and of Hive name themselves. */
const NAMING = [
  ['apollographql-client-name', 'apollographql-client-version'],
  ['graphql-client-name', 'graphql-client-version'],
] as const

function namedClient(headers: IncomingHttpHeaders): Envelope['client'] {
  for (const [naming, versioning] of NAMING) {
    const name = single(headers[naming])
    if (name !== undefined) return { name: plain(name, 64), version: plain(single(headers[versioning]), 32) }
  }
  return NO_CLIENT
}

/** Others name themselves as they like, with spaces and whatever else. */
function plain(text = '', most: number): string {
  return text.replace(/[^A-Za-z0-9@.+_-]+/g, '-').slice(0, most)
}

const NO_CLIENT: Envelope['client'] = { name: '', version: '' }

function submittedUs(given: string | string[] | undefined, startedUs: number): number | undefined {
  if (given === undefined) return undefined
  const at = Number(single(given)) * 1_000
  return at > 0 && at <= startedUs && at > startedUs - MAX_SUBMIT_MS * 1_000 ? at : undefined
}
