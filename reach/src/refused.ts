import type { ServerResponse } from 'node:http'
import { ClientError, isErrorCode } from '@lighthouse/client/client-error'
import { ERROR_CODES, type ErrorCode } from '@lighthouse/contract/error-codes'
import { HEADERS } from '@lighthouse/contract/headers'

/** A request that is not carried out; answered with the HTTP status of its code. */
export class Refused extends Error {
  readonly code: ErrorCode
  readonly headers: Readonly<Record<string, string>>

  constructor(code: ErrorCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.name = 'Refused'
    this.code = code
    this.headers = headers
  }
}

/** What a failure is called outside: the graph's own code and message where it has them, else a masked fault of ours. */
export function codedOf(error: unknown): { readonly code: ErrorCode; readonly message: string } {
  if (error instanceof Refused) return error
  if (error instanceof ClientError && isErrorCode(error.code))
    return { code: error.code, message: error.message }
  return { code: 'INTERNAL_SERVER_ERROR', message: 'Internal server error.' }
}

/** Sends `{"error":{code, message, retryable, requestId}}`. */
export function sendError(response: ServerResponse, error: unknown): void {
  const { code, message } = codedOf(error)
  const { status, retryable } = ERROR_CODES[code]
  const requestId = response.getHeader(HEADERS.requestId)
  const headers = error instanceof Refused ? error.headers : {}
  const challenge = code === 'UNAUTHENTICATED' ? { 'www-authenticate': 'Bearer' } : {}
  send(response, status, { error: { code, message, retryable, requestId } }, { ...challenge, ...headers })
}

export function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...headers,
  })
  response.end(text)
}
