import type { IncomingMessage, ServerResponse } from 'node:http'
import { nowUs } from '@lighthouse/analytics/recorder/clock'
import type { GraphQLError } from 'graphql'
import { admit } from './admit.js'
import { coded, Refusal } from './errors.js'
import type { Executable } from './executable.js'
import { type Executing, executing, type Permitted } from './executing.js'
import { begun, fetch } from './fetch/fetch.js'
import { exposeHeaders, extendHead, giveHead, type Head, varyBy } from './http/head.js'
import { pack } from './http/pack.js'
import { sendParts } from './http/send-parts.js'
import { limitResponse } from './limit.js'
import { masked } from './masked.js'
import { plan } from './plan.js'
import { open, receive, type Received, type Receiving } from './receive.js'
import { type Recording, record } from './record.js'
import { refusalAnswer } from './refusal-answer.js'
import type { Answer, Respond } from './respond.js'
import { noteFailure, type Result } from './result.js'
import type { Log, Scope } from './scope.js'
import { openScope, type Passing, type ScopeOptions } from './open-scope.js'
import { shape } from './shape.js'
import type { Streaming } from './subscribe/begin.js'
import type { EventStreams } from './subscribe/event-streams.js'
import { noted } from './note-stops.js'

/** What the conductor needs; made once, when the gateway starts. */
export interface Operating extends Receiving, Executing {
  readonly respond: Respond
  readonly events: EventStreams
  readonly streaming: Streaming
  readonly scopes: ScopeOptions
  readonly recording: Recording
  /** Whole answers go out as gzip to clients that take it. */
  readonly compression?: boolean | undefined
}

/**
 * One operation over HTTP: receive → admit → plan → fetch → shape → record. Always answers, with
 * JSON or with events, and always writes a row; never rejects.
 */
export async function operate(
  request: IncomingMessage,
  response: ServerResponse,
  head: Head,
  operating: Operating,
): Promise<void> {
  const envelope = open(request.headers, head[1])
  const passing = openScope(envelope, operating.scopes)
  let answer: Answer
  let bytes: number
  try {
    const taken = receive(request, envelope, operating)
    const received = taken instanceof Promise ? await taken : taken
    passing.passed('receive')
    const stream = (asked: Received): Promise<void> | undefined => {
      const framing = operating.events.framingOf(asked)
      if (framing === undefined || asked.query === undefined) return undefined
      giveHead(response, head)
      return operating.events.serve(asked, response, { framing, passing, streaming: operating.streaming })
    }
    const streamed = stream(received)
    if (streamed !== undefined) return await streamed
    const credential = operating.door.identification.credentialOf(received.headers, received.mayUseCookie)
    const entering = admit(credential, received, operating.door)
    const { principal, query } = entering instanceof Promise ? await entering : entering
    passing.principal = principal
    passing.passed('admit')
    const asked = query === received.query ? received : { ...received, query }
    // Only now is it known what a document is that was named.
    const named = received.query === undefined ? stream(asked) : undefined
    if (named !== undefined) return await named
    response.on('close', () => passing.leave(response.writableFinished))
    answer = await operating.respond(asked, passing.scope)
    bytes = Buffer.byteLength(answer.text)
    limitResponse(bytes, operating.door.limits.of(principal))
  } catch (cause) {
    answer = refuse(cause, passing.scope, operating.log)
    bytes = Buffer.byteLength(answer.text)
  }
  const packing = operating.compression === true && answer.later === undefined
  const packed = packing ? await pack(answer.text, bytes, request.headers) : undefined
  const finished = { answer, head, bytes, packed }
  if (answer.later === undefined) finish(response, finished, passing.scope, operating)
  else await finishInParts(response, finished, passing, operating)
  passing.close()
}

/** Runs one operation of a valid document, query or mutation. Never rejects: faults of ours are masked and logged. */
export function execute(executable: Executable, scope: Scope, operating: Executing): Promise<Result> {
  return executing(executable, scope, operating, run)
}

async function run({ executable, authorized, scope, operating, startedUs }: Permitted): Promise<Result> {
  const { facts, noteStop } = scope
  const planning = noted(noteStop, 'plan', () => plan(authorized.executable, operating.plans))
  const ready = planning instanceof Promise ? await planning : planning
  facts.planUs = nowUs() - startedUs
  if ('errors' in ready) return { errors: ready.errors }
  if (executable.definition.operation === 'subscription') return { errors: [needsSocket()] }
  const { given, coerced } = ready.variables
  const { transports, recorder, graph, log } = operating.asking
  const gathering = begun({ transports, recorder, graph, log, scope }, given)
  const { fetching } = ready.route
  if (fetching !== undefined) await noted(noteStop, 'fetch', () => fetch(fetching, gathering))
  const { data, errors, shared } = gathering
  const gathered = { data, errors, shared, coerced }
  return authorized.settle(noted(noteStop, 'shape', () => shape(ready.planned, ready.route.shape, gathered)))
}

interface Finished {
  readonly answer: Answer
  readonly head: Head
  readonly bytes: number
  /** The same as gzip. */
  readonly packed?: Buffer | undefined
}

function finish(
  response: ServerResponse,
  { answer, head, bytes, packed }: Finished,
  scope: Scope,
  operating: Operating,
): void {
  const { status, headers, text } = answer
  if (!response.destroyed) {
    const extended = extendHead(head, scope.answerHeaders, headers)
    if (scope.answerHeaders !== undefined) exposeHeaders(extended, Object.keys(scope.answerHeaders))
    if (operating.compression === true) varyBy(extended, 'accept-encoding')
    if (packed !== undefined) extended.push('content-encoding', 'gzip')
    extended.push('content-length', String(packed?.length ?? bytes))
    response.writeHead(status, extended)
    // What is `end`ed with a text is two pieces for the socket and a writev; let out before the end, head and body are one.
    response.cork()
    // What is ASCII needs no encoder, nor the room that it would take for the worst.
    if (packed === undefined) response.write(text, bytes === text.length ? 'latin1' : 'utf8')
    else response.write(packed)
    response.uncork()
    response.end()
  }
  record(scope, { httpStatus: status, bytesOut: packed?.length ?? bytes }, operating.recording)
}

async function finishInParts(
  response: ServerResponse,
  { answer, head }: Finished,
  passing: Passing,
  operating: Operating,
): Promise<void> {
  giveHead(response, head)
  // What a mutation does is done by now.
  response.once('close', () => response.writableFinished || passing.abandon())
  const bytesOut = await sendParts(response, answer, passing.scope)
  record(passing.scope, { httpStatus: answer.status, bytesOut }, operating.recording)
}

function needsSocket(): GraphQLError {
  return coded(
    'BAD_REQUEST',
    'Subscriptions are served over WebSocket (graphql-transport-ws), as server-sent events (Accept: text/event-stream) and in parts (Accept: multipart/mixed; subscriptionSpec=1.0) at this address.',
  )
}

/** The answer to an operation that was not executed; what is no Refusal is masked and logged. */
export function refuse(cause: unknown, scope: Scope, log: Log): Answer {
  if (!(cause instanceof Refusal)) masked(cause, scope, log)
  const answer = refusalAnswer(cause, scope.requestId)
  noteFailure(scope, { extensions: { code: answer.code } })
  return answer
}
