import type { Counted } from '@lighthouse/contract/subgraph-request'
import type {
  SubgraphAnswer,
  SubgraphRequest,
  SubgraphTransport,
} from '@lighthouse/contract/subgraph-request'
import { makeExecutableSchema } from '@graphql-tools/schema'
import {
  type GraphQLResolveInfo,
  type GraphQLScalarType,
  type GraphQLSchema,
  OperationTypeNode,
  createSourceEventStream,
  execute,
} from 'graphql'
import { refusal, toAnswer } from './answer.js'
import { type DocumentRead, type ReadDocument, createDocuments } from './documents.js'
import { type EntityResolvers, type Representation, resolveEntities } from './entities.js'
import { coded } from './errors.js'
import { type Health, createHealth } from './health.js'
import { type LoadCounts, openLoads } from './load.js'
import { type Log, QUIET } from './log.js'
import { SCALARS } from './scalars.js'
import { type Scope, openScope } from './scope.js'
import { federationFields, readSdl } from './sdl.js'
import { stream } from './stream.js'
import { untilAborted } from './until-aborted.js'

type Field<S> = {
  resolve(source: unknown, args: Record<string, unknown>, scope: S, info: GraphQLResolveInfo): unknown
}['resolve']

/** A field's resolver, or for fields of Subscription a source of events and what each becomes. */
export type FieldResolver<S> = Field<S> | { readonly subscribe: Field<S>; readonly resolve?: Field<S> }
export type FieldResolvers<S> = Readonly<Record<string, FieldResolver<S>>>
export type Resolvers<S = Scope> = Readonly<Record<string, GraphQLScalarType | FieldResolvers<S>>>

export interface SubgraphDefinition<S extends Scope> {
  readonly name: string
  /** The subgraph's SDL, with its federation directives. */
  readonly typeDefs: string
  /** Resolvers by type and field. JSON, DateTime and SafeInt come with the chassis. */
  readonly resolvers: Resolvers<S>
  /** How references to this subgraph's entities become objects; every type with a resolvable @key needs one. */
  readonly entities?: EntityResolvers<S>
  /** Adds what this subgraph's resolvers need to know about each request. */
  readonly scope?: (scope: Scope) => S
  readonly log?: Log
  /** Tells /readyz what this subgraph depends on. */
  readonly health?: Health
  /** What it counts for itself beside its requests, for /metrics. */
  readonly counted?: readonly Counted[]
  /** Closes what the subgraph opened; called once, after the last answer. */
  readonly close?: () => Promise<void>
}

/** A subgraph in this process: also a transport, so callers need not know that it is near. */
export interface Subgraph extends SubgraphTransport, AsyncDisposable {
  /** As given, for composition. */
  readonly sdl: string
  readonly schema: GraphQLSchema
  /** What each loader did; proves batching. */
  readonly loads: LoadCounts
  readonly health: Health
  readonly counted: readonly Counted[]
}

/**
 * Makes a subgraph out of SDL and resolvers. Throws when they do not fit each other. `request` and `subscribe` reject
 * with SHUTTING_DOWN after disposal; `request` rejects with DEADLINE_EXCEEDED when `signal` aborts (`subscribe` ends
 * then), and `subscribe` when the subscription is refused; every other fault is in the answer.
 */
export function defineSubgraph<S extends Scope = Scope>(definition: SubgraphDefinition<S>): Subgraph {
  const { name, typeDefs: sdl, log = QUIET, health = createHealth() } = definition
  const schema = makeSchema(definition)
  const read = createDocuments(schema)
  const loads: LoadCounts = new Map()
  const widen = definition.scope ?? ((scope: Scope) => scope as S)
  const scopeOf = (request: SubgraphRequest): S => widen(openScope(request, name, openLoads(request, loads)))
  let closing: Promise<void> | undefined

  const run = (found: ReadDocument, request: SubgraphRequest, rootValue?: unknown) =>
    execute({
      schema,
      document: found.document,
      variableValues: request.variables,
      contextValue: scopeOf(request),
      rootValue,
    })

  const admit = (request: SubgraphRequest): DocumentRead => {
    if (closing !== undefined) throw coded('SHUTTING_DOWN', `The ${name} subgraph is stopping.`)
    return read(request.query)
  }

  const source = async (found: ReadDocument, request: SubgraphRequest) =>
    createSourceEventStream({
      schema,
      document: found.document,
      variableValues: request.variables,
      contextValue: scopeOf(request),
    })

  return {
    name,
    sdl,
    schema,
    loads,
    health,
    counted: definition.counted ?? [],
    async request(request) {
      const found = admit(request)
      if (!('document' in found)) return toAnswer({ errors: found }, request.requestId, log)
      if (found.type === OperationTypeNode.SUBSCRIPTION) {
        throw coded('BAD_REQUEST', 'A subscription is sent by subscribe, not by request.')
      }
      const result = await untilAborted(request, () => run(found, request))
      return toAnswer(result, request.requestId, log)
    },
    subscribe: (request) =>
      stream<SubgraphAnswer>(request.signal, async (signal) => {
        const found = admit(request)
        if (!('document' in found)) throw refusal(toAnswer({ errors: found }, request.requestId, log))
        const inner = { ...request, variables: request.variables, signal }
        const events = await source(found, inner)
        if (!(Symbol.asyncIterator in events)) throw refusal(toAnswer(events, request.requestId, log))
        const each = async (event: unknown) =>
          toAnswer(await run(found, inner, event), request.requestId, log)
        return { events, each }
      }),
    [Symbol.asyncDispose]: () => (closing ??= definition.close?.() ?? Promise.resolve()),
  }
}

function makeSchema<S extends Scope>(definition: SubgraphDefinition<S>): GraphQLSchema {
  const { name, typeDefs, resolvers, entities = {} } = definition
  const sdl = readSdl(typeDefs)
  const missing = sdl.entities.filter((entity) => !(entity in entities))
  if (missing.length > 0)
    throw new Error(`Subgraph ${name} has no entity resolver for ${missing.join(', ')}.`)
  const scalars = Object.fromEntries(
    sdl.scalars.flatMap((scalar) => (SCALARS[scalar] === undefined ? [] : [[scalar, SCALARS[scalar]]])),
  )
  const query = {
    ...(resolvers['Query'] as FieldResolvers<S> | undefined),
    _service: () => ({ sdl: typeDefs }),
    ...(sdl.entities.length > 0 && {
      _entities: (_root: unknown, args: { representations: Representation[] }, scope: S) =>
        resolveEntities(entities, args.representations, scope),
    }),
  }
  return makeExecutableSchema<S>({
    typeDefs: [sdl.document, federationFields(sdl.entities)],
    resolvers: { ...scalars, ...resolvers, Query: query } as Parameters<
      typeof makeExecutableSchema<S>
    >[0]['resolvers'] &
      object,
    resolverValidationOptions: { requireResolversToMatchSchema: 'error' },
  })
}
