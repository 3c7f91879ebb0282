import { ERROR_CODES, type ErrorCode } from '@lighthouse/contract/error-codes'
import { GraphQLError } from 'graphql'

/**
 * An error that its caller may see: `extensions.code` from contract/error-codes plus `details`. Say in `message` what
 * happened, with which value, and what to do.
 */
export function coded(
  code: ErrorCode,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): GraphQLError {
  return new GraphQLError(message, { extensions: { ...details, code } })
}

/** The contract code that an error carries, also through graphql-js' wrapping; undefined when it has none. */
export function codeOf(error: unknown): ErrorCode | undefined {
  if (!(error instanceof Error)) return undefined
  const extensions = (error as { extensions?: Record<string, unknown> }).extensions
  const code = extensions?.['code']
  return typeof code === 'string' && code in ERROR_CODES ? (code as ErrorCode) : undefined
}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
