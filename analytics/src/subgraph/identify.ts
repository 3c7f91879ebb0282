import { createHmac, timingSafeEqual } from 'node:crypto'
import { HEADERS } from '@lighthouse/contract/headers'
import { decodePrincipal, decodeSignature, type Principal, signedText } from '@lighthouse/contract/principal'
import { coded } from './errors.js'

export type HeaderValues = Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * Who the gateway says is calling. Throws UNAUTHENTICATED unless principal header and body are signed with the gateway
 * secret, a moment ago. Every role may read.
 */
export function identify(headers: HeaderValues, body: string, gatewaySecret: string): Principal {
  const text = headers[HEADERS.principal]
  const header = headers[HEADERS.signature]
  if (typeof text !== 'string' || typeof header !== 'string') {
    throw coded('UNAUTHENTICATED', 'Only the gateway calls here: the signed principal header is missing.')
  }
  const signature = decodeSignature(header, Date.now())
  if (signature !== undefined) {
    const signed = signedText(signature.at, text, body)
    const expected = createHmac('sha256', gatewaySecret).update(signed).digest('hex')
    const isGenuine = timingSafeEqual(Buffer.from(signature.mac, 'latin1'), Buffer.from(expected, 'latin1'))
    const principal = isGenuine ? decodePrincipal(text) : undefined
    if (principal !== undefined) return principal
  }
  const why =
    'The request is not signed with the gateway secret, for its principal and its body, a moment ago.'
  throw coded('UNAUTHENTICATED', why)
}
