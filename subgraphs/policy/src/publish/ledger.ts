import { createHash, randomUUID } from 'node:crypto'
import { coded } from '@lighthouse/chassis/errors'
import type { Scope } from '@lighthouse/chassis/scope'
import { onward } from '@lighthouse/chassis/scope'
import type { ErrorCode } from '@lighthouse/contract/error-codes'
import { ERROR_CODES } from '@lighthouse/contract/error-codes'
import type { EventType } from '@lighthouse/contract/event-types'
import type { SubgraphAnswer, SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import { foldPolicy } from './state.js'
import type { PolicyEvent, PolicyState } from './state.js'

/** What a policy is made of; its version is the hash of both. */
export interface Bundle {
  readonly version: string
  readonly dataText: string
  readonly wasm: Uint8Array
  readonly note: string
  readonly author: string
  readonly at: Date
}

export interface PolicyFact {
  readonly type: EventType
  readonly data: Readonly<Record<string, unknown>>
  /** The state that it was decided on: another change in between refuses it with VERSION_CONFLICT. */
  readonly expectedVersion: number
}

/** Policies in the event log: what was drafted, and what was put in force. */
export interface Ledger {
  read(): Promise<PolicyState>
  /** A draft by its version; undefined when there is none. Throws when the log cannot be read. */
  bundle(version: string): Promise<Bundle | undefined>
  /** Keeps a draft; the same one again is not kept twice. */
  keep(scope: Scope, draft: Pick<Bundle, 'version' | 'dataText' | 'wasm' | 'note'>): Promise<void>
  append(scope: Scope, fact: PolicyFact): Promise<void>
  /** Tells of something that happened to this node, under the policy's own name. Never throws. */
  report(type: EventType, data: Readonly<Record<string, unknown>>): Promise<void>
}

const POLICY = 'policy:guard'
const draftId = (version: string) => `policy-version:${version}`
const wasmId = (digest: string) => `policy-wasm:${digest}`

const READ = `query ReadPolicy($id: String!, $last: Int!, $types: [EventType!]!) {
  events(filter: { aggregateId: $id, types: $types }, last: $last) {
    events { type data timestamp aggregateVersion agent { id } }
  }
}`
const APPEND = 'mutation Append($input: [EventInput!]!) { appendEvents(input: $input) { lastSequence } }'
const DRAFTED: readonly EventType[] = ['POLICY_DRAFTED']
const CHANGED: readonly EventType[] = [
  'POLICY_PUBLISHED',
  'POLICY_CANARY_STARTED',
  'POLICY_CANARY_ENDED',
  'POLICY_ROLLED_BACK',
]
/** Changes of the policy that are looked back on; older ones are in the log. */
const MAX_HISTORY = 500
const READ_WITHIN_MS = 5_000
/** The log takes events of at most 1,000,000 bytes (P-018), and base64 makes four bytes of three. */
export const MAX_WASM_BYTES = 740_000
const SELF = { agentId: 'policy', role: 'SYSTEM_AGENT', keyId: 'policy' } as const

export function openLedger(events: SubgraphTransport): Ledger {
  const ask = async (query: string, variables: Readonly<Record<string, unknown>>) => {
    const answer = await events.request({
      query,
      variables,
      principal: SELF,
      requestId: randomUUID(),
      traceId: randomUUID().replaceAll('-', ''),
      deadlineAt: Date.now() + READ_WITHIN_MS,
      signal: AbortSignal.timeout(READ_WITHIN_MS),
      noteStop: undefined,
    })
    return fine(answer)
  }
  const eventsOf = async (id: string, last: number, types = DRAFTED): Promise<readonly PolicyEvent[]> => {
    const data = await ask(READ, { id, last, types })
    return (data['events'] as { events: PolicyEvent[] }).events
  }
  const append = async (scope: Scope, input: readonly object[]): Promise<void> => {
    fine(await events.request(onward(scope, APPEND, { input })))
  }

  return {
    read: async () => foldPolicy(await eventsOf(POLICY, MAX_HISTORY, CHANGED)),
    async bundle(version) {
      const [drafted] = await eventsOf(draftId(version), 1)
      if (drafted === undefined) return undefined
      const { dataText, wasm: digest, note } = drafted.data as Record<string, string>
      const [kept] = await eventsOf(wasmId(String(digest)), 1)
      const { base64 } = (kept?.data ?? {}) as Record<string, string>
      if (typeof dataText !== 'string' || typeof base64 !== 'string')
        throw new Error(`Draft ${version} is not whole.`)
      const { timestamp, agent } = drafted
      return {
        version,
        dataText,
        wasm: Buffer.from(base64, 'base64'),
        note: note ?? '',
        author: agent?.id ?? '',
        at: new Date(timestamp),
      }
    },
    async keep(scope, { version, dataText, wasm, note }) {
      const digest = createHash('sha256').update(wasm).digest('hex')
      const base64 = Buffer.from(wasm).toString('base64')
      const once = async (aggregateId: string, data: object) => {
        if ((await eventsOf(aggregateId, 1)).length > 0) return
        await append(scope, [{ type: 'POLICY_DRAFTED', aggregateId, aggregateType: 'policy-draft', data }])
      }
      // Apart: the rules seldom change, the data often does, and one event has a limit.
      await once(wasmId(digest), { base64 })
      await once(draftId(version), { version, dataText, wasm: digest, note })
    },
    async append(scope, { type, data, expectedVersion }) {
      const event = { type, aggregateId: POLICY, aggregateType: 'policy', data, expectedVersion }
      await append(scope, [event])
    },
    async report(type, data) {
      const input = [{ type, aggregateId: 'policy:health', aggregateType: 'policy-health', data }]
      await ask(APPEND, { input }).catch(() => undefined)
    },
  }
}

/** The data of an answer; its first error thrown with its own code. */
function fine(answer: SubgraphAnswer): Readonly<Record<string, unknown>> {
  const [error] = answer.errors ?? []
  if (error === undefined) return answer.data ?? {}
  const code = String(error.extensions?.['code'])
  const known = Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : 'SUBGRAPH_ERROR'
  throw coded(known, `The event log refused: ${error.message}`)
}
