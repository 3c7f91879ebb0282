import { randomHex } from './random-hex.js'

/** The four digits that a UUID's variant may be. */
const VARIANT = '89ab'
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
/** Milliseconds of which the first 32 bits are equal. */
const EQUAL_MS = 65_536
let highMs = -1
let high = ''

/**
 * A new id of a request: a UUIDv7 (RFC 9562, section 5.7) whose 74 other bits are random, for 0.3 µs. The order of ids of
 * one millisecond is nobody's business.
 */
export function newRequestId(nowMs = Date.now()): string {
  const lowMs = nowMs % EQUAL_MS
  if (nowMs - lowMs !== highMs) {
    highMs = nowMs - lowMs
    high = (highMs / EQUAL_MS).toString(16).padStart(8, '0')
  }
  const random = randomHex(10)
  const variant = VARIANT[random.charCodeAt(3) & 3] ?? ''
  return `${high}-${HEX[lowMs >> 8]}${HEX[lowMs & 255]}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`
}
