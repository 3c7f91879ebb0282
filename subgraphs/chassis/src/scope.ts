import type { SubgraphRequest } from '@lighthouse/contract/subgraph-request'
import type { Loads } from './load.js'

/** Everything that one request may know: who asks, how long they wait, whom to tell, what was loaded already. */
export interface Scope extends Omit<SubgraphRequest, 'query' | 'variables'> {
  /** The name of the subgraph that executes the request. */
  readonly subgraph: string
  readonly loads: Loads
}

/** Makes the scope of one request (or of one event of a subscription: nothing loaded outlives it). */
export function openScope(request: SubgraphRequest, subgraph: string, loads: Loads): Scope {
  const { principal, requestId, traceId, span, deadlineAt, signal, noteStop } = request
  return { principal, requestId, traceId, span, deadlineAt, signal, noteStop, subgraph, loads }
}

/** What a call to a sibling subgraph inherits from this request: everything but the document. */
export function onward(
  scope: Scope,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): SubgraphRequest {
  const { principal, requestId, traceId, span, deadlineAt, signal, noteStop } = scope
  return { query, variables, principal, requestId, traceId, span, deadlineAt, signal, noteStop }
}
