import type { Principal } from '@lighthouse/contract/principal'
import type { Stop } from '@lighthouse/contract/stops'
import { nowUs } from '@lighthouse/analytics/recorder/clock'
import { coded } from './errors.js'
import type { Envelope } from './receive.js'
import { type GatewayRecorder, type NoteStop, type Scope, unknownFacts } from './scope.js'
import { noteStops } from './trace.js'
import type { BeginTrace } from './tracing/tracings.js'

export interface ScopeOptions {
  /** Milliseconds that an operation may take. */
  readonly deadlineMs: number
  readonly recorder: GatewayRecorder
  /** Says whether the stops of a request are recorded. */
  readonly sample: (asked: boolean) => boolean
  /** Begins traces for a collector; absent where there is none. */
  readonly beginTrace?: BeginTrace | undefined
  /** How this process is named in stops. */
  readonly process: string
  /** Keeps what the operation uses until the function that it returns is called. */
  readonly hold?: () => () => void
}

/** A scope while its operation passes the first steps, and the means to end it. */
export interface Passing {
  readonly scope: Scope
  principal: Principal | undefined
  /** Notes a step that began where the one before ended. */
  passed(stop: Stop): void
  /** The client's connection closed; unless it was answered, nobody waits any longer. Mutations go on. */
  leave(answered: boolean): void
  /** Takes the deadline away: a subscription ends when one of its sides ends it. */
  unbound(): void
  /** Ends what is under way because its client wants no more of it: no failure. */
  stop(): void
  close(): void
}

/** Opens the scope of one operation: its clock runs from the envelope's receipt. */
export function openScope(envelope: Envelope, options: ScopeOptions): Passing {
  const { requestId, trace, client, startedUs } = envelope
  const { traceId } = trace
  const traced = options.beginTrace?.(trace)
  const rows: NoteStop | undefined = options.sample(envelope.walk)
    ? noteStops(options.recorder, traceId, options.process)
    : undefined
  const noteStop = traced === undefined ? rows : traced.noting(rows)
  if (envelope.submittedUs !== undefined) {
    noteStop?.('submit', envelope.submittedUs, startedUs - envelope.submittedUs)
  }
  const release = options.hold?.()
  const controller = new AbortController()
  const expire = () => controller.abort(coded('DEADLINE_EXCEEDED', 'The time of the request is over.'))
  const timer = setTimeout(expire, options.deadlineMs)
  const scope: { -readonly [Key in keyof Scope]: Scope[Key] } = {
    requestId,
    traceId,
    client,
    principal: undefined,
    startedUs,
    deadlineAt: Math.floor(startedUs / 1_000) + options.deadlineMs,
    signal: controller.signal,
    noteStop,
    trace: traced,
    span: {
      id: undefined,
      isSampled: options.beginTrace === undefined ? trace.isSampled : traced !== undefined,
      state: trace.state,
    },
    facts: unknownFacts(),
    clientHeaders: envelope.headers,
    answerHeaders: {},
  }
  let since = startedUs
  return {
    scope,
    get principal() {
      return scope.principal
    },
    set principal(principal) {
      scope.principal = principal
    },
    passed(stop) {
      const now = nowUs()
      noteStop?.(stop, since, now - since)
      since = now
    },
    leave(answered) {
      if (answered || scope.facts.type === 'mutation') return
      scope.facts.status = 'cancelled'
      controller.abort(coded('DEADLINE_EXCEEDED', 'The client went away.'))
    },
    unbound() {
      clearTimeout(timer)
      scope.deadlineAt = Number.MAX_SAFE_INTEGER
    },
    stop: () => controller.abort(coded('DEADLINE_EXCEEDED', 'The client wants no more.')),
    close() {
      clearTimeout(timer)
      release?.()
    },
  }
}
