import { createHmac, timingSafeEqual } from 'node:crypto'
import { HEADERS } from '@lighthouse/contract/headers'
import { decodePrincipal, type Principal } from '@lighthouse/contract/principal'
import { coded } from './errors.js'

export type HeaderValues = Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * Who the gateway says is calling. Throws UNAUTHENTICATED unless the principal header is signed with the gateway
 * secret (hex HMAC-SHA256). Every role may read.
 */
export function identify(headers: HeaderValues, gatewaySecret: string): Principal {
  const text = headers[HEADERS.principal]
  const signature = headers[HEADERS.signature]
  if (typeof text !== 'string' || typeof signature !== 'string') {
    throw coded('UNAUTHENTICATED', 'Only the gateway calls here: the signed principal header is missing.')
  }
  const expected = Buffer.from(createHmac('sha256', gatewaySecret).update(text).digest('hex'), 'latin1')
  const given = Buffer.from(signature, 'latin1')
  const genuine = given.length === expected.length && timingSafeEqual(given, expected)
  const principal = genuine ? decodePrincipal(text) : undefined
  if (principal === undefined) {
    throw coded('UNAUTHENTICATED', 'The principal header is not signed with the gateway secret.')
  }
  return principal
}
