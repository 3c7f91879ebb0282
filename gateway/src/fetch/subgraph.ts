import type { ErrorCode } from '@lighthouse/contract/error-codes'
import type { FetchKind, FetchRow, RowStatus } from '@lighthouse/contract/operation-row'
import type {
  FetchNotes,
  SubgraphAnswer,
  SubgraphRequest,
  SubgraphTransport,
} from '@lighthouse/contract/subgraph-request'
import { nowUs } from '@lighthouse/analytics/recorder/clock'
import type { GatewayRecorder, Log, Scope } from '../scope.js'
import type { FetchTrace } from '../tracing/operation-trace.js'
import { GraphQLError } from 'graphql'
import type { Ending } from '../ending.js'
import { isErrorCode } from '../errors.js'
import { isFields } from './merge.js'
import { emptyNotes } from './http-transport.js'
import type { Payload } from './payload.js'
import type { Request } from './step.js'
import { TransportError } from './transport-error.js'

/** Why a subgraph gave no usable answer. The message is fit for clients: it names the subgraph and nothing else. */
export interface Failure {
  readonly code: ErrorCode
  readonly message: string
}

export type Reply = { readonly answer: SubgraphAnswer } | { readonly failure: Failure }

export interface Asking {
  readonly transports: ReadonlyMap<string, SubgraphTransport>
  readonly recorder: GatewayRecorder
  readonly graph: string
  readonly scope: Scope
  readonly log: Log
}

export interface Question {
  readonly request: Request
  readonly payload: Payload
  readonly kind: FetchKind
  readonly entities: number
}

/** Asks one subgraph one thing. Never rejects: what goes wrong is a failure with a code. Writes one row. */
export async function ask(asking: Asking, question: Question): Promise<Reply> {
  const { scope } = asking
  const started = nowUs()
  scope.facts.fetches += 1
  const notes = emptyNotes()
  const trace = scope.trace?.fetch()
  const { subgraph } = question.request
  let reply: Reply
  try {
    const answering = attempt(asking, question, { notes, trace })
    reply = answering === undefined ? unavailable(subgraph) : checked(subgraph, await answering)
  } catch (cause) {
    reply = failed(asking, subgraph, cause)
  }
  const { status, code } = 'failure' in reply ? endOfFailure(reply.failure) : endOf(reply.answer)
  if (notes.headers !== undefined) keepHeaders(scope, notes.headers)
  scope.freshness?.take(notes.kept)
  const row: FetchRow = {
    ts: Math.floor(started / 1_000),
    graph: asking.graph,
    subgraph,
    operation: scope.facts.operation,
    fetch_kind: question.kind,
    duration_us: nowUs() - started,
    entities: question.entities,
    status,
    http_status: notes.httpStatus === 0 && !('failure' in reply) ? 200 : notes.httpStatus,
    bytes_in: notes.bytesIn,
    trace_id: scope.traceId,
    retries: notes.attempts - 1 + (notes.isHedged ? 1 : 0),
    dedup: notes.isShared ? 1 : 0,
    cache_tier: notes.cacheTier,
  }
  asking.recorder.fetch(row)
  trace?.end(row, {
    startedUs: started,
    type: question.request.type,
    url: asking.transports.get(subgraph)?.url,
    code,
  })
  return reply
}

const FAILURE_STATUS: Partial<Record<ErrorCode, RowStatus>> = { DEADLINE_EXCEEDED: 'timeout' }

interface FetchEnded {
  readonly status: RowStatus
  /** The code of what went wrong; '' for nothing. */
  readonly code: string
}

function endOfFailure({ code }: Failure): FetchEnded {
  return { status: FAILURE_STATUS[code] ?? 'internal', code }
}

function endOf({ errors }: SubgraphAnswer): FetchEnded {
  if (errors === undefined || errors.length === 0) return WELL
  const code = errors[0]?.extensions?.['code']
  return { status: 'graphql_error', code: typeof code === 'string' ? code : 'SUBGRAPH_ERROR' }
}

const WELL: FetchEnded = { status: 'ok', code: '' }

/** What is noted of a fetch while it is under way. */
interface Noting {
  readonly notes: FetchNotes
  readonly trace: FetchTrace | undefined
}

/** Asks once, with all that the transport does of its own accord. Never throws: the promise rejects. */
function attempt(asking: Asking, question: Question, noting: Noting): Promise<SubgraphAnswer> | undefined {
  const transport = asking.transports.get(question.request.subgraph)
  if (transport === undefined) return undefined
  const { scope } = asking
  // An in-process subgraph may not heed the signal; nobody waits for it after the deadline all the same.
  return scope.ending.race(transport.request(new FetchRequest(scope, question, noting)))
}

function failed(asking: Asking, name: string, cause: unknown): Reply {
  asking.log('a subgraph gave no answer', {
    subgraph: name,
    requestId: asking.scope.requestId,
    cause: cause instanceof Error ? cause.message : String(cause),
  })
  return { failure: failureOf(name, cause, isLate(asking.scope)) }
}

/**
 * The request as a transport carries it. Its variables, its body and its signal are made when they are asked for: the wire
 * wants the one, subgraphs in this process the other, and who is done at once none.
 */
class FetchRequest implements SubgraphRequest {
  readonly query: string
  readonly principal: SubgraphRequest['principal']
  readonly requestId: string
  readonly traceId: string
  readonly deadlineAt: number
  readonly noteStop: SubgraphRequest['noteStop']
  readonly span: SubgraphRequest['span']
  readonly notes: FetchNotes
  readonly clientHeaders: SubgraphRequest['clientHeaders']
  readonly isFresh: boolean
  readonly #payload: Payload
  readonly #ending: Ending

  constructor(scope: Scope, { request, payload }: Question, { notes, trace }: Noting) {
    this.query = request.query
    this.principal = scope.principal
    this.requestId = scope.requestId
    this.traceId = scope.traceId
    this.deadlineAt = scope.deadlineAt
    this.noteStop = trace?.noteStop ?? scope.noteStop
    this.span = trace?.span ?? scope.span
    this.notes = notes
    this.clientHeaders = scope.clientHeaders
    this.isFresh = scope.facts.type === 'mutation'
    this.#payload = payload
    this.#ending = scope.ending
  }

  get variables(): SubgraphRequest['variables'] {
    return this.#payload.variables
  }

  get body(): string {
    return this.#payload.body
  }

  get signal(): AbortSignal {
    return this.#ending.signal
  }
}

/** The first subgraph that gives a header sets it for the client; cookies are set by each. */
function keepHeaders(scope: Scope, headers: NonNullable<FetchNotes['headers']>): void {
  const kept = scope.answerHeaders
  if (kept === undefined) return
  for (const [name, value] of Object.entries(headers)) {
    if (name === 'set-cookie') kept[name] = [...(kept[name] ?? []), ...[value].flat()]
    else if (kept[name] === undefined) kept[name] = typeof value === 'string' ? value : [...value]
  }
}

function checked(name: string, answer: unknown): Reply {
  if (isFields(answer)) {
    const { data, errors } = answer
    const hasErrors = Array.isArray(errors) && errors.length > 0
    if (isFields(data) || ((data === undefined || data === null) && hasErrors)) {
      return { answer: answer as SubgraphAnswer }
    }
  }
  return {
    failure: {
      code: 'SUBGRAPH_ERROR',
      message: `Subgraph "${name}" answered with something that is not GraphQL.`,
    },
  }
}

function unavailable(name: string): Reply {
  return { failure: { code: 'SUBGRAPH_UNAVAILABLE', message: `Subgraph "${name}" cannot be reached.` } }
}

function isLate({ ending, deadlineAt }: Scope): boolean {
  return ending.isOver || Date.now() >= deadlineAt
}

/** What a client is told of a rejected request; `late`: nobody waited for it any longer. */
export function failureOf(name: string, cause: unknown, late: boolean): Failure {
  if (late) {
    return {
      code: 'DEADLINE_EXCEEDED',
      message: `Subgraph "${name}" did not answer within the time of the request.`,
    }
  }
  // An in-process subgraph refuses with an error that has one of the public codes already.
  if (cause instanceof GraphQLError && isErrorCode(cause.extensions['code'])) {
    return { code: cause.extensions['code'], message: cause.message }
  }
  if (cause instanceof TransportError) return { code: cause.code, message: cause.message }
  return { code: 'SUBGRAPH_UNAVAILABLE', message: `Subgraph "${name}" cannot be reached.` }
}
