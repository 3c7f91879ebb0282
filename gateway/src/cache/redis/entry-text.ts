import { crc32 } from 'node:zlib'
import * as z from 'zod'
import type { CacheEntry } from '../entity-cache.js'
import { jsonOrNot } from './json-or-not.js'

const MAX_TTL_MS = 86_400_000
const head = z.tuple([z.string(), z.number(), z.number().min(1).max(MAX_TTL_MS), z.array(z.string())])

/** An entry as it stands in Redis: a checksum of the rest, what it is about, what it is. */
export function entryText(key: string, { text, askedAt, ttlMs, tags }: CacheEntry): string {
  const rest = `${JSON.stringify([key, askedAt, ttlMs, tags])}\n${text}`
  return `${checksum(rest)}\n${rest}`
}

/** Reads {@link entryText}; undefined for anything that is not exactly one of this key. */
export function readEntry(key: string, given: string): CacheEntry | undefined {
  const rest = given.slice(CHECKSUM_CHARACTERS + 1)
  if (given.slice(0, CHECKSUM_CHARACTERS + 1) !== `${checksum(rest)}\n`) return undefined
  const end = rest.indexOf('\n')
  const parsed = head.safeParse(jsonOrNot(rest.slice(0, end)))
  if (end < 0 || !parsed.success) return undefined
  const [about, askedAt, ttlMs, tags] = parsed.data
  return about === key ? { text: rest.slice(end + 1), askedAt, ttlMs, tags } : undefined
}

const CHECKSUM_CHARACTERS = 8

/** Of accidents, not of malice: who may write to this Redis may decide what is answered. */
function checksum(text: string): string {
  return crc32(text).toString(16).padStart(CHECKSUM_CHARACTERS, '0')
}
