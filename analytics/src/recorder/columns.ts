import type { FetchRow, OperationRow, StopRow, TierRow } from '@lighthouse/contract/operation-row'

/** The row of each table that a recorder fills. */
export interface RecordedRows {
  operations: OperationRow
  fetches: FetchRow
  tiers: TierRow
  stops: StopRow
}
export type RecordedTable = keyof RecordedRows

/** Whole numbers that hardly repeat, by their width. */
export type Whole = 'u16' | 'u32' | 'u64'
/** Whole numbers of which rows have few: a code of 16 bits, or 8. */
type Few = 'code' | 'u8'
export type Kind = 'text' | 'trace' | Few | Whole

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
    http_status: 'code',
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
    http_status: 'code',
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
/** What each takes. */
export const HIGHEST = {
  u8: 0xff,
  code: 0xffff,
  u16: 0xffff,
  u32: 0xffff_ffff,
  u64: Number.MAX_SAFE_INTEGER,
} as const satisfies Record<Few | Whole, number>
const SURROGATE = /[\ud800-\udfff]/

/** JSON of a text or a code. What is none becomes an empty text or 0. */
export function valueOf(value: unknown, kind: Kind): string {
  return kind === 'text' || kind === 'trace' ? textOf(value) : String(wholeOf(value, HIGHEST[kind]))
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') return '""'
  const cut = value.length > MAX_TEXT ? value.slice(0, MAX_TEXT) : value
  // A lone surrogate is not UTF-8 and would cost the whole batch; the round trip makes it U+FFFD.
  return JSON.stringify(SURROGATE.test(cut) ? Buffer.from(cut).toString() : cut)
}

/** The number itself when its column takes it, else the nearest that it takes; 0 for what is none. */
export function wholeOf(value: unknown, highest: number): number {
  if (typeof value !== 'number' || !(value > 0)) return 0
  return value >= highest ? highest : Math.round(value)
}
