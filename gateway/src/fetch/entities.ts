import type { TypeNames } from '../supergraph/supergraph.js'
import { type Fields, isFields } from './merge.js'
import type { Path } from './path.js'
import { represent, type Variables } from './representation.js'
import { setValues } from './rewrite.js'
import type { Lookup, Way } from './step.js'

/** An object in the response that waits for fields, and where it is. */
export interface Place {
  readonly object: Fields
  readonly path: Path | undefined
}

/** What one lookup sends: representations without repeats, and for each of them the places that it serves. */
export interface Batch {
  readonly lookup: Lookup
  readonly representations: readonly Fields[]
  readonly places: readonly (readonly Place[])[]
}

/** Every object that the way leads to, in order. Nulls, missing keys and objects of other types end a branch. */
export function placesAlong(data: unknown, way: Way, types: TypeNames): Place[] {
  const places: Place[] = []
  follow(data, way, 0, undefined, types, places)
  return places
}

function follow(
  value: unknown,
  way: Way,
  at: number,
  path: Path | undefined,
  types: TypeNames,
  places: Place[],
): void {
  if (value === undefined || value === null) return
  const segment = way[at]
  if (Array.isArray(value)) {
    // A way may leave out the last list; it means every element either way.
    const next = typeof segment === 'object' && 'list' in segment ? at + 1 : at
    for (let i = 0; i < value.length; i++) {
      follow(value[i], way, next, { prev: path, key: i }, types, places)
    }
    return
  }
  if (!isFields(value)) return
  if (segment === undefined) {
    places.push({ object: value, path })
  } else if (typeof segment === 'string') {
    follow(value[segment], way, at + 1, { prev: path, key: segment }, types, places)
  } else if ('types' in segment) {
    const typename = value['__typename']
    if (typeof typename !== 'string' || !segment.types.some((type) => types.satisfies(typename, type))) return
    follow(value, way, at + 1, path, types, places)
  }
}

/** The representations of one lookup. Equal ones are sent once: their JSON text is the key. */
export function batchOf(lookup: Lookup, data: unknown, variables: Variables, types: TypeNames): Batch {
  const representations: Fields[] = []
  const places: Place[][] = []
  const known = new Map<string, number>()
  for (const way of lookup.ways) {
    for (const place of placesAlong(data, way, types)) {
      const representation = represent(place.object, lookup.requires, variables, types)
      if (representation === undefined) continue
      setValues(representation, lookup.sets, types)
      const key = JSON.stringify(representation)
      const index = known.get(key)
      if (index !== undefined) {
        places[index]?.push(place)
        continue
      }
      known.set(key, representations.length)
      representations.push(representation)
      places.push([place])
    }
  }
  return { lookup, representations, places }
}
