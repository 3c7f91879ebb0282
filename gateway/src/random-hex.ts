import { randomFillSync } from 'node:crypto'

/** Bytes drawn at a time: a draw for every id costs more than the rest of receiving a request. */
const POOL_BYTES = 8_192
/** Bytes made text at a time. An id that is kept keeps this text in memory, so it is not more. */
const TEXT_BYTES = 1_024
const pool = Buffer.alloc(POOL_BYTES)
let next = POOL_BYTES
let digits = ''
let used = 0

/** So many random bytes as hex digits, from the system's secure source. At most 64 bytes. */
export function randomHex(bytes: number): string {
  const end = used + bytes * 2
  if (end <= digits.length) {
    const text = digits.slice(used, end)
    used = end
    return text
  }
  if (next === POOL_BYTES) {
    randomFillSync(pool)
    next = 0
  }
  digits = pool.toString('hex', next, next + TEXT_BYTES)
  next += TEXT_BYTES
  used = bytes * 2
  return digits.slice(0, used)
}
