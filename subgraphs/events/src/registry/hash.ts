import { createHmac, timingSafeEqual } from 'node:crypto'

/** Longest credential that is looked at; a longer one is unknown without being hashed. */
const MAX_SECRET_CHARS = 256

/**
 * Keyed SHA-256 of a credential. Credentials are 256 random bits, so nothing slower is needed: a slow hash (scrypt, 47 ms
 * of CPU a try) would let strangers spend the server's time. Undefined for what cannot be a credential.
 */
export function hashOf(pepper: string, secret: string): string | undefined {
  if (secret === '' || secret.length > MAX_SECRET_CHARS) return undefined
  return createHmac('sha256', pepper).update(secret).digest('hex')
}

/** Compares two hex hashes in constant time. */
export function isEqual(a: string, b: string): boolean {
  const left = Buffer.from(a, 'hex')
  const right = Buffer.from(b, 'hex')
  return left.length === right.length && timingSafeEqual(left, right)
}
