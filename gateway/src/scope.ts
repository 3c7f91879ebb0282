import type { Recorder } from '@lighthouse/analytics/recorder/record'
import type { OperationType, RowStatus } from '@lighthouse/contract/operation-row'
import type { Principal } from '@lighthouse/contract/principal'
import type { ClientHeaders, SpanContext } from '@lighthouse/contract/subgraph-request'
import type { Freshness } from './cache/freshness.js'
import type { Ending } from './ending.js'
import type { NoteStop } from './note-stops.js'
import type { OperationTrace } from './tracing/operation-trace.js'

/** What the gateway asks of a recorder: it never throws, never awaits and never blocks. */
export type GatewayRecorder = Pick<Recorder, 'operation' | 'fetch' | 'stop'>

/** Says something to the operator. */
export type Log = (message: string, details: Readonly<Record<string, unknown>>) => void

/** What is learnt of an operation while it passes the steps; `record` makes a row of it. */
export interface Facts {
  operation: string
  hash: string
  type: OperationType
  planUs: number
  executeUs: number
  fetches: number
  status: RowStatus
  errorCode: string
  /** When a subscription stood, in microseconds: its latency is the wait until then, however long it lives. */
  establishedUs: number | undefined
}

/** One operation on its way through the gateway. */
export interface Scope {
  readonly requestId: string
  readonly traceId: string
  readonly client: { readonly name: string; readonly version: string }
  readonly principal: Principal | undefined
  readonly startedUs: number
  /** Milliseconds since the epoch after which nobody waits. */
  readonly deadlineAt: number
  /** When nobody waits for it any longer. */
  readonly ending: Ending
  readonly noteStop: NoteStop | undefined
  /** Its spans, when it is traced for a collector. */
  readonly trace?: OperationTrace | undefined
  /** What subgraphs are told of its trace beside the id. */
  readonly span?: SpanContext
  readonly facts: Facts
  /** How long the answer may be kept; absent where nothing is. */
  freshness?: Freshness | undefined
  /** Headers of the client's request: subgraphs are sent those that their settings name. */
  readonly clientHeaders?: ClientHeaders
  /** Headers that subgraphs gave for the client. Absent where the answer has no headers of its own. */
  readonly answerHeaders?: Record<string, string | string[]>
}

/** Facts of an operation of which nothing is known yet. */
export function unknownFacts(): Facts {
  return {
    operation: 'anonymous',
    hash: '',
    type: 'query',
    planUs: 0,
    executeUs: 0,
    fetches: 0,
    status: 'ok',
    errorCode: '',
    establishedUs: undefined,
  }
}
