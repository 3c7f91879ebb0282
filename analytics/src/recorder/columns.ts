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

/**
 * The columns of each table in the order in which rows are written: texts and codes, the trace, whole numbers. The first two
 * are those in which rows differ most.
 */
export const COLUMNS = {
  operations: {
    operation: 'text',
    agent_id: 'text',
    graph: 'text',
    operation_hash: 'text',
    type: 'text',
    client: 'text',
    client_version: 'text',
    agent_role: 'text',
    gateway_id: 'text',
    status: 'text',
    http_status: 'code',
    error_code: 'text',
    trace_id: 'trace',
    ts: 'u64',
    duration_us: 'u32',
    plan_us: 'u32',
    execute_us: 'u32',
    fetches: 'u16',
    bytes_out: 'u32',
  },
  fetches: {
    operation: 'text',
    subgraph: 'text',
    graph: 'text',
    fetch_kind: 'text',
    status: 'text',
    http_status: 'code',
    retries: 'u8',
    dedup: 'u8',
    cache_tier: 'text',
    trace_id: 'trace',
    ts: 'u64',
    duration_us: 'u32',
    entities: 'u16',
    bytes_in: 'u32',
  },
  tiers: {
    agent_id: 'text',
    tier: 'text',
    graph: 'text',
    outcome: 'text',
    decision: 'text',
    trace_id: 'trace',
    ts: 'u64',
    duration_us: 'u32',
  },
  stops: {
    stop: 'text',
    process: 'text',
    trace_id: 'trace',
    ts: 'u64',
    start_us: 'u64',
    duration_us: 'u32',
  },
} as const satisfies { [Table in RecordedTable]: Record<keyof RecordedRows[Table], Kind> }

/** The values of a row in the order of {@link COLUMNS}, named one by one: read by name in a loop they take twice as long. */
export const VALUES: { readonly [Table in RecordedTable]: (row: RecordedRows[Table]) => readonly unknown[] } =
  {
    operations: (row) => [
      row.operation,
      row.agent_id,
      row.graph,
      row.operation_hash,
      row.type,
      row.client,
      row.client_version,
      row.agent_role,
      row.gateway_id,
      row.status,
      row.http_status,
      row.error_code,
      row.trace_id,
      row.ts,
      row.duration_us,
      row.plan_us,
      row.execute_us,
      row.fetches,
      row.bytes_out,
    ],
    fetches: (row) => [
      row.operation,
      row.subgraph,
      row.graph,
      row.fetch_kind,
      row.status,
      row.http_status,
      row.retries,
      row.dedup,
      row.cache_tier,
      row.trace_id,
      row.ts,
      row.duration_us,
      row.entities,
      row.bytes_in,
    ],
    tiers: (row) => [
      row.agent_id,
      row.tier,
      row.graph,
      row.outcome,
      row.decision,
      row.trace_id,
      row.ts,
      row.duration_us,
    ],
    stops: (row) => [row.stop, row.process, row.trace_id, row.ts, row.start_us, row.duration_us],
  }

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
