import type { SubgraphAnswer, SubgraphError } from '@lighthouse/contract/subgraph-request'
import { type ExecutionResult, GraphQLError } from 'graphql'
import { coded, codeOf } from './errors.js'
import type { Log } from './log.js'

/** The result of an execution as its callers see it: coded errors as they are, ours masked and logged. */
export function toAnswer(result: ExecutionResult, requestId: string, log: Log): SubgraphAnswer {
  const data = result.data as SubgraphAnswer['data']
  if (result.errors === undefined) return { data: data ?? null }
  const errors = result.errors.map((error) => toError(error, requestId, log))
  return result.data === undefined ? { errors } : { data: data ?? null, errors }
}

function toError(error: GraphQLError, requestId: string, log: Log): SubgraphError {
  const at = error.path === undefined ? {} : { path: error.path }
  const code = codeOf(error) ?? codeOf(error.originalError)
  if (code !== undefined) {
    return { message: error.message, ...at, extensions: { ...error.extensions, code } }
  }
  // Without a path it is about the variables, which are refused before anything is executed.
  if (error.path === undefined) {
    return { message: error.message, extensions: { code: 'BAD_USER_INPUT' } }
  }
  log.error('a resolver failed', { requestId, path: error.path, error: error.originalError ?? error })
  const message = `Internal error; the log has it under request ${requestId}.`
  return { message, ...at, extensions: { code: 'INTERNAL_SERVER_ERROR', requestId } }
}

/** The error with which a subscription that could not start is refused: the first of the answer's. */
export function refusal(answer: SubgraphAnswer): GraphQLError {
  const [first] = answer.errors ?? []
  if (first === undefined) return coded('INTERNAL_SERVER_ERROR', 'The subscription could not start.')
  return new GraphQLError(first.message, { extensions: { ...first.extensions } })
}
