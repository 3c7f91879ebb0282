import type { ErrorCode } from '@lighthouse/contract/error-codes'
import { GraphQLError } from 'graphql'

/** An error the caller may see, with its code. */
export function coded(code: ErrorCode, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } })
}

/** The public code of an error; undefined for one that is ours. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof GraphQLError ? error.extensions['code'] : undefined
  return typeof code === 'string' ? code : undefined
}
