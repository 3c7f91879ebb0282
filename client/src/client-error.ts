import { ERROR_CODES, type ErrorCode } from '@lighthouse/contract/error-codes'

/** What only a client can meet, beside the codes that a server answers with. */
export const CLIENT_CODES = {
  NO_INSTANCE: { retryable: false, meaning: 'No running Lighthouse was found and none was named.' },
  BAD_CONFIGURATION: { retryable: false, meaning: 'An address or a credentials file cannot be used.' },
  UNREACHABLE: { retryable: true, meaning: 'The address did not take the request.' },
  CONNECTION_LOST: { retryable: true, meaning: 'The connection broke before the answer came.' },
  BAD_ANSWER: { retryable: false, meaning: 'The answer is not GraphQL over HTTP.' },
} as const

export type ClientCode = keyof typeof CLIENT_CODES
export type Code = ErrorCode | ClientCode

/** One GraphQL error as it came over the wire. */
export interface WireError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: Readonly<Record<string, unknown>>
}

export interface ClientErrorDetails {
  readonly requestId?: string | undefined
  readonly errors?: readonly WireError[]
  readonly cause?: unknown
}

/** What every function of this package rejects with: a code to branch on, a message to show, the request's id if known. */
export class ClientError extends Error {
  override readonly name = 'ClientError'
  readonly code: Code
  readonly requestId: string | undefined
  /** Every error of the answer, when an answer came; the first gave `code` and `message`. */
  readonly errors: readonly WireError[]

  constructor(code: Code, message: string, details: ClientErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.requestId = details.requestId
    this.errors = details.errors ?? []
  }

  /** Whether the same request may succeed if tried again. */
  get retryable(): boolean {
    return isErrorCode(this.code) ? ERROR_CODES[this.code].retryable : CLIENT_CODES[this.code].retryable
  }
}

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code)
}

/** The error of an answer with `errors`: the first one's code and message; an unknown code reads as INTERNAL_SERVER_ERROR. */
export function errorOf(errors: readonly WireError[], requestId: string | undefined): ClientError {
  const first = errors[0] ?? { message: 'The answer carries no data and no error.' }
  const code = first.extensions?.['code']
  const named = first.extensions?.['requestId']
  return new ClientError(isErrorCode(code) ? code : 'INTERNAL_SERVER_ERROR', first.message, {
    requestId: typeof named === 'string' ? named : requestId,
    errors,
  })
}
