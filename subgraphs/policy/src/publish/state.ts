import type { AgentRole } from '@lighthouse/contract/principal'
import { AGENT_ROLES } from '@lighthouse/contract/principal'

/** One event of the policy's own aggregate, as the log answers it. */
export interface PolicyEvent {
  readonly type: string
  readonly data: unknown
  readonly timestamp: string
  readonly aggregateVersion: number
  readonly agent: { readonly id: string } | null
}

/** A policy that was put in force, by publication or by going back. */
export interface Entry {
  readonly kind: 'PUBLISHED' | 'ROLLED_BACK'
  /** Counts from 1. */
  readonly number: number
  /** Undefined: the policy of the files. */
  readonly version: string | undefined
  readonly note: string
  readonly author: string
  readonly at: Date
}

/** A version that judges some callers, while the one in force judges the others. */
export interface Canary {
  readonly version: string
  /** Of agents, sticky by version and agent. */
  readonly percentage: number
  /** Agents by id; a `*` stands for any text. */
  readonly agents: readonly string[]
  readonly roles: readonly AgentRole[]
  readonly note: string
  readonly author: string
  readonly at: Date
}

export interface PolicyState {
  /** What the next change must expect. */
  readonly aggregateVersion: number
  /** Undefined: the policy of the files. */
  readonly version: string | undefined
  /** Oldest first. */
  readonly history: readonly Entry[]
  readonly canary: Canary | undefined
}

export const UNTOUCHED: PolicyState = {
  aggregateVersion: 0,
  version: undefined,
  history: [],
  canary: undefined,
}

/** What the events of the policy's aggregate come to, in their order. Pure; what it cannot read changes nothing. */
export function foldPolicy(events: readonly PolicyEvent[]): PolicyState {
  return events.reduce(step, UNTOUCHED)
}

function step(state: PolicyState, event: PolicyEvent): PolicyState {
  const at = { ...state, aggregateVersion: event.aggregateVersion }
  const data = isObject(event.data) ? event.data : {}
  const by = {
    note: textOf(data['note']) ?? '',
    author: event.agent?.id ?? '',
    at: new Date(event.timestamp),
  }
  const version = textOf(data['version'])
  switch (event.type) {
    case 'POLICY_PUBLISHED':
      return version === undefined ? at : enter(at, { kind: 'PUBLISHED', version, ...by })
    case 'POLICY_ROLLED_BACK':
      return enter(at, { kind: 'ROLLED_BACK', version, ...by })
    case 'POLICY_CANARY_STARTED':
      return version === undefined ? at : { ...at, canary: { version, ...share(data), ...by } }
    case 'POLICY_CANARY_ENDED':
      return { ...at, canary: undefined }
    default:
      return at
  }
}

/** Whatever is put in force ends a canary: its question is answered. */
function enter(state: PolicyState, entry: Omit<Entry, 'number'>): PolicyState {
  const number = (state.history.at(-1)?.number ?? 0) + 1
  return {
    ...state,
    version: entry.version,
    canary: undefined,
    history: [...state.history, { ...entry, number }],
  }
}

function share(data: Readonly<Record<string, unknown>>): Pick<Canary, 'percentage' | 'agents' | 'roles'> {
  const { percentage, agents, roles } = data
  return {
    percentage: typeof percentage === 'number' ? percentage : 0,
    agents: Array.isArray(agents) ? agents.filter((one) => typeof one === 'string') : [],
    roles: Array.isArray(roles) ? AGENT_ROLES.filter((role) => roles.includes(role)) : [],
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
