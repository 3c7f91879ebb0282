import type { ErrorCode } from '@lighthouse/contract/error-codes'

export interface TransportErrorOptions {
  /** Stays in the log: may name addresses. */
  readonly cause?: unknown
  /** Nothing was answered, so that asking again may help. */
  readonly unanswered?: boolean
}

/** Why a transport has no answer, in words that may reach a client. The `cause` stays in the log. */
export class TransportError extends Error {
  readonly code: ErrorCode
  readonly unanswered: boolean

  constructor(code: ErrorCode, message: string, { cause, unanswered = false }: TransportErrorOptions = {}) {
    super(message, { cause })
    this.name = 'TransportError'
    this.code = code
    this.unanswered = unanswered
  }
}
