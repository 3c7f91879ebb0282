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
    if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) {
      reject(tooLarge())
      return
    }
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= maxBodyBytes) {
        chunks.push(chunk)
        return
      }
      request.pause()
      request.removeAllListeners('data')
      reject(tooLarge())
    })
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    request.once('error', (cause) => reject(cause))
    request.once('close', () => {
      if (!request.complete) reject(new Refusal('BAD_REQUEST', 'The body ended before its time.'))
    })
  })
}

/** Throws a {@link Refusal} (UNSUPPORTED_MEDIA_TYPE) for a body that is not said to be plain JSON in UTF-8. */
export function checkContentType({ headers }: IncomingMessage): void {
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
