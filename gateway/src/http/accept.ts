import type { IncomingHttpHeaders } from 'node:http'
import Negotiator from 'negotiator'
import { Refusal } from '../errors.js'

/** What /graphql can answer with, best first where the client has no preference. */
const MEDIA_TYPES = ['application/json', 'application/graphql-response+json']
/** Subscriptions and deferred answers come in this one, for clients that name it. */
const EVENTS = 'text/event-stream'

/**
 * Throws a {@link Refusal} (NOT_ACCEPTABLE) when a client takes none of our media types. Asked before anything runs, so
 * that no mutation is done for a client that cannot read its answer.
 */
export function checkAccept(headers: IncomingHttpHeaders): void {
  if (takesJson(headers) || takesEvents(headers)) return
  throw new Refusal(
    'NOT_ACCEPTABLE',
    `This endpoint answers with ${[...MEDIA_TYPES, EVENTS].join(', ')}; accept one of them.`,
  )
}

/** True when the client takes one of the media types of single answers, by name or by `*`. */
export function takesJson({ accept }: IncomingHttpHeaders): boolean {
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return true
  return new Negotiator({ headers: { accept } }).mediaTypes(MEDIA_TYPES).length > 0
}

/** True when the client takes server-sent events, and names them. */
export function takesEvents({ accept }: IncomingHttpHeaders): boolean {
  if (accept?.includes(EVENTS) !== true) return false
  return new Negotiator({ headers: { accept } }).mediaTypes([EVENTS]).length > 0
}

/** True when the client named `application/json`, and neither the newer media type nor everything. */
export function wantsJson({ accept }: IncomingHttpHeaders): boolean {
  if (accept === undefined || accept.includes('graphql-response+json')) return false
  return /(^|[\s,])application\/json([\s;,]|$)/i.test(accept)
}
