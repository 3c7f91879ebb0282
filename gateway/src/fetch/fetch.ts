import type { SubgraphAnswer } from '@lighthouse/contract/subgraph-request'
import type { GraphQLError } from 'graphql'
import type { Supergraph } from '../supergraph/supergraph.js'
import { type Batch, batchOf, type Place, placesAlong } from './entities.js'
import { copied, type Fields, isFields, mergeInto } from './merge.js'
import { pathKeys } from './path.js'
import type { Variables } from './representation.js'
import { entityErrors, failureErrors, rootErrors } from './relocate.js'
import { renameKeys } from './rewrite.js'
import { rootKeys } from './root-keys.js'
import type { Request, Step } from './step.js'
import { type Asking, ask } from './subgraph.js'

/** An operation being fetched: what subgraphs gave so far, by response key, and what went wrong. */
export interface Gathering {
  readonly asking: Asking
  readonly supergraph: Supergraph
  /** As the client sent them, with the defaults of those it did not send: handed on to subgraphs. */
  readonly given: Variables
  /** Coerced: decide @skip and @include. */
  readonly coerced: Variables
  readonly data: Fields
  readonly errors: GraphQLError[]
}

/**
 * Walks the plan: asks subgraphs in the order that it gives and merges what they answer into `data`. Never rejects:
 * a subgraph that fails leaves its fields out and an error at every place that waited for them.
 */
export async function fetch(step: Step, gathering: Gathering): Promise<void> {
  switch (step.kind) {
    case 'sequence':
      for (const one of step.steps) await fetch(one, gathering)
      return
    case 'parallel':
      await Promise.all(step.steps.map((one) => fetch(one, gathering)))
      return
    case 'condition': {
      const branch = gathering.coerced[step.variable] === true ? step.then : step.otherwise
      if (branch !== undefined) await fetch(branch, gathering)
      return
    }
    case 'root':
      return fetchRoot(
        step.request,
        placesAlong(gathering.data, step.way, gathering.supergraph.types),
        gathering,
      )
    case 'entities':
      return fetchEntities(step, gathering)
    case 'subscription':
      throw new Error('A subscription is not fetched; it is subscribed to.')
  }
}

async function fetchRoot(request: Request, places: readonly Place[], gathering: Gathering): Promise<void> {
  if (places.length === 0) return
  const variables = pick(request.variables, gathering.given)
  const reply = await ask(gathering.asking, { request, variables, kind: 'root', entities: 0 })
  if ('failure' in reply) {
    const keys = rootKeys(request, gathering.coerced)
    const paths = places.flatMap((place) => keys.map((key) => [...pathKeys(place.path), key]))
    gathering.errors.push(...failureErrors(reply.failure, request.subgraph, paths))
    return
  }
  takeRoot(reply.answer, request, places, gathering)
}

/** Merges the answer of a root fetch (or one event of a subscription) into the places that it belongs to. */
export function takeRoot(
  answer: SubgraphAnswer,
  request: Request,
  places: readonly Place[],
  gathering: Gathering,
): void {
  const { types } = gathering.supergraph
  if (answer.errors !== undefined && answer.errors.length > 0) {
    gathering.errors.push(...rootErrors(answer.errors, request, places))
  }
  if (!isFields(answer.data)) return
  renameKeys(answer.data, request.renames, types)
  const data: Fields = answer.data
  places.forEach((place, index) => {
    mergeInto(place.object, index === 0 ? data : copied(data), types)
  })
}

async function fetchEntities(step: Step & { kind: 'entities' }, gathering: Gathering): Promise<void> {
  const { request } = step
  const { types } = gathering.supergraph
  const batches = step.lookups.map((lookup) => batchOf(lookup, gathering.data, gathering.coerced, types))
  const entities = batches.reduce((sum, batch) => sum + batch.representations.length, 0)
  if (entities === 0) return
  const variables: Fields = pick(request.variables, gathering.given)
  for (const batch of batches) variables[batch.lookup.variable] = batch.representations
  const kind = batches.length === 1 && batches[0]?.lookup.alias === '_entities' ? 'entity' : 'batch_entity'
  const reply = await ask(gathering.asking, { request, variables, kind, entities })
  if ('failure' in reply) {
    const paths = batches.flatMap((batch) => batch.places.flat().map((place) => pathKeys(place.path)))
    gathering.errors.push(...failureErrors(reply.failure, request.subgraph, paths))
    return
  }
  const { data, errors } = reply.answer
  if (errors !== undefined && errors.length > 0) {
    gathering.errors.push(...entityErrors(errors, request, batches))
  }
  if (!isFields(data)) return
  renameKeys(data, request.renames, types)
  for (const batch of batches) takeEntities(data[batch.lookup.alias], batch, gathering)
}

function takeEntities(entities: unknown, batch: Batch, gathering: Gathering): void {
  if (!Array.isArray(entities)) return
  const { types } = gathering.supergraph
  renameKeys(entities, batch.lookup.renames, types)
  batch.places.forEach((places, index) => {
    const entity: unknown = entities[index]
    if (!isFields(entity)) return
    // Copies are taken before the first merge, which makes the entity's objects part of the response.
    const copies = places.map((_, nth) => (nth === 0 ? entity : copied(entity)))
    places.forEach((place, nth) => {
      const own = copies[nth]
      if (own !== undefined) mergeInto(place.object, own, types)
    })
  })
}

function pick(names: readonly string[], variables: Variables): Fields {
  const picked: Fields = {}
  for (const name of names) {
    if (Object.hasOwn(variables, name)) picked[name] = variables[name]
  }
  return picked
}
