import type { FetchRow, OperationRow, TierRow } from '@lighthouse/contract/operation-row'

/** Rows that are plausible wherever a test says nothing. */
export function operationRow(own: Partial<OperationRow> = {}): OperationRow {
  return {
    ts: Date.now(),
    graph: 'main',
    operation: 'Validate',
    operation_hash: '9f',
    type: 'mutation',
    client: 'test',
    client_version: '1',
    agent_id: 'agent-1',
    agent_role: 'AGENT',
    gateway_id: 'gateway-1',
    duration_us: 1_500,
    plan_us: 20,
    execute_us: 1_400,
    status: 'ok',
    http_status: 200,
    error_code: '',
    fetches: 1,
    bytes_out: 300,
    trace_id: 'a'.repeat(32),
    ...own,
  }
}

export function fetchRow(own: Partial<FetchRow> = {}): FetchRow {
  return {
    ts: Date.now(),
    graph: 'main',
    subgraph: 'validation',
    operation: 'Validate',
    fetch_kind: 'root',
    duration_us: 1_000,
    entities: 0,
    status: 'ok',
    http_status: 200,
    bytes_in: 200,
    trace_id: 'a'.repeat(32),
    retries: 0,
    dedup: 0,
    cache_tier: 'none',
    ...own,
  }
}

export function tierRow(own: Partial<TierRow> = {}): TierRow {
  return {
    ts: Date.now(),
    graph: 'main',
    tier: 'MEMORY',
    outcome: 'PASS',
    decision: '',
    duration_us: 10,
    agent_id: 'agent-1',
    trace_id: 'a'.repeat(32),
    ...own,
  }
}
