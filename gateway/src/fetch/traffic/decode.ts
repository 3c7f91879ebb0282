import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, type ZlibOptions } from 'node:zlib'

type Decode = (bytes: Buffer, options: ZlibOptions) => Promise<Buffer>

/** By the name of the content coding (RFC 9110, section 8.4.1). */
const DECODERS = new Map<string, Decode>([
  ['gzip', promisify<Buffer, ZlibOptions, Buffer>(gunzip)],
  ['x-gzip', promisify<Buffer, ZlibOptions, Buffer>(gunzip)],
  ['deflate', promisify<Buffer, ZlibOptions, Buffer>(inflate)],
  ['br', promisify<Buffer, ZlibOptions, Buffer>(brotliDecompress)],
  ['identity', (bytes) => Promise.resolve(bytes)],
])

export const ACCEPT_ENCODING = 'gzip, deflate, br'

/**
 * What an answer said before it was encoded. Servers may encode what they were not asked to. Rejects for what is none of its
 * encoding, an encoding that is not known, and for more than `maxBytes`, of which no more than that is made.
 */
export async function decode(bytes: Buffer, encoding: string, maxBytes: number): Promise<Buffer> {
  let decoded = bytes
  for (const name of encoding.toLowerCase().split(',').reverse()) {
    const decoder = DECODERS.get(name.trim())
    if (decoder === undefined) throw new Error(`The content coding "${encoding}" is not known.`)
    decoded = await decoder(decoded, { maxOutputLength: maxBytes })
  }
  return decoded
}
