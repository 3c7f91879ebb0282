import type { ErrorCode } from '@lighthouse/contract/error-codes'
import { MASKED_MESSAGE, Refusal } from './errors.js'
import type { Answer } from './respond.js'

/** The JSON answer to a request that was not executed; anything that is no Refusal is masked as a fault of ours. */
export function refusalAnswer(cause: unknown, requestId: string): Answer & { readonly code: ErrorCode } {
  const refusal = cause instanceof Refusal ? cause : new Refusal('INTERNAL_SERVER_ERROR', MASKED_MESSAGE)
  const { code, message, status, headers, extensions } = refusal
  return {
    code,
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    text: JSON.stringify({ errors: [{ message, extensions: { ...extensions, code, requestId } }] }),
  }
}
