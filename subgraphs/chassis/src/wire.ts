import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { HEADERS } from '@lighthouse/contract/headers'
import {
  decodePrincipal,
  decodeSignature,
  encodePrincipal,
  encodeSignature,
  type Principal,
  signedText,
} from '@lighthouse/contract/principal'
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

/** What is signed with the secret that gateway and subgraphs share. */
export interface Signed {
  /** The principal header; empty where there is none. */
  readonly principal: string
  readonly body: string
}

/** The signature header of a request that is sent at `at`, in milliseconds since the epoch. */
export function sign(gatewaySecret: string, { principal, body }: Signed, at: number): string {
  return encodeSignature({ at, mac: macOf(gatewaySecret, { principal, body }, at) })
}

function macOf(gatewaySecret: string, { principal, body }: Signed, at: number): string {
  return createHmac('sha256', gatewaySecret)
    .update(signedText(at, principal, body))
    .digest('hex')
}

/** What a signature is made and checked with. */
export interface Signing {
  readonly gatewaySecret: string
  /** The text that is sent; `bodyText` over a socket. */
  readonly body: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** The headers that carry a request to a subgraph over HTTP. */
export function writeHeaders(
  request: SubgraphRequest,
  { gatewaySecret, body, now }: Signing,
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
  const principal = request.principal === undefined ? '' : encodePrincipal(request.principal)
  if (principal !== '') headers[HEADERS.principal] = principal
  headers[HEADERS.signature] = sign(gatewaySecret, { principal, body }, now)
  return headers
}

/**
 * Reads {@link writeHeaders}. Throws UNAUTHENTICATED when a principal or a signature is there, and the signature is not of
 * this principal and this body, made with the secret a moment ago.
 */
export function readHeaders(headers: HeaderValues, signing: Signing): ReadHeaders {
  const requestId = one(headers, HEADERS.requestId) ?? ''
  const left = Number(one(headers, HEADERS.deadlineMs) ?? Number.NaN)
  return {
    principal: readPrincipal(headers, signing),
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

function readPrincipal(headers: HeaderValues, { gatewaySecret, body, now }: Signing): Principal | undefined {
  const text = one(headers, HEADERS.principal)
  const header = one(headers, HEADERS.signature)
  if (text === undefined && header === undefined) return undefined
  const signature = decodeSignature(header ?? '', now)
  if (signature !== undefined) {
    const expected = macOf(gatewaySecret, { principal: text ?? '', body }, signature.at)
    const isGenuine = timingSafeEqual(Buffer.from(signature.mac, 'latin1'), Buffer.from(expected, 'latin1'))
    const principal = text === undefined ? undefined : decodePrincipal(text)
    if (isGenuine && (text === undefined || principal !== undefined)) return principal
  }
  const why =
    'The request is not signed with the gateway secret, for its principal and its body, a moment ago.'
  throw coded('UNAUTHENTICATED', why)
}

function one(headers: HeaderValues, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}
