import { fileURLToPath } from 'node:url'
import { openLoads } from '@lighthouse/chassis/load'
import type { Scope } from '@lighthouse/chassis/scope'
import type { Principal } from '@lighthouse/contract/principal'
import type {
  SubgraphAnswer,
  SubgraphRequest,
  SubgraphTransport,
} from '@lighthouse/contract/subgraph-request'
import { openEngine } from '@lighthouse/policy/engine/engine'
import type { Engine } from '@lighthouse/policy/engine/engine'
import type { ToolCall } from '../src/understand.js'

export const POLICIES = fileURLToPath(new URL('../../../policies', import.meta.url))
export const AGENT: Principal = { agentId: 'agent-1', role: 'AGENT', keyId: 'k' }
export const ON = { isOn: async (): Promise<boolean> => true }

export function openTestEngine(): Promise<Engine> {
  return openEngine({ policiesDir: POLICIES, watchMs: 0 })
}

export function bash(command: string, cwd = '/home/dev/project'): ToolCall {
  return { toolName: 'Bash', toolInput: { command }, cwd, projectRoot: cwd }
}

export function scopeFor(principal: Principal | undefined = AGENT, facts: Partial<Scope> = {}): Scope {
  return {
    principal,
    requestId: 'req',
    traceId: '0'.repeat(32),
    deadlineAt: Date.now() + 60_000,
    signal: new AbortController().signal,
    noteStop: undefined,
    subgraph: 'validation',
    loads: openLoads({ noteStop: undefined }, new Map()),
    ...facts,
  }
}

/** A sibling subgraph at the process edge: answers what the test says, and keeps what it was asked. */
export function peer(
  answer: (request: SubgraphRequest) => SubgraphAnswer | Promise<SubgraphAnswer>,
): SubgraphTransport & { asked: SubgraphRequest[] } {
  const asked: SubgraphRequest[] = []
  return {
    name: 'peer',
    asked,
    async request(request) {
      asked.push(request)
      return answer(request)
    },
    async *subscribe() {},
  }
}

export function appends(): SubgraphTransport & { asked: SubgraphRequest[] } {
  return peer(() => ({ data: { appendEvents: { lastSequence: 1 } } }))
}

export function consults(
  decision: string,
  confidence = 0.9,
): SubgraphTransport & { asked: SubgraphRequest[] } {
  return peer(() => ({
    data: { consult: { id: 'cons_1', status: 'DECIDED', decision, confidence, reasoning: 'seen' } },
  }))
}
