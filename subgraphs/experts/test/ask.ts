import { randomUUID } from 'node:crypto'
import type { AgentRole, Principal } from '@lighthouse/contract/principal'
import type { SubgraphRequest } from '@lighthouse/contract/subgraph-request'
import type { Question } from '../src/question.js'

export const principalOf = (role: AgentRole): Principal => ({ agentId: `a-${role}`, role, keyId: 'k' })

/** A request as the gateway or a sibling sends it. */
export function requestOf(
  query: string,
  variables: Record<string, unknown> = {},
  over: Partial<SubgraphRequest> = {},
): SubgraphRequest {
  return {
    query,
    variables,
    principal: principalOf('SYSTEM_AGENT'),
    requestId: 'req-1',
    traceId: randomUUID().replaceAll('-', ''),
    deadlineAt: Date.now() + 30_000,
    signal: new AbortController().signal,
    noteStop: undefined,
    ...over,
  }
}

export const CONSULT = `mutation C($input: ConsultInput!) { consult(input: $input) {
  id status decision confidence reasoning quorum createdAt deadlineAt decidedAt
  votes { decision confidence reasoning ms expert { id kind } } } }`

export const inputOf = (command: string, over: Record<string, unknown> = {}) => ({
  requestId: 'req-1',
  toolName: 'Bash',
  toolInput: { command },
  agentId: 'agent-1',
  concerns: [],
  riskLevel: 'MEDIUM',
  ...over,
})

export const questionOf = (command: string, over: Partial<Question> = {}): Question => ({
  requestId: 'req-1',
  toolName: 'Bash',
  toolInput: { command },
  cwd: '/srv/project',
  agentId: 'agent-1',
  concerns: ['shell/unknown-binary: not known'],
  riskLevel: 'MEDIUM',
  timeoutMs: 30_000,
  ...over,
})

export interface Consulted {
  readonly id: string
  readonly status: string
  readonly decision: string | null
  readonly confidence: number | null
  readonly reasoning: string
  readonly quorum: number
  readonly createdAt: string
  readonly deadlineAt: string
  readonly decidedAt: string | null
  readonly votes: readonly {
    readonly decision: string
    readonly confidence: number
    readonly reasoning: string
    readonly expert: { readonly id: string; readonly kind: string }
  }[]
}

/** Milliseconds of this process's own CPU that something takes: other work on the machine does not count. */
export async function cpuMsOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}
