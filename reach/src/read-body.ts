import type { IncomingMessage } from 'node:http'
import { Refused } from './refused.js'

/** The body as text. Throws Refused when it is longer than `maxBytes` or no UTF-8. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxBytes) throw new Refused('PAYLOAD_TOO_LARGE', `The body is larger than ${maxBytes} bytes.`)
    chunks.push(chunk)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
  } catch {
    throw new Refused('BAD_REQUEST', 'The body is not UTF-8.')
  }
}

/** The body as one JSON object. Throws Refused for anything else. */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<Record<string, unknown>> {
  const [type] = (request.headers['content-type'] ?? '').toLowerCase().split(';')
  if (type?.trim() !== 'application/json')
    throw new Refused('UNSUPPORTED_MEDIA_TYPE', 'Send the request as "content-type: application/json".')
  const text = await readBody(request, maxBytes)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Refused('BAD_REQUEST', 'The body is not JSON.')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refused('BAD_REQUEST', 'The body is not one JSON object.')
  return value as Record<string, unknown>
}
