import type { SubgraphAnswer } from '@lighthouse/contract/subgraph-request'
import type { GraphQLError } from 'graphql'
import type { TypeNames } from '../supergraph/type-names.js'
import { batchOf, type CompiledLookup, compileLookup, type Met, takeEntities } from './lookups.js'
import { copied, type Fields, isFields, mergeInto } from './merge.js'
import { compileRequest, Payload, type Variables } from './payload.js'
import { entityErrors, entityPaths, failureErrors, rootErrors, rootPaths } from './relocate.js'
import { renameKeys } from './rewrite.js'
import { sharingOf } from './sharing.js'
import type { EntityStep, RootStep, Step } from './step.js'
import { type Asking, ask } from './subgraph.js'
import { numbered, type Shared, Walk } from './walk.js'

/** An operation being fetched: what subgraphs gave so far, by response key, and what went wrong. */
export interface Gathering {
  readonly asking: Asking
  /** As the client sent them, with the defaults of those it did not send: handed on to subgraphs. */
  readonly given: Variables
  readonly data: Fields
  readonly errors: GraphQLError[]
  /** Objects that stand in several places of the data. */
  shared: Shared
  met: Met | undefined
}

/** A plan, compiled: asks what it must for one operation and merges what it is answered into the data. */
export type Fetching = (gathering: Gathering) => Promise<void>

/** Before entities were fetched: nothing is added to it. */
const NOTHING_SHARED: Shared = new Set()

/** What was gathered before anything was fetched. */
export function begun(asking: Asking, given: Variables): Gathering {
  return { asking, given, data: {}, errors: [], shared: NOTHING_SHARED, met: undefined }
}

/**
 * Runs a compiled plan: asks subgraphs in the order that it gives. Never rejects: a subgraph that fails leaves its fields
 * out and an error at every place that waited for them.
 */
export function fetch(fetching: Fetching, gathering: Gathering): Promise<void> {
  return fetching(gathering)
}

/** Compiles a plan once for all operations that run it. A subscription's own step is left to who subscribes. */
export function compileFetch(step: Step, types: TypeNames): Fetching {
  const sharing = sharingOf(step)
  const compile = (one: Step): Fetching => {
    switch (one.kind) {
      case 'sequence':
        return inSequence(one.steps.map(compile))
      case 'parallel':
        return inParallel(one.steps.map(compile))
      case 'root':
        return rootFetch(one, types)
      case 'entities':
        return entityFetch(
          one,
          one.lookups.map((lookup) => compileLookup(lookup, sharing.get(lookup), types)),
          types,
        )
      case 'subscription':
        throw new Error('A subscription is not fetched; it is subscribed to.')
    }
  }
  return compile(step)
}

function inSequence(steps: readonly Fetching[]): Fetching {
  return async (gathering) => {
    for (const step of steps) await step(gathering)
  }
}

function inParallel(steps: readonly Fetching[]): Fetching {
  return async (gathering) => {
    await Promise.all(steps.map((step) => step(gathering)))
  }
}

function rootFetch(step: RootStep, types: TypeNames): Fetching {
  const compiled = compileRequest(step.request)
  const ways = numbered([step.way])
  const placesOf = ({ data, shared }: Gathering): Fields[] => {
    const places: Fields[] = []
    const walk = new Walk(types, shared, (object) => void places.push(object))
    for (const way of ways) walk.along(way, data)
    return places
  }
  const isAtRoot = step.way.length === 0
  return async (gathering) => {
    const places = isAtRoot ? [gathering.data] : placesOf(gathering)
    if (places.length === 0) return
    const { request, way } = step
    const payload = new Payload(compiled, gathering.given)
    const reply = await ask(gathering.asking, { request, payload, kind: 'root', entities: 0 })
    if ('failure' in reply) {
      const paths = rootPaths(step, gathering.data, types)
      gathering.errors.push(...failureErrors(reply.failure, request.subgraph, paths))
    } else takeRoot(reply.answer, { request, way, places, types }, gathering)
  }
}

/** Where the answer of a root fetch belongs. */
export interface Rooted extends Pick<RootStep, 'request' | 'way'> {
  readonly places: readonly Fields[]
  readonly types: TypeNames
}

/** Merges the answer of a root fetch (or one event of a subscription) into the places that it belongs to. */
export function takeRoot(
  { data, errors }: SubgraphAnswer,
  { request, way, places, types }: Rooted,
  gathering: Gathering,
): void {
  if (errors !== undefined && errors.length > 0) {
    gathering.errors.push(...rootErrors(errors, { request, way }, { data: gathering.data, types }))
  }
  if (!isFields(data)) return
  renameKeys(data, request.renames, types)
  // Copied before the first place takes it as its own.
  const copies = places.slice(1).map(() => copied<Fields>(data))
  for (const [nth, place] of places.entries())
    mergeInto(place, nth === 0 ? data : (copies[nth - 1] ?? {}), types)
}

function entityFetch(step: EntityStep, lookups: readonly CompiledLookup[], types: TypeNames): Fetching {
  const { request } = step
  const compiled = compileRequest(request)
  const kind = lookups.length === 1 && lookups[0]?.lookup.alias === '_entities' ? 'entity' : 'batch_entity'
  return async (gathering) => {
    if (gathering.shared === NOTHING_SHARED) gathering.shared = new Set()
    const { data: known, shared } = gathering
    const met = (gathering.met ??= new Map())
    const batches = lookups.map((lookup) => batchOf(lookup, known, shared, met))
    const entities = batches.reduce((sum, { texts }) => sum + texts.length, 0)
    if (entities === 0) return
    const payload = new Payload(compiled, gathering.given, batches)
    const reply = await ask(gathering.asking, { request, payload, kind, entities })
    if ('failure' in reply) {
      const paths = entityPaths(batches, gathering.data)
      gathering.errors.push(...failureErrors(reply.failure, request.subgraph, paths))
      return
    }
    const { data, errors } = reply.answer
    if (errors !== undefined && errors.length > 0) {
      gathering.errors.push(...entityErrors(errors, { request, batches, data: gathering.data }))
    }
    if (!isFields(data)) return
    renameKeys(data, request.renames, types)
    for (const batch of batches) takeEntities(data[batch.compiled.lookup.alias], batch, shared)
  }
}
