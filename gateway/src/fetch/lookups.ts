import type { TypeNames } from '../supergraph/supergraph.js'
import { copied, type Fields, isFields, mergeInto } from './merge.js'
import { Representation } from './represent.js'
import { renameKeys } from './rewrite.js'
import type { Groups } from './sharing.js'
import type { Lookup } from './step.js'
import { numbered, type NumberedWay, type Shared, Walk } from './walk.js'

/** A lookup, ready to be run. */
export interface CompiledLookup {
  readonly lookup: Lookup
  readonly ways: readonly NumberedWay[]
  readonly representation: Representation
  readonly groups: Groups
  /** Equal representations mean equal objects, where they say all that the object has. */
  readonly unites: boolean
  readonly types: TypeNames
}

/** Compiles a lookup; `groups` are those that {@link sharingOf} found. */
export function compileLookup(lookup: Lookup, groups: Groups, types: TypeNames): CompiledLookup {
  return {
    lookup,
    ways: numbered(lookup.ways),
    representation: new Representation(lookup, types),
    groups,
    unites: groups !== undefined && lookup.sets.length === 0,
    types,
  }
}

/** What one lookup sends: JSON texts of representations without repeats, and the objects that each of them serves. */
export interface Batch {
  readonly compiled: CompiledLookup
  readonly texts: readonly string[]
  /** By representation and group. */
  readonly objects: readonly (readonly (readonly Fields[] | undefined)[])[]
}

/**
 * Collects what one lookup asks for. Equal representations are sent once. Places of one group that hold equal objects,
 * with nothing in them but what was read, are given one object: they become equal parts of the answer, too.
 */
export function batchOf(compiled: CompiledLookup, data: Fields, shared: Shared): Batch {
  const { ways, representation, groups, unites, types } = compiled
  const texts: string[] = []
  const objects: Fields[][][] = []
  const known = new Map<string, number>()
  let group = 0
  const walk = new Walk(types, shared, (object, holder, key) => {
    const text = representation.textOf(object)
    if (text === undefined) return
    const index = known.get(text)
    if (index === undefined) {
      known.set(text, texts.length)
      texts.push(text)
      const own: Fields[][] = []
      own[group] = [object]
      objects.push(own)
      return
    }
    const own = objects[index] ?? []
    const equal = (own[group] ??= [])
    const [first] = equal
    if (first === object) return
    // One that stands in further places already must stay the same in all of them.
    const mayGo = unites && first !== undefined && !shared.has(object)
    if (mayGo && representation.isWhole(first) && representation.isWhole(object)) {
      holder[key] = first
      shared.add(first)
    } else equal.push(object)
  })
  for (const [index, way] of ways.entries()) {
    group = groups?.[index] ?? 0
    walk.along(way, data)
  }
  return { compiled, texts, objects }
}

/** Merges the entities that came for a batch into the objects that wait for them, in the order of its texts. */
export function takeEntities(entities: unknown, { compiled, objects }: Batch, shared: Shared): void {
  if (!Array.isArray(entities)) return
  const { lookup, groups, types } = compiled
  renameKeys(entities, lookup.renames, types)
  for (let index = 0; index < objects.length; index++) {
    const entity: unknown = entities[index]
    const waiting = objects[index]
    if (!isFields(entity) || waiting === undefined) continue
    const [first] = waiting
    const [only] = first ?? []
    if (waiting.length === 1 && first?.length === 1 && only !== undefined) mergeInto(only, entity, types)
    else if (groups === undefined) giveCopies(entity, waiting, types)
    else giveShared(entity, waiting, { shared, types })
  }
}

/** Later fetches write into each place by itself. */
function giveCopies(
  entity: Fields,
  waiting: readonly (readonly Fields[] | undefined)[],
  types: TypeNames,
): void {
  const places = waiting.flatMap((objects) => objects ?? [])
  // Copies are taken before the first merge, which makes the entity's objects part of the response.
  const copies = places.map((_, nth) => (nth === 0 ? entity : copied(entity)))
  for (const [nth, place] of places.entries()) mergeInto(place, copies[nth] ?? {}, types)
}

/** All that later fetches do to one place of a group they do to every one. */
function giveShared(
  entity: Fields,
  waiting: readonly (readonly Fields[] | undefined)[],
  { shared, types }: { readonly shared: Shared; readonly types: TypeNames },
): void {
  const used = waiting.filter((objects) => objects !== undefined)
  const sources = used.map((_, nth) => (nth === 0 ? entity : copied(entity)))
  for (const [nth, places] of used.entries()) {
    const source = sources[nth] ?? {}
    if (places.length > 1) {
      for (const value of Object.values(source))
        if (typeof value === 'object' && value !== null) shared.add(value)
    }
    for (const place of places) mergeInto(place, source, types)
  }
}
