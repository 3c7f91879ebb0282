import type { IncomingHttpHeaders } from 'node:http'
import { LRUCache } from 'lru-cache'
import Negotiator from 'negotiator'
import { Refusal } from '../errors.js'
import { PARTS, takesParts, takesSubscriptionParts } from './parts.js'

/** What /graphql can answer with, best first where the client has no preference. */
const MEDIA_TYPES = ['application/json', 'application/graphql-response+json']
/** Subscriptions come in this one, for clients that name it. */
const EVENTS = 'text/event-stream'

/**
 * Throws a {@link Refusal} (NOT_ACCEPTABLE) when a client takes none of our media types. Asked before anything runs, so
 * that no mutation is done for a client that cannot read its answer.
 */
export function checkAccept(headers: IncomingHttpHeaders): void {
  if (takesJson(headers) || takesEvents(headers)) return
  if (takesParts(headers) || takesSubscriptionParts(headers)) return
  throw new Refusal(
    'NOT_ACCEPTABLE',
    `This endpoint answers with ${[...MEDIA_TYPES, EVENTS, PARTS].join(', ')}; accept one of them.`,
  )
}

/** True when the client takes one of the media types of single answers, by name or by `*`. */
export function takesJson(headers: IncomingHttpHeaders): boolean {
  return preferred(headers) !== undefined
}

/** The content type of a single answer: the one that the client prefers. One that takes parts alone gets one part. */
export function mediaTypeOf(headers: IncomingHttpHeaders): string {
  const type = preferred(headers)
  if (type === undefined && takesParts(headers)) return PARTS
  return `${type ?? MEDIA_TYPES[0]}; charset=utf-8`
}

function preferred({ accept }: IncomingHttpHeaders): string | undefined {
  if (!accept || accept === '*/*' || accept === MEDIA_TYPES[0]) return MEDIA_TYPES[0]
  const known = PREFERRED.get(accept)
  if (known !== undefined) return known
  const found = new Negotiator({ headers: { accept } }).mediaType(MEDIA_TYPES)
  if (found !== undefined) PREFERRED.set(accept, found)
  return found
}

/** Clients send the same few values again and again, and reading one costs more than the rest of receiving. */
const PREFERRED = new LRUCache<string, string>({ max: 100 })

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
