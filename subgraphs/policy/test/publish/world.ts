import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Subgraph } from '@lighthouse/chassis/define'
import type { RedisConnection } from '@lighthouse/chassis/redis'
import type { AgentRole } from '@lighthouse/contract/principal'
import type {
  SubgraphAnswer,
  SubgraphRequest,
  SubgraphTransport,
} from '@lighthouse/contract/subgraph-request'
import { onTestFinished } from 'vitest'
import { openEngine } from '../../src/engine/engine.js'
import type { PolicyInput } from '../../src/engine/evaluate.js'
import type { OpaServer } from '../../src/engine/opa-server.js'
import { openFlags } from '../../src/flags.js'
import { createPolicy } from '../../src/main.js'
import type { Understand } from '../../src/publish/call.js'
import type { GovernedEngine } from '../../src/publish/govern.js'
import { governEngine } from '../../src/publish/govern.js'

export const POLICIES = fileURLToPath(new URL('../../../../policies', import.meta.url))

interface Kept {
  readonly sequence: number
  readonly type: string
  readonly aggregateId: string
  readonly aggregateVersion: number
  readonly timestamp: string
  readonly data: Readonly<Record<string, unknown>>
  readonly agent: { readonly id: string; readonly role: AgentRole }
}

/** The events subgraph as policy sees it: appends with versions, pages by aggregate and type. */
export function openLog(): SubgraphTransport & { readonly events: Kept[]; down: boolean } {
  const events: Kept[] = []
  const log = {
    name: 'events',
    events,
    down: false,
    async request({ query, variables, principal }: SubgraphRequest): Promise<SubgraphAnswer> {
      if (log.down) throw new Error('the log is down')
      const copy = structuredClone(variables) as Record<string, unknown>
      return query.startsWith('mutation') ? append(copy['input'], principal) : read(query, copy)
    },
    async *subscribe() {},
  }

  function append(input: unknown, principal: SubgraphRequest['principal']): SubgraphAnswer {
    for (const one of input as (Kept & { expectedVersion?: number })[]) {
      const versions = events.filter(({ aggregateId }) => aggregateId === one.aggregateId).length
      if (one.expectedVersion !== undefined && one.expectedVersion !== versions)
        return { errors: [{ message: 'another was first', extensions: { code: 'VERSION_CONFLICT' } }] }
      const agent = { id: principal?.agentId ?? '', role: principal?.role ?? ('AGENT' as const) }
      const facts = {
        sequence: events.length + 1,
        aggregateVersion: versions + 1,
        timestamp: new Date().toISOString(),
      }
      events.push({ ...one, ...facts, agent })
    }
    return { data: { appendEvents: { lastSequence: events.length } } }
  }

  function read(
    query: string,
    { id, types, first, last, after = 0 }: Record<string, unknown>,
  ): SubgraphAnswer {
    const wanted = types ?? /types: \[(\w+)\]/.exec(query)?.slice(1)
    const found = events.filter(
      (one) =>
        (id === undefined || one.aggregateId === id) &&
        (wanted as string[]).includes(one.type) &&
        one.sequence > Number(after),
    )
    const page = typeof last === 'number' ? found.slice(-last) : found.slice(0, Number(first))
    return {
      data: { events: { events: page, lastSequence: events.length, hasMore: page.length < found.length } },
    }
  }

  return log
}

/** Commands whose effects stand in them: `shell/encrypt gpg` would do shell/encrypt to gpg. */
export const understand: Understand = ({ toolInput }) => {
  const [kind = '', subject = ''] = String(toolInput['command']).split(' ')
  const [pack = '', action = ''] = kind.split('/')
  return { effects: { [pack]: { [action]: [{ subject }] } } }
}

export function inputFor(command: string, agentId = 'agent'): PolicyInput {
  return {
    tool: 'Bash',
    role: 'AGENT',
    agentId,
    ...understand({ toolName: 'Bash', toolInput: { command }, cwd: undefined, projectRoot: undefined }),
  }
}

const CASES = [
  { tool: 'Bash', input: { command: 'shell/inspect ls' }, expected: 'ALLOW', family: 'safe/x', why: 'looks' },
  {
    tool: 'Bash',
    input: { command: 'shell/encrypt gpg' },
    expected: 'ESCALATE',
    family: 'risky/x',
    why: 'hides',
  },
]

export interface Node extends AsyncDisposable {
  readonly engine: GovernedEngine
  readonly policy: Subgraph
  ask(query: string, variables?: Record<string, unknown>, role?: AgentRole): Promise<SubgraphAnswer>
}

/** A node with the policy subgraph on it; nodes share the log. */
export async function openNode(
  events: SubgraphTransport,
  more: {
    readonly redis?: RedisConnection
    readonly channel?: RedisConnection
    readonly pollMs?: number
    /** Judges in place of the policy of the node. */
    readonly server?: OpaServer
  } = {},
): Promise<Node> {
  const files = await openEngine({ policiesDir: POLICIES, watchMs: 0 })
  const engine = await governEngine({ files, events, pollMs: 0, ...more })
  const flags = await openFlags()
  const policy = await createPolicy({ engine, flags, events, understand, casesDir: casesDir() })
  return {
    engine,
    policy,
    ask: (query, variables = {}, role = 'ADMIN') =>
      policy.request({
        query,
        variables,
        principal: { agentId: role.toLowerCase(), role, keyId: 'k' },
        requestId: 'r',
        traceId: '0'.repeat(32),
        deadlineAt: Date.now() + 60_000,
        signal: new AbortController().signal,
        noteStop: undefined,
      }),
    async [Symbol.asyncDispose]() {
      await policy[Symbol.asyncDispose]()
      await flags[Symbol.asyncDispose]()
      await engine[Symbol.asyncDispose]()
      await files[Symbol.asyncDispose]()
    },
  }
}

function casesDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'lighthouse-cases-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  writeFileSync(join(dir, 'a.jsonl'), CASES.map((one) => JSON.stringify(one)).join('\n'))
  return dir
}

/** What a rule decides, as a change to the data. */
export const rule = (pack: string, name: string, decision: string) => ({
  rules: { [pack]: { [name]: { decision } } },
})

export const DRAFT =
  'mutation D($i: PolicyDraftInput!) { draftPolicy(input: $i) { version ruleCount author note rulesRebuilt changes { path before after } } }'
export const PUBLISH =
  'mutation P($i: PublishPolicyInput!) { publishPolicy(input: $i) { version fromFiles } }'
export const ROLLBACK =
  'mutation R($i: RollbackPolicyInput) { rollbackPolicy(input: $i) { version fromFiles } }'

/** Drafts changes and gives the version. */
export async function draftOf(node: Node, changes: object, note = 'why'): Promise<string> {
  const { data, errors } = await node.ask(DRAFT, { i: { changes, note } })
  if (errors !== undefined) throw new Error(JSON.stringify(errors))
  return (data as { draftPolicy: { version: string } }).draftPolicy.version
}

export async function publishOf(node: Node, changes: object): Promise<string> {
  const version = await draftOf(node, changes)
  const { errors } = await node.ask(PUBLISH, { i: { version, allowFailingCases: true, note: 'now' } })
  if (errors !== undefined) throw new Error(JSON.stringify(errors))
  return version
}

export const codeOf = ({ errors }: SubgraphAnswer) => errors?.[0]?.extensions?.['code']
