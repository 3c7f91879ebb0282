import { ERROR_CODES } from '@lighthouse/contract/error-codes'
import type { GraphQLError, GraphQLFormattedError } from 'graphql'
import { isErrorCode } from './errors.js'
import type { Payload } from './http/parts.js'
import { statusOf } from './record.js'
import type { Scope } from './scope.js'

/** What became of an operation. */
export interface Result {
  /** Its data as JSON text; absent when it was not executed. */
  readonly text?: string
  readonly errors: readonly GraphQLError[]
  readonly extensions?: Readonly<Record<string, unknown>>
  /** What comes later, where something was deferred. Nothing of it runs before it is asked for. */
  readonly later?: AsyncGenerator<Payload, void>
}

/** A result as every transport sends it: errors first, as GraphQL asks, each with the id of its request. */
export function resultText({ text, errors, extensions }: Result, scope: Pick<Scope, 'requestId'>): string {
  const last = extensions === undefined ? '' : `,"extensions":${JSON.stringify(extensions)}`
  if (errors.length === 0) return `{"data":${text}${last}}`
  const told = JSON.stringify(errors.map((error) => named(error.toJSON(), scope)))
  return text === undefined ? `{"errors":${told}${last}}` : `{"errors":${told},"data":${text}${last}}`
}

/** The first of several texts of one result, or the only one of a client that takes it in parts. */
export function firstText(result: Result, scope: Pick<Scope, 'requestId'>): string {
  return `${resultText(result, scope).slice(0, -1)},"hasNext":${result.later !== undefined}}`
}

/** The status of a result over HTTP: partial data is an answer; without data, that of the first error's code. */
export function httpStatusOf({ text, errors: [first] }: Result): number {
  if (text !== undefined) return 200
  const code = first?.extensions['code']
  return isErrorCode(code) ? ERROR_CODES[code].status : 400
}

/** Writes how an operation failed into its facts, unless something is known already. */
export function noteFailure(
  { facts }: Pick<Scope, 'facts'>,
  error: { readonly extensions?: GraphQLFormattedError['extensions'] | undefined } | undefined,
): void {
  if (facts.errorCode !== '') return
  const code = error?.extensions?.['code']
  facts.errorCode = typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR'
  // Who went away has met no error, whatever becomes of what they asked.
  if (facts.status !== 'cancelled') facts.status = isErrorCode(code) ? statusOf(code) : 'graphql_error'
}

/** The error as clients see it: coded, and with the id under which the log knows it. */
export function named(error: GraphQLFormattedError, scope: Pick<Scope, 'requestId'>): GraphQLFormattedError {
  return {
    ...error,
    extensions: { code: 'INTERNAL_SERVER_ERROR', ...error.extensions, requestId: scope.requestId },
  }
}
