import type { TypeNames } from '../supergraph/type-names.js'
import { copied, type Fields, isFields, mergeInto } from './merge.js'
import { type Represent, Representation } from './represent.js'
import { renameKeys } from './rewrite.js'
import type { Sharing } from './sharing.js'
import type { Lookup, Way } from './step.js'
import { type Holder, numbered, type NumberedWay, type Shared, Walk } from './walk.js'

/** A lookup, ready to be run. */
export interface CompiledLookup {
  readonly lookup: Lookup
  readonly ways: readonly NumberedWay[]
  readonly representation: Representation
  readonly groups: readonly number[] | undefined
  /** Equal representations mean equal objects, where they say all that the object has. */
  readonly unites: boolean
  /** By way: nothing that may run after this lookup leads it to other objects. */
  readonly remembers: readonly boolean[]
  readonly types: TypeNames
}

/** Compiles a lookup; `sharing` is what {@link sharingOf} found of it. */
export function compileLookup(
  lookup: Lookup,
  sharing: Sharing | undefined,
  types: TypeNames,
): CompiledLookup {
  return {
    lookup,
    ways: numbered(lookup.ways),
    representation: new Representation(lookup, types),
    groups: sharing?.groups,
    unites: sharing !== undefined && lookup.sets.length === 0,
    remembers: lookup.ways.map((way) => sharing !== undefined && isSteady(way, lookup.ways, sharing.gives)),
    types,
  }
}

/**
 * Types may become clearer while an operation runs, so a way with conditions is walked anew; so is one that leads through what
 * the lookup itself gives. Groups rule out all others that may change it.
 */
function isSteady(way: Way, ways: readonly Way[], gives: ReadonlySet<string>): boolean {
  if (way.some((segment) => typeof segment === 'object')) return false
  return !ways.some(
    (other) =>
      gives.has(String(way[other.length])) && other.every((segment, index) => segment === way[index]),
  )
}

/** What one lookup sends: JSON texts of representations without repeats, and the objects that each of them serves. */
export interface Batch {
  readonly compiled: CompiledLookup
  readonly texts: readonly string[]
  /** By representation and group. */
  readonly objects: readonly (readonly (readonly Fields[] | undefined)[])[]
}

/** Objects that ways led to, by the way's text: a later lookup of the same way finds them without walking it. */
export type Met = Map<string, Fields[]>

/**
 * Collects what one lookup asks for. Equal representations are sent once. Places of one group that hold equal objects,
 * with nothing in them but what was read, are given one object: they become equal parts of the answer, too.
 */
export function batchOf(compiled: CompiledLookup, data: Fields, shared: Shared, met: Met): Batch {
  const { ways, groups, types } = compiled
  const collecting = new Collecting(compiled, shared)
  const walk = new Walk(types, shared, (object, holder, key) => collecting.take(object, holder, key))
  for (const [index, way] of ways.entries()) {
    collecting.group = groups?.[index] ?? 0
    collecting.met = []
    const before = met.get(way.text)
    if (before !== undefined) {
      for (const object of before) collecting.take(object)
      continue
    }
    walk.along(way, data)
    if (compiled.remembers[index] === true) met.set(way.text, collecting.met)
  }
  return collecting
}

/** Representations by the values that they are made of: one level of maps for each key. */
type Level = Map<unknown, Level | number>

class Collecting implements Batch {
  readonly compiled: CompiledLookup
  readonly texts: string[] = []
  readonly objects: Fields[][][] = []
  group = 0
  met: Fields[] = []
  readonly #shared: Shared
  readonly #byText = new Map<string, number>()
  readonly #byValues = new Map<Represent, Level>()

  constructor(compiled: CompiledLookup, shared: Shared) {
    this.compiled = compiled
    this.#shared = shared
  }

  take(object: Fields, holder?: Holder, key: string | number = ''): void {
    const represent = this.compiled.representation.of(object)
    const index = represent === undefined ? undefined : this.#indexOf(object, represent)
    if (represent === undefined || index === undefined) {
      this.met.push(object)
      return
    }
    const equal = ((this.objects[index] ??= [])[this.group] ??= [])
    const [first] = equal
    if (first === object) return
    // One that stands in further places already must stay the same in all of them.
    const mayGo = this.compiled.unites && holder !== undefined && !this.#shared.has(object)
    if (first !== undefined && mayGo && isWhole(object, represent) && isWhole(first, represent)) {
      holder[key] = first
      this.#shared.add(first)
    } else {
      equal.push(object)
      this.met.push(object)
    }
  }

  /** The number of an object's representation, which is written when it is new. Undefined when there is none. */
  #indexOf(object: Fields, represent: Represent): number | undefined {
    const level = this.#levelOf(object, represent)
    const last = level === undefined ? undefined : object[represent.reads?.at(-1) ?? '']
    const known = level?.get(last)
    if (typeof known === 'number') return known
    const text = represent.write(object)
    if (text === undefined) return undefined
    let index = level === undefined ? this.#byText.get(text) : undefined
    if (index === undefined) {
      index = this.texts.push(text) - 1
      if (level === undefined) this.#byText.set(text, index)
      else level.set(last, index)
    }
    return index
  }

  /** Where representations of these values are; undefined when their text has to tell, or there is none. */
  #levelOf(object: Fields, represent: Represent): Level | undefined {
    const { reads } = represent
    if (reads === undefined) return undefined
    let level = this.#byValues.get(represent)
    if (level === undefined) this.#byValues.set(represent, (level = new Map()))
    for (let i = 0; i < reads.length; i++) {
      const value = object[reads[i] as string]
      if (value === undefined || (typeof value === 'object' && value !== null)) return undefined
      if (i === reads.length - 1) break
      let next: Level | number | undefined = level.get(value)
      if (next === undefined) level.set(value, (next = new Map() as Level))
      level = next as Level
    }
    return level
  }
}

/** True when a representation says all that the object has, so that objects of equal texts are equal. */
function isWhole(object: Fields, { reads }: Represent): boolean {
  if (reads === undefined) return false
  let more = reads.length + 1
  for (const _ in object) if (--more < 0) return false
  return more === 0
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
