import { ERROR_CODES, type ErrorCode } from '@lighthouse/contract/error-codes'
import { GraphQLError } from 'graphql'

export interface CodedOptions {
  readonly path?: readonly (string | number)[] | undefined
  readonly cause?: unknown
  readonly extensions?: Readonly<Record<string, unknown>>
}

/** A GraphQL error that carries one of the public codes. `cause` stays on our side: it is never sent. */
export function coded(code: ErrorCode, message: string, options: CodedOptions = {}): GraphQLError {
  return new GraphQLError(message, {
    path: options.path ?? null,
    originalError: options.cause instanceof Error ? options.cause : null,
    extensions: { ...options.extensions, code },
  })
}

/** Refuses a request before (or instead of) its execution; carries the HTTP status of its code. */
export class Refusal extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** What programs may want to know of it, beside the code. */
  readonly extensions: Readonly<Record<string, unknown>>

  constructor(
    code: ErrorCode,
    message: string,
    headers: Readonly<Record<string, string>> = {},
    extensions: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
    this.name = 'Refusal'
    this.code = code
    this.status = ERROR_CODES[code].status
    this.headers = headers
    this.extensions = extensions
  }
}

/** What is told of a fault that is ours: nothing but where to find it. */
export const MASKED_MESSAGE = 'Internal server error.'

/** A message of graphql-js without what it guesses was meant, which tells strangers what the schema calls its fields. */
export function withoutSuggestion(message: string): string {
  return message.replace(/ ?Did you mean (.+?)\?$/, '')
}

/** True for a code of contract/error-codes. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code)
}
