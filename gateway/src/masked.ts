import type { GraphQLError } from 'graphql'
import { coded, MASKED_MESSAGE } from './errors.js'
import type { Log, Scope } from './scope.js'
import { PlanningBusy, PlanningFailed } from './supergraph/planning.js'

/**
 * Logs a fault of ours with the request's id and gives the error that clients get instead: of a plan that could not be
 * made, that it could not; of all else, nothing.
 */
export function masked(cause: unknown, scope: Pick<Scope, 'requestId'>, log: Log): GraphQLError {
  if (cause instanceof PlanningBusy) return coded('OVERLOADED', 'Too many operations wait to be planned.')
  const unplanned = cause instanceof PlanningFailed
  const fault = unplanned ? cause.cause : cause
  log(unplanned ? 'an operation cannot be planned' : 'an operation failed by our fault', {
    requestId: scope.requestId,
    cause: fault instanceof Error ? (fault.stack ?? fault.message) : String(fault),
  })
  return unplanned
    ? coded('PLANNING_FAILED', 'No way through the subgraphs was found for this operation; the log says why.')
    : coded('INTERNAL_SERVER_ERROR', MASKED_MESSAGE)
}
