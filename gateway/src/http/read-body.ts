import type { IncomingMessage } from 'node:http'
import { Refusal } from '../errors.js'

/** Reads a body to its end, or throws a {@link Refusal} as soon as it is larger than it may be. */
export function readBody(request: IncomingMessage, maxBodyBytes: number): Promise<Buffer> {
  const tooLarge = () =>
    new Refusal(
      'PAYLOAD_TOO_LARGE',
      `The body is larger than ${maxBodyBytes} bytes (LIGHTHOUSE_MAX_BODY_BYTES).`,
      { connection: 'close' },
    )
  return new Promise((resolve, reject) => {
    const declared = Number(request.headers['content-length'] ?? Number.NaN)
    if (declared > maxBodyBytes) {
      reject(tooLarge())
      return
    }
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > maxBodyBytes) {
        request.pause()
        request.removeAllListeners('data')
        reject(tooLarge())
        return
      }
      chunks.push(chunk)
      // The parser of HTTP gives so many bytes and no more: nobody waits for the end that it tells of next.
      if (bytes === declared) resolve(joined(chunks))
    })
    request.on('close', () => {
      if (!request.complete) reject(new Refusal('BAD_REQUEST', 'The body ended before its time.'))
    })
    // Has what comes next handed on at once, where it would wait for the next tick otherwise.
    request.read(0)
    if (!(declared > 0)) request.on('end', () => resolve(joined(chunks)))
  })
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks)
}

/** Throws a {@link Refusal} (UNSUPPORTED_MEDIA_TYPE) for a body that is not said to be plain JSON in UTF-8. */
export function checkContentType({ headers }: IncomingMessage): void {
  if (headers['content-type'] === 'application/json' && headers['content-encoding'] === undefined) return
  const [essence, ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';')
  const charset = parameters.find((parameter) => parameter.trim().startsWith('charset='))
  const utf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset.trim())
  const encoding = headers['content-encoding'] ?? 'identity'
  if (essence?.trim() === 'application/json' && utf8 && encoding === 'identity') return
  throw new Refusal(
    'UNSUPPORTED_MEDIA_TYPE',
    'Send the request as "content-type: application/json" in UTF-8, without content encoding.',
  )
}
