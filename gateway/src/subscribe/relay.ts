import { nowUs } from '@lighthouse/analytics/recorder/clock'
import type { ExecutionResult } from 'graphql'
import { LRUCache } from 'lru-cache'
import { coded } from '../errors.js'
import type { Executable } from '../executable.js'
import { fetch, type Gathering, takeRoot } from '../fetch/fetch.js'
import { copied, type Fields, isFields } from '../fetch/merge.js'
import type { Request, Step } from '../fetch/step.js'
import { type Asking, failureOf } from '../fetch/subgraph.js'
import { noteFailure } from '../lifecycle.js'
import { plan, type Planned, type Plans } from '../plan.js'
import type { GatewayRecorder, Scope } from '../scope.js'
import { shape } from '../shape.js'
import type { Selection } from '../shape/selection.js'
import type { Supergraph } from '../supergraph/supergraph.js'

import { QueueOverflow } from './bounded-queue.js'
import type { Subscriber, UpstreamEvent, Upstreams } from './upstream.js'

export interface Relaying {
  readonly supergraph: Supergraph
  readonly plans: Plans
  readonly upstreams: Upstreams
  readonly asking: Omit<Asking, 'scope'>
  readonly recorder: GatewayRecorder
  /** How this process is named in stops. */
  readonly process: string
  /** Milliseconds that filling one event from other subgraphs may take. */
  readonly deadlineMs: number
  /** Root fields whose events are states, not facts: the newest replaces what waits, and equal ones share a stream. */
  readonly conflated: readonly string[]
}

/** Traces whose `relay` was noted; the oldest are forgotten. */
const MAX_RELAYED_TRACES = 1_000
const relayed = new LRUCache<string, true>({ max: MAX_RELAYED_TRACES })

/**
 * Relays a subscription of a valid document: each event of the subgraph, with the fields of other subgraphs filled in,
 * shaped as the client selected. A stream that breaks ends with a coded error; a reader that falls behind gets
 * QueueOverflow thrown.
 */
export async function* relay(
  executable: Executable,
  scope: Scope,
  relaying: Relaying,
): AsyncGenerator<ExecutionResult> {
  const ready = await plan(executable, relaying.plans)
  const { planned } = ready
  scope.facts.operation = planned.operation.name?.value ?? scope.facts.operation
  scope.facts.type = 'subscription'
  if ('errors' in ready) {
    noteFailure(scope, ready.errors[0])
    yield { errors: ready.errors }
    return
  }
  const { step, selection } = ready.route
  const { first, tail } = split(step)
  const source = { planned, selection, ...ready.variables, request: first, tail }
  const subscriber = subscribe(source, scope, relaying)
  scope.facts.establishedUs = nowUs()
  const leave = () => subscriber.leave()
  scope.signal.addEventListener('abort', leave, { once: true })
  try {
    for (;;) {
      const event = await subscriber.next()
      if (event === undefined) return
      const result = await fill(event, source, scope, relaying)
      const traces = tracesOf(event.answer.data)
      yield result
      // The client's socket took the event when the next one is asked for.
      noteRelay(traces, event.atUs, relaying)
    }
  } catch (cause) {
    if (cause instanceof QueueOverflow) throw cause
    const { code, message } = failureOf(first.subgraph, cause, scope)
    const error = coded(code, message, {
      extensions: { service: first.subgraph, requestId: scope.requestId },
    })
    noteFailure(scope, error)
    yield { errors: [error] }
  } finally {
    scope.signal.removeEventListener('abort', leave)
    leave()
  }
}

interface Source {
  readonly planned: Planned
  readonly selection: Selection
  readonly given: Gathering['given']
  readonly coerced: Gathering['coerced']
  readonly request: Request
  readonly tail: readonly Step[]
}

/** The planner puts the subscription first and what fills its events in after it. */
function split(step: Step | undefined): { first: Request; tail: readonly Step[] } {
  if (step?.kind === 'subscription') return { first: step.request, tail: [] }
  if (step?.kind === 'sequence') {
    const [head, ...tail] = step.steps
    if (head?.kind === 'subscription') return { first: head.request, tail }
  }
  throw new Error('The plan of a subscription does not begin with one.')
}

function subscribe(source: Source, scope: Scope, relaying: Relaying): Subscriber {
  const { request } = source
  const transport = relaying.asking.transports.get(request.subgraph)
  if (transport === undefined)
    throw coded('SUBGRAPH_UNAVAILABLE', `Subgraph "${request.subgraph}" cannot be reached.`)
  const variables: Fields = {}
  for (const name of request.variables) {
    if (Object.hasOwn(source.given, name)) variables[name] = source.given[name]
  }
  const fields = source.selection.fieldsOf(source.planned.rootType)
  const conflate = fields.every((field) => relaying.conflated.includes(field.name))
  const role = scope.principal?.role ?? ''
  const clientHeaders = scope.clientHeaders
  // Only what is passed on of the client tells streams apart here; the principal is looked at below.
  const identity = transport.identityOf?.({ principal: undefined, clientHeaders }) ?? ''
  const key = JSON.stringify([request.subgraph, request.query, variables, role, identity])
  return relaying.upstreams.open({
    transport,
    request: {
      query: request.query,
      variables,
      principal: scope.principal,
      requestId: scope.requestId,
      traceId: scope.traceId,
      deadlineAt: Number.MAX_SAFE_INTEGER,
      noteStop: undefined,
      clientHeaders,
    },
    // Only what says nothing about who asks is shared; without authentication that is everything.
    shareKey: conflate || scope.principal === undefined ? key : undefined,
    conflate,
  })
}

async function fill(
  event: UpstreamEvent,
  source: Source,
  scope: Scope,
  relaying: Relaying,
): Promise<ExecutionResult> {
  const deadline = AbortSignal.timeout(relaying.deadlineMs)
  const own = { ...scope, signal: deadline, deadlineAt: Date.now() + relaying.deadlineMs }
  const gathering: Gathering = {
    asking: { ...relaying.asking, scope: own },
    supergraph: relaying.supergraph,
    given: source.given,
    coerced: source.coerced,
    data: {},
    errors: [],
  }
  // The event may be shared with other clients, and what is taken is written into.
  const answer = { ...event.answer, data: copied(event.answer.data ?? null) }
  takeRoot(answer, source.request, [{ object: gathering.data, path: undefined }], gathering)
  for (const step of source.tail) await fetch(step, gathering)
  const { data, errors } = shape(source.planned, source.selection, gathering)
  return errors.length === 0 ? { data } : { data, errors }
}

/** Traces that a liveMetrics payload names. */
function tracesOf(data: unknown): readonly string[] {
  if (!isFields(data)) return []
  return Object.values(data).flatMap((value) => {
    const traces = isFields(value) ? value['traces'] : undefined
    return Array.isArray(traces) ? traces.filter((one): one is string => typeof one === 'string') : []
  })
}

function noteRelay(traces: readonly string[], atUs: number, { recorder, process }: Relaying): void {
  for (const traceId of traces) {
    if (relayed.has(traceId)) continue
    relayed.set(traceId, true)
    recorder.stop({
      ts: Math.floor(atUs / 1_000),
      trace_id: traceId,
      stop: 'relay',
      process,
      start_us: atUs,
      duration_us: nowUs() - atUs,
    })
  }
}
