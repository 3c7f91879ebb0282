import type { SubgraphError } from '@lighthouse/contract/subgraph-request'
import { GraphQLError } from 'graphql'
import type { Batch, Place } from './entities.js'
import { pathKeys } from './path.js'
import type { Request, Rewrite } from './step.js'
import type { Failure } from './subgraph.js'

/** One fetch may fail at very many places; this many of them are told, the rest are only null. */
const MAX_ERRORS_A_FETCH = 100

type Keys = readonly (string | number)[]

/** A fetch that failed as a whole: one error for every place that waits for it. */
export function failureErrors(failure: Failure, subgraph: string, paths: readonly Keys[]): GraphQLError[] {
  const extensions = { code: failure.code, service: subgraph }
  const told = paths.length === 0 ? [undefined] : paths.slice(0, MAX_ERRORS_A_FETCH)
  return told.map((path) => new GraphQLError(failure.message, { path: path ?? null, extensions }))
}

/** Errors of a fetch whose data belong under `places` (the root is a place with no path). */
export function rootErrors(
  errors: readonly SubgraphError[],
  request: Request,
  places: readonly Place[],
): GraphQLError[] {
  return errors.flatMap((error) => {
    const tail = clientKeys(error.path ?? [], request.renames)
    return bounded(places, (place) => {
      const path = [...pathKeys(place.path), ...tail]
      return relocated(error, request.subgraph, path.length === 0 ? undefined : path)
    })
  })
}

/** Errors of an `_entities` fetch: `[alias, index, …rest]` becomes every place of that representation, then the rest. */
export function entityErrors(
  errors: readonly SubgraphError[],
  request: Request,
  batches: readonly Batch[],
): GraphQLError[] {
  return errors.flatMap((error) => {
    const [alias, index, ...rest] = error.path ?? []
    const batch = batches.find((one) => one.lookup.alias === alias)
    const renames = [...request.renames, ...(batch?.lookup.renames ?? [])]
    if (batch !== undefined && typeof index === 'number') {
      const tail = clientKeys(rest, renames)
      return bounded(batch.places[index] ?? [], (place) =>
        relocated(error, request.subgraph, [...pathKeys(place.path), ...tail]),
      )
    }
    // The subgraph cannot say which entity failed: all of the lookup's (or of the whole fetch's) did.
    const hit = batch === undefined ? batches : [batch]
    return bounded(
      hit.flatMap((one) => one.places.flat()),
      (place) => relocated(error, request.subgraph, pathKeys(place.path)),
    )
  })
}

function bounded(places: readonly Place[], tell: (place: Place) => GraphQLError): GraphQLError[] {
  return places.slice(0, MAX_ERRORS_A_FETCH).map(tell)
}

function relocated(error: SubgraphError, subgraph: string, path: Keys | undefined): GraphQLError {
  // Traces of code are the subgraph's own; everything else in the extensions is meant for clients.
  const { stacktrace: _, exception: __, ...extensions } = error.extensions ?? {}
  const code = extensions['code'] ?? 'SUBGRAPH_ERROR'
  return new GraphQLError(typeof error.message === 'string' ? error.message : 'Unknown error.', {
    path: path ?? null,
    extensions: { ...extensions, code, service: subgraph },
  })
}

/** Gives the planner's own aliases the name that the client knows; what the client did not ask for ends the path. */
function clientKeys(keys: Keys, renames: readonly Rewrite[]): (string | number)[] {
  const known: (string | number)[] = []
  for (const key of keys) {
    const rename = renames.find((one) => one.key === key)
    if (rename === undefined && typeof key === 'string' && key.startsWith('_internal_qp_alias_')) break
    known.push(rename?.to ?? key)
  }
  return known
}
