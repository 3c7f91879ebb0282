import type { Scope } from '@lighthouse/chassis/scope'
import { onward } from '@lighthouse/chassis/scope'
import type { AgentRole } from '@lighthouse/contract/principal'
import type { SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import type { KnownCall } from './call.js'

/** A call that was really made, and how often. */
export interface RecentCall extends KnownCall {
  readonly count: number
  readonly lastAt: string
}

export interface Recent {
  readonly calls: readonly RecentCall[]
  /** Decisions that were read. */
  readonly total: number
  /** Of them, those of which the log does not hold enough to judge them again. */
  readonly skipped: number
}

interface Decided {
  readonly sequence: number
  readonly timestamp: string
  readonly data: Readonly<Record<string, unknown>>
  readonly agent: { readonly id: string; readonly role: AgentRole } | null
}

const PAGE = 1_000
/** Sequences that are looked through at a time, from the newest to older ones. */
const STRETCH = 20_000
const READ = `query RecentDecisions($first: Int!, $after: SafeInt!) {
  events(filter: { types: [VALIDATION_DECISION_MADE] }, first: $first, after: $after) {
    events { sequence timestamp data agent { id role } }
    lastSequence
    hasMore
  }
}`
/** Subjects of this length may have been cut. */
const MAX_SUBJECT = 1_000

/** The newest decisions of the log as calls, the same call once. */
export async function readRecent(events: SubgraphTransport, scope: Scope, wanted: number): Promise<Recent> {
  const decided = await newest(events, scope, wanted)
  const calls = new Map<string, RecentCall>()
  let skipped = 0
  for (const one of decided) {
    const call = callOf(one)
    if (call === undefined) skipped += 1
    else count(calls, call)
  }
  return { calls: [...calls.values()], total: decided.length, skipped }
}

async function newest(events: SubgraphTransport, scope: Scope, wanted: number): Promise<readonly Decided[]> {
  let upTo = (await pageOf(events, scope, { first: 0, after: 0 })).lastSequence
  let found: readonly Decided[] = []
  while (upTo > 0 && found.length < wanted) {
    const after = Math.max(0, upTo - STRETCH)
    found = [...(await stretch(events, scope, after, upTo)), ...found]
    upTo = after
  }
  return found.slice(-wanted)
}

async function stretch(
  events: SubgraphTransport,
  scope: Scope,
  after: number,
  upTo: number,
): Promise<readonly Decided[]> {
  const found: Decided[] = []
  let from = after
  for (;;) {
    const page = await pageOf(events, scope, { first: PAGE, after: from })
    const within = page.events.filter(({ sequence }) => sequence <= upTo)
    found.push(...within)
    from = within.at(-1)?.sequence ?? upTo
    if (!page.hasMore || within.length < page.events.length || from >= upTo) return found
  }
}

interface Page {
  readonly events: readonly Decided[]
  readonly lastSequence: number
  readonly hasMore: boolean
}

async function pageOf(
  events: SubgraphTransport,
  scope: Scope,
  variables: Readonly<Record<string, unknown>>,
): Promise<Page> {
  const answer = await events.request(onward(scope, READ, variables))
  const [error] = answer.errors ?? []
  if (error !== undefined) throw new Error(`The event log could not be read: ${error.message}`)
  return answer.data?.['events'] as Page
}

function count(calls: Map<string, RecentCall>, call: RecentCall): void {
  const { tool, input, cwd, projectRoot, role, agentId } = call
  const key = JSON.stringify([tool, input, cwd, projectRoot, role, agentId])
  const known = calls.get(key)
  calls.set(key, known === undefined ? call : { ...known, count: known.count + 1 })
}

/**
 * The call that a decision was about: its tool and what it is called by. Contents of files are not in the log, so that
 * rules about them are not asked again.
 */
function callOf({ data, timestamp, agent }: Decided): RecentCall | undefined {
  const { toolName, subject, cwd, projectRoot } = data
  if (typeof toolName !== 'string' || typeof subject !== 'string' || subject.length >= MAX_SUBJECT)
    return undefined
  if (agent === null) return undefined
  return {
    tool: toolName,
    input: inputFor(toolName, subject),
    cwd: typeof cwd === 'string' ? cwd : undefined,
    projectRoot: typeof projectRoot === 'string' ? projectRoot : undefined,
    role: agent.role,
    agentId: agent.id,
    count: 1,
    lastAt: timestamp,
  }
}

/** Each reader of tools takes its own field of these. */
function inputFor(toolName: string, subject: string): Readonly<Record<string, unknown>> {
  if (toolName === 'Glob' || toolName === 'Grep') return { pattern: subject }
  return { command: subject, file_path: subject, url: subject, query: subject }
}
