import type { IncomingHttpHeaders } from 'node:http'
import type { Facts } from '../scope.js'
import { wantsJson } from './accept.js'

/** Errors of a document in a request that is well formed otherwise. */
const DOCUMENT_ERRORS: ReadonlySet<string> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'OPERATION_RESOLUTION_FAILURE',
])

/**
 * The status that the answer's media type wants: a client that asks for `application/json` by name reads the
 * errors of its document in a 200, all others get 400 (GraphQL over HTTP, section 6.4).
 */
export function settleStatus(status: number, headers: IncomingHttpHeaders, facts: Facts): number {
  return status === 400 && DOCUMENT_ERRORS.has(facts.errorCode) && wantsJson(headers) ? 200 : status
}
