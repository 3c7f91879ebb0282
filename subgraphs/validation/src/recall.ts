import { onward } from '@lighthouse/chassis/scope'
import type { Scope } from '@lighthouse/chassis/scope'
import { CONFIDENCES, DECISIONS, RISK_LEVELS, TIERS } from '@lighthouse/contract/decision'
import type { SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import type { ValidationDecision } from './decision.js'

const FIND = `query Find($id: String!) {
  events(filter: { aggregateId: $id, types: [VALIDATION_DECISION_MADE] }, first: 1) { events { data agent { id } } }
}`

interface Found {
  readonly data?: unknown
  readonly agent?: { readonly id?: string } | null
}

/** A decision that is no longer in memory, from the event log. Undefined when there is none that this caller may see. */
export async function recall(
  id: string,
  scope: Scope,
  events: SubgraphTransport | undefined,
): Promise<ValidationDecision | undefined> {
  if (events === undefined) return undefined
  const answer = await events.request(onward(scope, FIND, { id }))
  const [error] = answer.errors ?? []
  if (error !== undefined) throw new Error(`The event log could not be read: ${error.message}`)
  const page = answer.data?.['events'] as { events?: Found[] } | undefined
  const found = page?.events?.[0]
  const decision = readDecision(found?.data, id)
  // A decision is kept under the name of the agent whom it is about; another name on it is somebody else's claim.
  return decision !== undefined && found?.agent?.id === decision.agentId ? decision : undefined
}

/** The data of an event as the decision it was made from; undefined when it is not one. */
export function readDecision(data: unknown, id: string): ValidationDecision | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const found = data as Record<string, unknown>
  const one = (values: readonly string[], key: string): boolean => values.includes(String(found[key]))
  const fits =
    found['id'] === id &&
    typeof found['agentId'] === 'string' &&
    Array.isArray(found['tierTimings']) &&
    one(DECISIONS, 'decision') &&
    one(TIERS, 'tier') &&
    one(CONFIDENCES, 'confidence') &&
    one(RISK_LEVELS, 'riskLevel')
  return fits ? (found as unknown as ValidationDecision) : undefined
}
