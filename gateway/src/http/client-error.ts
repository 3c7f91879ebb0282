import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { Refusal } from '../errors.js'
import { newRequestId } from '../new-request-id.js'
import { refusalAnswer } from '../refusal-answer.js'

/** Answers bytes that are no HTTP request with a coded error in JSON, and closes the connection. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const { status, headers, text } = refusalAnswer(refusalOf(error.code), newRequestId())
  const lines = Object.entries({ ...headers, 'content-length': Buffer.byteLength(text), connection: 'close' })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${head}\r\n${text}`)
}

function refusalOf(code: string | undefined): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new Refusal(
      'PAYLOAD_TOO_LARGE',
      'The headers are too large; send long documents in the body of a POST.',
    )
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new Refusal('BAD_REQUEST', 'The request was not complete within its time.')
  return new Refusal('BAD_REQUEST', 'This is not an HTTP request.')
}
