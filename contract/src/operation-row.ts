import type { Decision, Tier, TierOutcome } from './decision.js'
import type { Stop } from './stops.js'

/** How an operation or a fetch ended. */
export const ROW_STATUSES = ['ok', 'graphql_error', 'timeout', 'denied', 'cancelled', 'internal'] as const
export type RowStatus = (typeof ROW_STATUSES)[number]

/** What counts as an error. Who asked and went away before the answer has not met one. */
export function isError(status: RowStatus): boolean {
  return status !== 'ok' && status !== 'cancelled'
}

export const OPERATION_TYPES = ['query', 'mutation', 'subscription'] as const
export type OperationType = (typeof OPERATION_TYPES)[number]

export const FETCH_KINDS = ['root', 'entity', 'batch_entity', 'subscription'] as const
export type FetchKind = (typeof FETCH_KINDS)[number]

/** Where the entities of a fetch came from: the subgraph, a cache for all of them, or a cache for some. */
export const CACHE_TIERS = ['none', 'memory', 'redis', 'partial'] as const
export type CacheTier = (typeof CACHE_TIERS)[number]

/** One GraphQL operation: a row of obs.operations. `ts` is milliseconds since the epoch, `_us` are microseconds. */
export interface OperationRow {
  ts: number
  graph: string
  operation: string
  operation_hash: string
  type: OperationType
  client: string
  client_version: string
  agent_id: string
  agent_role: string
  gateway_id: string
  duration_us: number
  plan_us: number
  execute_us: number
  status: RowStatus
  http_status: number
  error_code: string
  fetches: number
  bytes_out: number
  trace_id: string
}

/** One fetch from a subgraph: a row of obs.fetches. */
export interface FetchRow {
  ts: number
  graph: string
  subgraph: string
  operation: string
  fetch_kind: FetchKind
  duration_us: number
  entities: number
  status: RowStatus
  http_status: number
  bytes_in: number
  trace_id: string
  /** Requests beyond the first: sent again after a failure, or a second time because the first took long. */
  retries: number
  /** 1 when another request under way was equal and its answer served this fetch too. */
  dedup: number
  cache_tier: CacheTier
}

/** One tier asked for one decision: a row of obs.tiers. `decision` is '' unless this tier answered. */
export interface TierRow {
  ts: number
  graph: string
  tier: Tier
  outcome: TierOutcome
  decision: Decision | ''
  duration_us: number
  agent_id: string
  trace_id: string
}

/** One stop of one request: a row of obs.stops. `start_us` is microseconds since the epoch, so processes line up. */
export interface StopRow {
  ts: number
  trace_id: string
  stop: Stop
  process: string
  start_us: number
  duration_us: number
}

export const OPERATION_COLUMNS = [
  'ts',
  'graph',
  'operation',
  'operation_hash',
  'type',
  'client',
  'client_version',
  'agent_id',
  'agent_role',
  'gateway_id',
  'duration_us',
  'plan_us',
  'execute_us',
  'status',
  'http_status',
  'error_code',
  'fetches',
  'bytes_out',
  'trace_id',
] as const satisfies readonly (keyof OperationRow)[]

export const FETCH_COLUMNS = [
  'ts',
  'graph',
  'subgraph',
  'operation',
  'fetch_kind',
  'duration_us',
  'entities',
  'status',
  'http_status',
  'bytes_in',
  'trace_id',
  'retries',
  'dedup',
  'cache_tier',
] as const satisfies readonly (keyof FetchRow)[]

export const TIER_COLUMNS = [
  'ts',
  'graph',
  'tier',
  'outcome',
  'decision',
  'duration_us',
  'agent_id',
  'trace_id',
] as const satisfies readonly (keyof TierRow)[]

export const STOP_COLUMNS = [
  'ts',
  'trace_id',
  'stop',
  'process',
  'start_us',
  'duration_us',
] as const satisfies readonly (keyof StopRow)[]
