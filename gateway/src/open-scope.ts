import type { Principal } from '@lighthouse/contract/principal'
import type { Stop } from '@lighthouse/contract/stops'
import { nowUs } from '@lighthouse/analytics/recorder/clock'
import type { Deadlines, Due } from './deadlines.js'
import { Ending } from './ending.js'
import { coded } from './errors.js'
import type { Envelope } from './receive.js'
import { type NoteStop, noteStops, type Sample } from './note-stops.js'
import { type GatewayRecorder, type Scope, unknownFacts } from './scope.js'
import type { BeginTrace } from './tracing/tracings.js'

export interface ScopeOptions {
  /** What ends operations that take too long. */
  readonly deadlines: Deadlines
  readonly recorder: GatewayRecorder
  /** Says whether the stops of a request are recorded. */
  readonly sample: Sample
  /** Begins traces for a collector; absent where there is none. */
  readonly beginTrace?: BeginTrace | undefined
  /** How this process is named in stops. */
  readonly process: string
  /** Keeps what the operation uses until the function that it returns is called. */
  readonly hold?: () => () => void
}

/** Opens the scope of one operation: its clock runs from the envelope's receipt. */
export function openScope(envelope: Envelope, options: ScopeOptions): Passing {
  return new Passing(envelope, options)
}

/** A scope while its operation passes the first steps, and the means to end it. */
class Passing implements Due {
  readonly scope: { -readonly [Key in keyof Scope]: Scope[Key] }
  readonly dueAt: number
  earlier: Due | undefined
  later: Due | undefined
  readonly #deadlines: Deadlines
  readonly #release: (() => void) | undefined
  #since: number

  constructor(envelope: Envelope, options: ScopeOptions) {
    const { requestId, trace, client, startedUs } = envelope
    const { deadlines, beginTrace } = options
    const traced = beginTrace?.(trace)
    this.#deadlines = deadlines
    this.#since = startedUs
    this.scope = {
      requestId,
      traceId: trace.traceId,
      client,
      principal: undefined,
      startedUs,
      deadlineAt: Math.floor(startedUs / 1_000) + deadlines.ms,
      ending: new Ending(),
      noteStop: notingOf(envelope, options, traced),
      trace: traced,
      span: {
        id: undefined,
        isSampled: beginTrace === undefined ? trace.isSampled : traced !== undefined,
        state: trace.state,
      },
      facts: unknownFacts(),
      freshness: undefined,
      clientHeaders: envelope.headers,
      answerHeaders: {},
    }
    this.#release = options.hold?.()
    this.dueAt = performance.now() + deadlines.ms
    deadlines.watch(this)
  }

  get principal(): Principal | undefined {
    return this.scope.principal
  }

  set principal(principal: Principal | undefined) {
    this.scope.principal = principal
  }

  /** Notes a step that began where the one before ended. */
  passed(stop: Stop): void {
    const { noteStop } = this.scope
    if (noteStop === undefined) return
    const now = nowUs()
    noteStop(stop, this.#since, now - this.#since)
    this.#since = now
  }

  /** The client's connection closed; unless it was answered, nobody waits any longer. Mutations go on. */
  leave(answered: boolean): void {
    if (!answered && this.scope.facts.type !== 'mutation') this.abandon()
  }

  /** The client went away, and what is still under way is only for its answer. */
  abandon(): void {
    const { facts, ending } = this.scope
    facts.status = 'cancelled'
    ending.end(coded('DEADLINE_EXCEEDED', 'The client went away.'))
  }

  /** Takes the deadline away: a subscription ends when one of its sides ends it. */
  unbound(): void {
    this.#deadlines.forget(this)
    this.scope.deadlineAt = Number.MAX_SAFE_INTEGER
  }

  expire(): void {
    this.scope.ending.end(coded('DEADLINE_EXCEEDED', 'The time of the request is over.'))
  }

  /** Ends what is under way because its client wants no more of it: no failure. */
  stop(): void {
    this.scope.ending.end(coded('DEADLINE_EXCEEDED', 'The client wants no more.'))
  }

  close(): void {
    this.#deadlines.forget(this)
    this.#release?.()
  }
}

export type { Passing }

function notingOf(
  { trace, walk, submittedUs, startedUs }: Envelope,
  { recorder, sample, process }: ScopeOptions,
  traced: Scope['trace'],
): NoteStop | undefined {
  const rows = sample(walk, startedUs) ? noteStops(recorder, trace.traceId, process) : undefined
  const noteStop = traced === undefined ? rows : traced.noting(rows)
  if (submittedUs !== undefined) noteStop?.('submit', submittedUs, startedUs - submittedUs)
  return noteStop
}
