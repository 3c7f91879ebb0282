import type { IncomingHttpHeaders } from 'node:http'
import { promisify } from 'node:util'
import { gzip, type ZlibOptions } from 'node:zlib'
import Negotiator from 'negotiator'

/** Smaller answers fit a packet or two as they are. */
const MIN_BYTES = 1_024
/** Most of what the highest would save, in a third of its time. */
const LEVEL = 4

const zipped = promisify<string, ZlibOptions, Buffer>(gzip)

/** An answer of so many bytes as gzip, made off the event loop; undefined for one that is small or whose client takes none. */
export async function pack(
  text: string,
  bytes: number,
  { 'accept-encoding': accepted }: IncomingHttpHeaders,
): Promise<Buffer | undefined> {
  if (bytes < MIN_BYTES || accepted === undefined) return undefined
  const headers = { 'accept-encoding': accepted }
  if (new Negotiator({ headers }).encoding(['gzip', 'identity']) !== 'gzip') return undefined
  return zipped(text, { level: LEVEL })
}
