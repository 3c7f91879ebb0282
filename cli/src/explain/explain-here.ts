import type { Explanation, ValidationInput } from '@lighthouse/client/documents'
import { SHIPPED_POLICIES } from '@lighthouse/policy/config'
import { openEngine } from '@lighthouse/policy/engine/engine'
import { openLoads } from '@lighthouse/chassis/load'
import { explain } from '@lighthouse/validation/explain/explain'
import { openHouse } from '@lighthouse/validation/main'
import { readRequest } from '@lighthouse/validation/request'

const PRINCIPAL = { agentId: 'local', role: 'AGENT', keyId: 'local' } as const
const DEADLINE_MS = 30_000

/** Explains a call in this process, as an agent would have it explained by the policies that come with the product. */
export async function explainHere(input: ValidationInput): Promise<Explanation> {
  await using engine = await openEngine({ policiesDir: SHIPPED_POLICIES, watchMs: 0 })
  const house = openHouse({ engine, flags: { isOn: async () => true } })
  const found = await explain({ ...readRequest(input), principal: PRINCIPAL }, scope(), house)
  // As GraphQL has it: nothing is undefined.
  return JSON.parse(
    JSON.stringify(found, (_key, value: unknown) => (value === undefined ? null : value)),
  ) as Explanation
}

function scope() {
  return {
    principal: PRINCIPAL,
    requestId: 'explain',
    traceId: '0'.repeat(32),
    deadlineAt: Date.now() + DEADLINE_MS,
    signal: new AbortController().signal,
    noteStop: undefined,
    subgraph: 'validation',
    loads: openLoads({ noteStop: undefined }, new Map()),
  }
}
