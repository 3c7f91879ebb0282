import type { IncomingHttpHeaders } from 'node:http'
import Negotiator from 'negotiator'
import { Refusal } from '../errors.js'

/** What /graphql can answer with, best first where the client has no preference. */
const MEDIA_TYPES = ['application/json', 'application/graphql-response+json']

/**
 * Throws a {@link Refusal} (NOT_ACCEPTABLE) when a client takes none of our media types. Asked before anything runs, so
 * that no mutation is done for a client that cannot read its answer.
 */
export function checkAccept({ accept }: IncomingHttpHeaders): void {
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return
  if (new Negotiator({ headers: { accept } }).mediaTypes(MEDIA_TYPES).length > 0) return
  throw new Refusal(
    'NOT_ACCEPTABLE',
    `This endpoint answers with ${MEDIA_TYPES.join(', ')}; accept one of them.`,
  )
}

/** True when the client named `application/json`, and neither the newer media type nor everything. */
export function wantsJson({ accept }: IncomingHttpHeaders): boolean {
  if (accept === undefined || accept.includes('graphql-response+json')) return false
  return /(^|[\s,])application\/json([\s;,]|$)/i.test(accept)
}
