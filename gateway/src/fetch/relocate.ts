import type { SubgraphError } from '@lighthouse/contract/subgraph-request'
import { GraphQLError } from 'graphql'
import type { TypeNames } from '../supergraph/type-names.js'
import type { Batch } from './lookups.js'
import type { Fields } from './merge.js'
import { type Path, pathKeys } from './path.js'
import { relocated } from './relocated.js'
import { rootKeys } from './root-keys.js'
import type { Request, Rewrite, RootStep } from './step.js'
import type { Failure } from './subgraph.js'
import { placesAlong } from './walk.js'

/** One fetch may fail at very many places; this many of them are told, the rest are only null. */
const MAX_ERRORS_A_FETCH = 100

type Keys = readonly (string | number)[]

/** A fetch that failed as a whole: one error for every place that waits for it. */
export function failureErrors(failure: Failure, subgraph: string, paths: readonly Keys[]): GraphQLError[] {
  const extensions = { code: failure.code, service: subgraph }
  const told = paths.length === 0 ? [undefined] : paths.slice(0, MAX_ERRORS_A_FETCH)
  return told.map((path) => new GraphQLError(failure.message, { path: path ?? null, extensions }))
}

type Root = Pick<RootStep, 'request' | 'way'>

/** Where the fields of a root fetch would have been. */
export function rootPaths({ request, way }: Root, data: Fields, types: TypeNames): Keys[] {
  const keys = rootKeys(request)
  const places = placesAlong(data, way, types).slice(0, MAX_ERRORS_A_FETCH)
  return places.flatMap(({ path }) => keys.map((key) => [...pathKeys(path), key]))
}

/** Errors of a fetch whose data belong where its way leads (the root is a place with no path). */
export function rootErrors(
  errors: readonly SubgraphError[],
  { request, way }: Root,
  within: { readonly data: Fields; readonly types: TypeNames },
): GraphQLError[] {
  const paths = placesAlong(within.data, way, within.types).map((place) => place.path)
  return errors.flatMap((error) => {
    const tail = renamedKeys(error.path ?? [], request.renames)
    return bounded(paths, (place) => {
      const path = [...pathKeys(place), ...tail]
      return relocated(error, request.subgraph, path.length === 0 ? undefined : path)
    })
  })
}

/** Every place of every object that batches wait for. */
export function entityPaths(batches: readonly Batch[], data: Fields): Keys[] {
  return batches.flatMap((batch) => {
    const places = placesIn(batch, data)
    const objects = batch.objects.flat().flatMap((group) => group ?? [])
    return pathsOf(objects, places).slice(0, MAX_ERRORS_A_FETCH).map(pathKeys)
  })
}

interface Asked {
  readonly request: Request
  readonly batches: readonly Batch[]
  readonly data: Fields
}

/** Errors of an `_entities` fetch: `[alias, index, …rest]` becomes every place of that representation, then the rest. */
export function entityErrors(
  errors: readonly SubgraphError[],
  { request, batches, data }: Asked,
): GraphQLError[] {
  const places = new Map(batches.map((batch) => [batch, placesIn(batch, data)]))
  const pathsIn = (batch: Batch, groups: Batch['objects'][number]) =>
    pathsOf(
      groups.flatMap((group) => group ?? []),
      places.get(batch) ?? new Map(),
    )
  return errors.flatMap((error) => {
    const [alias, index, ...rest] = error.path ?? []
    const batch = batches.find((one) => one.compiled.lookup.alias === alias)
    if (batch !== undefined && typeof index === 'number') {
      const tail = renamedKeys(rest, [...request.renames, ...batch.compiled.lookup.renames])
      return bounded(pathsIn(batch, batch.objects[index] ?? []), (path) =>
        relocated(error, request.subgraph, [...pathKeys(path), ...tail]),
      )
    }
    // The subgraph cannot say which entity failed: all of the lookup's (or of the whole fetch's) did.
    const hit = batch === undefined ? batches : [batch]
    const paths = hit.flatMap((one) => one.objects.flatMap((groups) => pathsIn(one, groups)))
    return bounded(paths, (path) => relocated(error, request.subgraph, pathKeys(path)))
  })
}

type Places = ReadonlyMap<Fields, readonly (Path | undefined)[]>

/** Where the objects stand that a batch may wait for: one that is shared stands in several places. */
function placesIn({ compiled }: Batch, data: Fields): Places {
  const places = new Map<Fields, (Path | undefined)[]>()
  for (const way of compiled.lookup.ways) {
    for (const { object, path } of placesAlong(data, way, compiled.types)) {
      const known = places.get(object)
      if (known === undefined) places.set(object, [path])
      else known.push(path)
    }
  }
  return places
}

function pathsOf(objects: readonly Fields[], places: Places): (Path | undefined)[] {
  return objects.flatMap((object) => places.get(object) ?? [])
}

function bounded(
  paths: readonly (Path | undefined)[],
  tell: (path: Path | undefined) => GraphQLError,
): GraphQLError[] {
  return paths.slice(0, MAX_ERRORS_A_FETCH).map(tell)
}

/** Gives what the planner aliased the key that was asked for; what was not asked for ends the path. */
function renamedKeys(keys: Keys, renames: readonly Rewrite[]): (string | number)[] {
  const known: (string | number)[] = []
  for (const key of keys) {
    const rename = renames.find((one) => one.key === key)
    if (rename === undefined && typeof key === 'string' && key.startsWith('_internal_qp_alias_')) break
    known.push(rename?.to ?? key)
  }
  return known
}
