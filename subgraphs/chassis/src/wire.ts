import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { HEADERS } from '@lighthouse/contract/headers'
import { type Principal, decodePrincipal, encodePrincipal } from '@lighthouse/contract/principal'
import type { SpanContext, SubgraphRequest } from '@lighthouse/contract/subgraph-request'
import { coded } from './errors.js'

/** What a subgraph over HTTP learns from the headers of a request. */
export interface ReadHeaders {
  readonly principal: Principal | undefined
  readonly requestId: string
  readonly traceId: string
  /** The caller's; undefined when it told none. */
  readonly span: SpanContext | undefined
  /** Milliseconds that are left for the answer; undefined when the caller did not say. */
  readonly leftMs: number | undefined
  readonly walk: boolean
}

export type HeaderValues = Readonly<Record<string, string | readonly string[] | undefined>>

const REQUEST_ID = /^[\w.:-]{1,128}$/
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/
const NO_TRACE = '0'.repeat(32)

/** Hex HMAC-SHA256 of the principal header under the secret that gateway and subgraphs share. */
export function sign(gatewaySecret: string, principalHeader: string): string {
  return createHmac('sha256', gatewaySecret).update(principalHeader).digest('hex')
}

/** The headers that carry a request to a subgraph over HTTP. `now` is milliseconds since the epoch. */
export function writeHeaders(
  request: SubgraphRequest,
  gatewaySecret: string,
  now: number,
): Record<string, string> {
  const left = Math.max(0, Math.round(request.deadlineAt - now))
  const { id = randomBytes(8).toString('hex'), isSampled = true, state } = request.span ?? {}
  const headers: Record<string, string> = {
    [HEADERS.requestId]: request.requestId,
    [HEADERS.traceparent]: `00-${request.traceId}-${id}-${isSampled ? '01' : '00'}`,
  }
  if (state !== undefined) headers[HEADERS.tracestate] = state
  if (Number.isSafeInteger(left)) headers[HEADERS.deadlineMs] = String(left)
  if (request.noteStop !== undefined) headers[HEADERS.walk] = '1'
  if (request.principal !== undefined) {
    const principal = encodePrincipal(request.principal)
    headers[HEADERS.principal] = principal
    headers[HEADERS.signature] = sign(gatewaySecret, principal)
  }
  return headers
}

/** Reads {@link writeHeaders}. Throws UNAUTHENTICATED when the principal is not signed with the secret. */
export function readHeaders(headers: HeaderValues, gatewaySecret: string): ReadHeaders {
  const requestId = one(headers, HEADERS.requestId) ?? ''
  const left = Number(one(headers, HEADERS.deadlineMs) ?? Number.NaN)
  return {
    principal: readPrincipal(headers, gatewaySecret),
    requestId: REQUEST_ID.test(requestId) ? requestId : randomBytes(8).toString('hex'),
    ...readTrace(headers),
    leftMs: Number.isSafeInteger(left) && left >= 0 ? left : undefined,
    walk: one(headers, HEADERS.walk) === '1',
  }
}

function readTrace(headers: HeaderValues): Pick<ReadHeaders, 'traceId' | 'span'> {
  const [, traceId = NO_TRACE, id, flags = ''] =
    TRACEPARENT.exec(one(headers, HEADERS.traceparent) ?? '') ?? []
  if (traceId === NO_TRACE) return { traceId: randomBytes(16).toString('hex'), span: undefined }
  const isSampled = (Number.parseInt(flags, 16) & 1) === 1
  return { traceId, span: { id, isSampled, state: one(headers, HEADERS.tracestate) } }
}

function readPrincipal(headers: HeaderValues, gatewaySecret: string): Principal | undefined {
  const text = one(headers, HEADERS.principal)
  const signature = one(headers, HEADERS.signature)
  if (text === undefined && signature === undefined) return undefined
  const given = Buffer.from(signature ?? '', 'latin1')
  const expected = Buffer.from(sign(gatewaySecret, text ?? ''), 'latin1')
  const genuine = given.length === expected.length && timingSafeEqual(given, expected)
  const principal = genuine && text !== undefined ? decodePrincipal(text) : undefined
  if (principal === undefined) {
    throw coded('UNAUTHENTICATED', 'The principal header is not signed with the gateway secret.')
  }
  return principal
}

function one(headers: HeaderValues, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}
