import type { IncomingHttpHeaders } from 'node:http'
import type { Head } from './head.js'

const LOOPBACK = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/

/**
 * True when a browser page of this origin may call: no origin (not a browser), the gateway's own, one that is listed
 * (`*` lists all), or a page on this machine when the gateway listens on this machine only.
 */
export function mayCall(
  headers: IncomingHttpHeaders,
  allowed: readonly string[],
  loopback: boolean,
): boolean {
  const { origin, host } = headers
  if (origin === undefined) return true
  if (allowed.includes('*') || allowed.includes(origin)) return true
  if (host !== undefined && (origin === `http://${host}` || origin === `https://${host}`)) return true
  return loopback && LOOPBACK.test(origin)
}

/** The CORS headers of an answer to a request of this origin, as a head: none when it may not call or is no browser's. */
export function corsHeaders(
  headers: IncomingHttpHeaders,
  allowed: readonly string[],
  loopback: boolean,
): Head {
  const { origin } = headers
  if (origin === undefined || !mayCall(headers, allowed, loopback)) return VARY
  return [
    ...VARY,
    ...['access-control-allow-origin', origin],
    ...['access-control-allow-credentials', 'true'],
    ...['access-control-expose-headers', 'x-lighthouse-request-id'],
  ]
}

const VARY: Head = ['vary', 'origin']

const SENT_HEADERS =
  'content-type, apollo-require-preflight, traceparent, tracestate, x-lighthouse-request-id, x-lighthouse-client, x-lighthouse-walk, x-lighthouse-submitted-at'

const HEADER_NAMES = /^[\w!#$%&'*+.^`|~, -]{1,2048}$/

/**
 * What a page that may call is told that it may send: the header that it proves itself with, ours, and whatever it asks for.
 * Its origin was allowed, and a header means nothing here unless it is read or passed on.
 */
export function preflightHeaders(
  credentialHeader: string,
  { 'access-control-request-headers': asked }: IncomingHttpHeaders,
): Record<string, string> {
  const more = asked !== undefined && HEADER_NAMES.test(asked) ? `, ${asked}` : ''
  return {
    'access-control-allow-methods': 'GET, POST, OPTIONS',
    'access-control-allow-headers': `${credentialHeader}, ${SENT_HEADERS}${more}`,
    'access-control-max-age': '600',
    vary: 'origin, access-control-request-headers',
  }
}
