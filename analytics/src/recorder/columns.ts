import type { FetchRow, OperationRow, StopRow, TierRow } from '@lighthouse/contract/operation-row'

/** The row of each table that a recorder fills. */
export interface RecordedRows {
  operations: OperationRow
  fetches: FetchRow
  tiers: TierRow
  stops: StopRow
}
export type RecordedTable = keyof RecordedRows

export type Kind = 'text' | 'trace' | 'u8' | 'u16' | 'u32' | 'u64'

/** The columns of each table in their order, and what they take. */
export const COLUMNS = {
  operations: {
    ts: 'u64',
    graph: 'text',
    operation: 'text',
    operation_hash: 'text',
    type: 'text',
    client: 'text',
    client_version: 'text',
    agent_id: 'text',
    agent_role: 'text',
    gateway_id: 'text',
    duration_us: 'u32',
    plan_us: 'u32',
    execute_us: 'u32',
    status: 'text',
    http_status: 'u16',
    error_code: 'text',
    fetches: 'u16',
    bytes_out: 'u32',
    trace_id: 'trace',
  },
  fetches: {
    ts: 'u64',
    graph: 'text',
    subgraph: 'text',
    operation: 'text',
    fetch_kind: 'text',
    duration_us: 'u32',
    entities: 'u16',
    status: 'text',
    http_status: 'u16',
    bytes_in: 'u32',
    trace_id: 'trace',
    retries: 'u8',
    dedup: 'u8',
    cache_tier: 'text',
  },
  tiers: {
    ts: 'u64',
    graph: 'text',
    tier: 'text',
    outcome: 'text',
    decision: 'text',
    duration_us: 'u32',
    agent_id: 'text',
    trace_id: 'trace',
  },
  stops: {
    ts: 'u64',
    trace_id: 'trace',
    stop: 'text',
    process: 'text',
    start_us: 'u64',
    duration_us: 'u32',
  },
} as const satisfies { [Table in RecordedTable]: Record<keyof RecordedRows[Table], Kind> }

/** Longer texts are cut: a header of a stranger must not become a row of megabytes. */
const MAX_TEXT = 512
const HIGHEST = { u8: 0xff, u16: 0xffff, u32: 0xffff_ffff, u64: Number.MAX_SAFE_INTEGER } as const
const SURROGATE = /[\ud800-\udfff]/

/** JSON of a text. What is none becomes an empty one. */
export function textOf(value: unknown): string {
  if (typeof value !== 'string') return '""'
  const cut = value.length > MAX_TEXT ? value.slice(0, MAX_TEXT) : value
  // A lone surrogate is not UTF-8 and would cost the whole batch; the round trip makes it U+FFFD.
  return JSON.stringify(SURROGATE.test(cut) ? Buffer.from(cut).toString() : cut)
}

/** The number itself when its column takes it, else the nearest that it takes; 0 for what is none. */
export function wholeOf(value: unknown, kind: keyof typeof HIGHEST): number {
  if (typeof value !== 'number' || !(value > 0)) return 0
  const highest = HIGHEST[kind]
  return value >= highest ? highest : Math.round(value)
}
