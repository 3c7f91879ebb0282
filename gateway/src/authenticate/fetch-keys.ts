import type { JSONWebKeySet } from 'jose'
import { request } from 'undici'

const TIMEOUT_MS = 5_000
const MAX_BYTES = 262_144
const MAX_KEYS = 100

/** Fetches a key set (RFC 7517). Rejects for whatever is none, or too large, or elsewhere: redirects are not followed. */
export async function fetchKeys(url: string): Promise<JSONWebKeySet> {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const { statusCode, body } = await request(url, { headers: { accept: 'application/json' }, signal })
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_BYTES) throw new Error(`The key set is larger than ${MAX_BYTES} bytes.`)
    chunks.push(chunk)
  }
  if (statusCode !== 200) throw new Error(`The key set was answered with ${statusCode}.`)
  const set: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
  const keys = typeof set === 'object' && set !== null && 'keys' in set ? set.keys : undefined
  if (!Array.isArray(keys) || keys.length > MAX_KEYS) throw new Error('This is no key set.')
  return set as JSONWebKeySet
}
