import type { SubgraphAnswer } from '@lighthouse/contract/subgraph-request'
import { GraphQLError } from 'graphql'
import type { Authorized } from '../authorize/authorize.js'
import { Ending } from '../ending.js'
import { coded } from '../errors.js'
import { exactText } from '../exact-json.js'
import { begun, fetch, takeRoot } from '../fetch/fetch.js'
import { relocated } from '../fetch/relocated.js'
import { copied, type Fields, isFields } from '../fetch/merge.js'
import type { Request } from '../fetch/step.js'
import { type Asking, failureOf } from '../fetch/subgraph.js'
import { type Result, resultText } from '../result.js'
import type { Ready } from '../plan.js'
import type { Scope } from '../scope.js'
import { shape } from '../shape.js'
import type { Supergraph } from '../supergraph/supergraph.js'
import type { Delivered, Source } from './channel.js'

export interface Sourcing {
  readonly supergraph: Supergraph
  readonly asking: Omit<Asking, 'scope'>
  /** Milliseconds that filling one event from other subgraphs may take. */
  readonly deadlineMs: number
  /** Root fields whose events are states, the same for every caller of a role: the newest replaces what waits. */
  readonly conflated: readonly string[]
  /** Root fields whose streams begin with what happened before: who joins later would miss it, so nobody shares them. */
  readonly unshared: readonly string[]
}

type Planned = Exclude<Ready, { readonly errors: unknown }>

/** What the plan of a subscription subscribes to, and what its events become. */
export function sourceOf(
  ready: Planned,
  { key: documentKey, settle }: Pick<Authorized, 'key' | 'settle'>,
  scope: Scope,
  sourcing: Sourcing,
): Source {
  const first = ready.route.subscription
  if (first === undefined) throw new Error('The plan of a subscription does not begin with one.')
  const fields = ready.route.shape.rootFields.map((field) => field.name)
  const conflate = fields.every((name) => sourcing.conflated.includes(name))
  const mayShare = !fields.some((name) => sourcing.unshared.includes(name))
  const identity = identityOf(scope, conflate, sourcing)
  const operation = ready.planned.operation.name?.value
  return {
    key: mayShare ? exactText([documentKey, operation, ready.variables.given, identity]) : undefined,
    conflate,
    open: (signal) => events(first, ready, { scope, sourcing, signal }),
    async execute(answer, atUs) {
      const result = await fill(answer, { ...ready, request: first }, scope, sourcing)
      return {
        text: resultText(settle(result), scope),
        atUs,
        traces: tracesOf(answer.data),
      } satisfies Delivered
    },
  }
}

/** All that decides what a caller may be told: subscriptions that differ in it share nothing. */
function identityOf({ principal, clientHeaders }: Scope, byRole: boolean, { asking }: Sourcing): unknown {
  const told = [...asking.transports.values()].map((transport) =>
    transport.identityOf?.({ principal: undefined, clientHeaders }),
  )
  return [byRole ? principal?.role : principal, told]
}

interface Opening {
  readonly scope: Scope
  readonly sourcing: Sourcing
  readonly signal: AbortSignal
}

/** The subgraph's events. What goes wrong is told as a GraphQLError that is fit for clients. */
async function* events(
  request: Request,
  { variables: { given } }: Planned,
  { scope, sourcing, signal }: Opening,
): AsyncGenerator<SubgraphAnswer> {
  const service = request.subgraph
  const transport = sourcing.asking.transports.get(service)
  if (transport === undefined) {
    throw coded('SUBGRAPH_UNAVAILABLE', `Subgraph "${service}" cannot be reached.`, {
      extensions: { service },
    })
  }
  const variables: Fields = {}
  for (const name of request.variables) if (Object.hasOwn(given, name)) variables[name] = given[name]
  try {
    yield* transport.subscribe({
      query: request.query,
      variables,
      principal: scope.principal,
      requestId: scope.requestId,
      traceId: scope.traceId,
      deadlineAt: Number.MAX_SAFE_INTEGER,
      // Not the first client's: the stream ends when nobody listens any more.
      signal,
      noteStop: undefined,
      span: scope.span,
      clientHeaders: scope.clientHeaders,
    })
  } catch (cause) {
    if (cause instanceof GraphQLError && typeof cause.extensions['code'] === 'string' && !signal.aborted)
      throw relocated(cause, service)
    const { code, message } = failureOf(service, cause, signal.aborted)
    throw coded(code, message, { extensions: { service } })
  }
}

interface Filling extends Planned {
  readonly request: Request
}

async function fill(
  answer: SubgraphAnswer,
  { request, planned, variables, route }: Filling,
  scope: Scope,
  { asking, supergraph, deadlineMs }: Sourcing,
): Promise<Result> {
  const ending = new Ending()
  const late = () => ending.end(coded('DEADLINE_EXCEEDED', 'The time of the event is over.'))
  const timer = setTimeout(late, deadlineMs)
  const own = { ...scope, ending, deadlineAt: Date.now() + deadlineMs }
  const { transports, recorder, graph, log } = asking
  const gathering = begun({ transports, recorder, graph, log, scope: own }, variables.given)
  // An in-process subgraph may give the same object to others, and what is taken is written into.
  const taken = { ...answer, data: copied(answer.data ?? null) }
  takeRoot(taken, { request, way: [], places: [gathering.data], types: supergraph.types }, gathering)
  if (route.fetching !== undefined) await fetch(route.fetching, gathering)
  clearTimeout(timer)
  const { data, errors, shared } = gathering
  return shape(planned, route.shape, { data, errors, shared, coerced: variables.coerced })
}

/** Traces that a payload of live metrics names. */
function tracesOf(data: unknown): readonly string[] {
  if (!isFields(data)) return []
  return Object.values(data).flatMap((value) => {
    const traces = isFields(value) ? value['traces'] : undefined
    return Array.isArray(traces) ? traces.filter((one): one is string => typeof one === 'string') : []
  })
}
