import { randomFillSync } from 'node:crypto'

/**
 * Bytes drawn at a time: a draw for every id costs more than the rest of receiving a request. An id that is kept keeps the
 * text of its draw in memory, so it is not more.
 */
const POOL_BYTES = 1_024
const pool = Buffer.alloc(POOL_BYTES)
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
  digits = randomFillSync(pool).toString('hex')
  used = bytes * 2
  return digits.slice(0, used)
}
