import { randomFillSync } from 'node:crypto'

/** Bytes drawn at a time: a draw for every id costs more than the rest of receiving a request. */
const POOL_BYTES = 4_096
const pool = Buffer.alloc(POOL_BYTES)
let used = POOL_BYTES

/** So many random bytes as hex digits, from the system's secure source. At most 64 bytes. */
export function randomHex(bytes: number): string {
  if (used + bytes > POOL_BYTES) {
    randomFillSync(pool)
    used = 0
  }
  const text = pool.toString('hex', used, used + bytes)
  used += bytes
  return text
}
