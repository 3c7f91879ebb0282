import type { OperationRow, RowStatus } from '@lighthouse/contract/operation-row'
import { nowUs } from '@lighthouse/analytics/recorder/clock'
import type { OperationMeter } from './meter.js'
import type { GatewayRecorder, Scope } from './scope.js'

export interface Recording {
  readonly recorder: GatewayRecorder
  readonly meter: OperationMeter
  readonly graph: string
  readonly gatewayId: string
}

/** Longest operation name that is kept apart; a longer one is cut. */
const MAX_NAME_CHARACTERS = 100

const STATUS_OF: Readonly<Record<string, RowStatus>> = {
  DEADLINE_EXCEEDED: 'timeout',
  UNAUTHENTICATED: 'denied',
  FORBIDDEN: 'denied',
  RATE_LIMITED: 'denied',
  INTERNAL_SERVER_ERROR: 'internal',
  PLANNING_FAILED: 'internal',
}

/** How an operation ended whose first error has this code. */
export function statusOf(code: string): RowStatus {
  return code === '' ? 'ok' : (STATUS_OF[code] ?? 'graphql_error')
}

/** Writes the row of an operation that ended: one for every operation, whatever became of it. Never throws. */
export function record(
  scope: Scope,
  ended: { readonly httpStatus: number; readonly bytesOut: number },
  recording: Recording,
): void {
  const { facts } = scope
  const now = nowUs()
  const durationUs = Math.max(0, (facts.establishedUs ?? now) - scope.startedUs)
  const operation = facts.operation.slice(0, MAX_NAME_CHARACTERS)
  recording.meter.operation(facts.type, facts.status, durationUs)
  scope.noteStop?.('record', now, nowUs() - now)
  const row: OperationRow = {
    ts: Math.floor(scope.startedUs / 1_000),
    graph: recording.graph,
    operation,
    operation_hash: facts.hash,
    type: facts.type,
    client: scope.client.name,
    client_version: scope.client.version,
    agent_id: scope.principal?.agentId ?? '',
    agent_role: scope.principal?.role ?? '',
    gateway_id: recording.gatewayId,
    duration_us: durationUs,
    plan_us: facts.planUs,
    execute_us: facts.executeUs,
    status: facts.status,
    http_status: ended.httpStatus,
    error_code: facts.errorCode,
    fetches: facts.fetches,
    bytes_out: ended.bytesOut,
    trace_id: scope.traceId,
  }
  recording.recorder.operation(row)
  scope.trace?.end(row, scope)
}
