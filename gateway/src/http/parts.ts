import type { IncomingHttpHeaders } from 'node:http'

/** The media type of answers in parts: what Apollo's clients and servers agreed on (ADR 0025). */
export const PARTS = 'multipart/mixed; boundary="-"; deferSpec=20220824'
const NAME = 'multipart/mixed'
/** The one format of increments that is spoken; a client that names none gets it as well. */
const SPEC = '20220824'
const DELIMITER = '\r\n---'
const HEAD = '\r\ncontent-type: application/json; charset=utf-8\r\n\r\n'

/** True when the client takes answers in parts, names them, and asks for no format of them that is not spoken here. */
export function takesParts({ accept }: IncomingHttpHeaders): boolean {
  if (accept?.includes(NAME) !== true) return false
  return accept.split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((one) => one.trim().toLowerCase())
    if (type !== NAME) return false
    return parameters.every((one) => {
      const [name = '', value = ''] = one.split('=', 2)
      if (name === 'q') return Number(value) > 0
      if (name === 'deferspec') return value.replaceAll('"', '') === SPEC
      // Other streams of parts: of a subscription, or of increments as they came to be written later.
      return name !== 'subscriptionspec' && name !== 'incrementalspec'
    })
  })
}

/** True when the client names the parts in which subscriptions come to Apollo's clients: version 1.0 of their protocol. */
export function takesSubscriptionParts({ accept }: IncomingHttpHeaders): boolean {
  if (accept?.includes(NAME) !== true) return false
  return accept.split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((one) => one.trim().toLowerCase())
    return type === NAME && parameters.some((one) => /^subscriptionspec="?1(\.0)?"?$/.test(one))
  })
}

export interface Payload {
  /** JSON. */
  readonly text: string
  readonly hasNext: boolean
}

/** The first part. The delimiter after each is sent with it, so that nobody waits for the next to read it. */
export function firstPart(payload: Payload): string {
  return DELIMITER + laterPart(payload)
}

export function laterPart({ text, hasNext }: Payload): string {
  return `${HEAD}${text}${DELIMITER}${hasNext ? '' : '--\r\n'}`
}
