import { coded } from '@lighthouse/chassis/errors'
import { onward } from '@lighthouse/chassis/scope'
import type { Scope } from '@lighthouse/chassis/scope'
import type { SubgraphTransport } from '@lighthouse/contract/subgraph-request'

const APPEND = 'mutation Append($input: [EventInput!]!) { appendEvents(input: $input) { lastSequence } }'

/** Keeps a change of a flag as an event. Throws when it could not be kept: then the change is not made. */
export async function announceFlag(
  events: SubgraphTransport | undefined,
  scope: Scope,
  change: Readonly<Record<string, unknown>> & { readonly name: string },
): Promise<void> {
  if (events === undefined) return
  const input = [
    { type: 'FLAG_CHANGED', aggregateId: `flag:${change.name}`, aggregateType: 'flag', data: change },
  ]
  const answer = await events.request(onward(scope, APPEND, { input }))
  const [error] = answer.errors ?? []
  if (error !== undefined)
    throw coded('SUBGRAPH_ERROR', `The change was not made, as its event was refused: ${error.message}`)
}
