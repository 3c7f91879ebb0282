import type { CombinedError } from '@urql/core'
import { HEADERS } from '@lighthouse/contract/headers'

/** Why an answer did not come, in words for a person. `requestId` finds it in the gateway's log. */
export interface Failure {
  readonly message: string
  readonly code: string | undefined
  readonly requestId: string | undefined
  readonly denied: boolean
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** Reads what urql makes of an error: the first GraphQL error's code and request id, else the transport's. */
export function failureOf(error: CombinedError): Failure {
  const first = error.graphQLErrors[0]
  const response: unknown = error.response
  const http = response instanceof Response ? response : undefined
  const code = text(first?.extensions?.['code'])
  const requestId =
    text(first?.extensions?.['requestId']) ?? http?.headers.get(HEADERS.requestId) ?? undefined
  const denied = http?.status === 401 || code === 'UNAUTHENTICATED'
  const message =
    first?.message ?? (http === undefined ? 'The gateway cannot be reached.' : `HTTP ${http.status}`)
  return { message, code, requestId, denied }
}
