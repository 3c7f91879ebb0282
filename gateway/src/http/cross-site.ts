import type { IncomingHttpHeaders } from 'node:http'
import { HEADERS } from '@lighthouse/contract/headers'
import { Refusal } from '../errors.js'
import type { Hosts } from './hosts.js'
import { mayCall } from './origins.js'

/** Which pages may call, and by which hosts. */
export interface Reach extends Hosts {
  readonly allowedOrigins: readonly string[]
}

/** No form, image, script or link can set one of these: a page that does is asked about in a preflight first. */
const FORCE_PREFLIGHT = [
  'authorization',
  'apollo-require-preflight',
  'x-apollo-operation-name',
  HEADERS.client,
]

function hasPassedPreflight(headers: IncomingHttpHeaders): boolean {
  return FORCE_PREFLIGHT.some((name) => headers[name] !== undefined)
}

/**
 * Throws a {@link Refusal} for a GET that a browser sent for a page that may not call. Browsers say so in `Origin` or
 * `Sec-Fetch-Site`; what comes from one that says neither runs, since a GET only reads, carries no authority by itself
 * (see {@link isOwnGet}), and its answer stays unreadable to the page.
 */
export function checkSite(
  headers: IncomingHttpHeaders,
  { allowedOrigins, loopback }: Pick<Reach, 'allowedOrigins' | 'loopback'>,
): void {
  if (hasPassedPreflight(headers)) return
  const site = headers['sec-fetch-site']
  const own = site === undefined || site === 'same-origin' || site === 'none'
  if (headers.origin === undefined ? own : mayCall(headers, allowedOrigins, loopback)) return
  throw new Refusal(
    'BAD_REQUEST',
    'A page of another site sent this GET. If it is meant, send the header "apollo-require-preflight: 1" and have the origin allowed.',
  )
}

/**
 * True for a GET that a cookie may speak for: one that a page of another site, or of another port of this machine
 * (which SameSite does not tell apart), cannot have sent.
 */
export function isOwnGet(headers: IncomingHttpHeaders): boolean {
  return hasPassedPreflight(headers) || headers['sec-fetch-site'] === 'same-origin'
}
