import { coded } from '@lighthouse/chassis/errors'
import { onward } from '@lighthouse/chassis/scope'
import type { Scope } from '@lighthouse/chassis/scope'
import type { Principal } from '@lighthouse/contract/principal'
import type { SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import type { ValidationDecision } from './decision.js'
import { timeLeft, within } from './within.js'

/** How long a decision may take to be kept. */
const LIMIT_MS = 10_000

const APPEND = 'mutation Append($input: [EventInput!]!) { appendEvents(input: $input) { lastSequence } }'

/**
 * Keeps a decision as an event, on disk before it is answered. Throws when it could not be kept: a decision that
 * nobody can look up later is not given.
 */
export async function announce(
  decision: ValidationDecision,
  scope: Scope,
  events: SubgraphTransport,
): Promise<void> {
  const event = {
    type: 'VALIDATION_DECISION_MADE',
    aggregateId: decision.id,
    aggregateType: 'decision',
    data: decision,
    correlationId: scope.traceId,
  }
  const answer = await reach(events, scope, event)
  const [error] = answer.errors ?? []
  if (error !== undefined) throw unkept(error.message)
  const appended = answer.data?.['appendEvents'] as { lastSequence?: unknown } | null | undefined
  if (typeof appended?.lastSequence !== 'number') throw unkept('the event log did not say so')
}

async function reach(events: SubgraphTransport, scope: Scope, event: Readonly<Record<string, unknown>>) {
  try {
    const request = onward(scope, APPEND, { input: [event] })
    const kept = events.request({ ...request, principal: recording(scope.principal) })
    return await within(kept, timeLeft(scope, LIMIT_MS), 'The event log')
  } catch (error) {
    throw unkept(error instanceof Error ? error.message : String(error))
  }
}

/**
 * The event is about the caller and kept under the caller's name; that it may be kept is this subgraph's to say: a
 * guest may not append events, and is told decisions all the same.
 */
function recording(principal: Principal | undefined): Principal | undefined {
  return principal === undefined ? undefined : { ...principal, role: 'SYSTEM_AGENT' }
}

function unkept(reason: string) {
  return coded('SUBGRAPH_UNAVAILABLE', `No decision is given, as it could not be kept as an event: ${reason}`)
}
