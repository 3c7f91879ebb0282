import type { IncomingHttpHeaders } from 'node:http'
import { takesEvents, takesJson } from '../http/accept.js'
import { takesSubscriptionParts } from '../http/parts.js'

/** How results stand on the wire, one after the other in the answer to one request. */
export interface Framing {
  readonly contentType: string
  /** What the answer begins with. */
  readonly opening: string
  /** Keeps intermediaries from cutting a silent connection; clients pass it over. */
  readonly heartbeat: string
  /** What says that nothing comes any more. */
  readonly end: string
  /** A result, as JSON text that has no line breaks of its own. */
  result(text: string): string
  /** Why nothing comes any more, or nothing came: a list of errors as JSON text. */
  fault(errors: string): string
}

const result = (text: string) => `event: next\ndata: ${text}\n\n`

/** graphql-sse's protocol, distinct connections mode. */
const EVENTS: Framing = {
  contentType: 'text/event-stream; charset=utf-8',
  opening: ':\n\n',
  heartbeat: ':\n\n',
  end: 'event: complete\ndata:\n\n',
  result,
  fault: (errors) => result(`{"errors":${errors}}`),
}

/** The delimiter after a part is sent with it, so that nobody waits for the next to read it. */
const part = (text: string) => `\r\ncontent-type: application/json\r\n\r\n${text}\r\n--graphql`

/** Apollo's multipart protocol for subscriptions, version 1.0: what its clients speak over HTTP. */
const SUBSCRIPTION_PARTS: Framing = {
  contentType: 'multipart/mixed; boundary="graphql"; subscriptionSpec="1.0"',
  opening: '\r\n--graphql',
  heartbeat: part('{}'),
  end: '--\r\n',
  result: (text) => part(`{"payload":${text}}`),
  fault: (errors) => part(`{"payload":null,"errors":${errors}}`),
}

/**
 * How a request is answered with a stream of results: its client takes nothing else, or it takes that too and the document may
 * be a subscription. (Clients that take everything send queries that way as well.) Undefined for all others.
 */
export function framingOf(headers: IncomingHttpHeaders, query: string | undefined): Framing | undefined {
  const framing = takesEvents(headers)
    ? EVENTS
    : takesSubscriptionParts(headers)
      ? SUBSCRIPTION_PARTS
      : undefined
  if (framing === undefined || !takesJson(headers)) return framing
  return query !== undefined && /\bsubscription\b/.test(query) ? framing : undefined
}
