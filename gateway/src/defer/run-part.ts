import { GraphQLError } from 'graphql'
import { coded } from '../errors.js'
import { parseExact } from '../exact-json.js'
import { begun, fetch, type Gathering } from '../fetch/fetch.js'
import type { Fields } from '../fetch/merge.js'
import type { Variables } from '../fetch/payload.js'
import type { Asking } from '../fetch/subgraph.js'
import type { Result } from '../result.js'
import { shape } from '../shape.js'
import type { Supergraph } from '../supergraph/supergraph.js'
import { type Place, placesOf } from './places.js'
import type { Entrance, PlannedPart, PlannedPortion } from './planned-portion.js'

/** What parts of one operation are run with. */
export interface Running {
  readonly asking: Asking
  readonly given: Variables
  readonly coerced: Variables
  readonly supergraph: Supergraph
  /** Makes the answer to what was permitted of a portion the answer to what was asked. */
  settle(portion: PlannedPortion, result: Result): Result
}

/** A part, and the objects to which it adds something. */
export interface Pending {
  readonly part: PlannedPart
  readonly places: readonly Place[]
  /** What went wrong in the answer around it, with paths from the root. */
  readonly before: readonly GraphQLError[]
}

/** What a part adds to one object. */
export interface Increment {
  /** JSON text; `null` where something in it must not be null and is. */
  readonly text: string
  readonly path: Place['path']
  readonly label: string | undefined
  readonly errors: readonly GraphQLError[]
}

/** A portion's answer. */
interface Answered {
  readonly text: string | undefined
  readonly data: Fields
  /** Where it stands. */
  readonly from: Place['path']
  /** With paths from the root. */
  readonly errors: readonly GraphQLError[]
}

/** The parts that a portion's answer gives something to do. */
export function pendingIn(
  { parts }: PlannedPortion,
  { text, data, from, errors }: Answered,
  { types }: Pick<Supergraph, 'types'>,
): Pending[] {
  if (parts.length === 0 || text === undefined) return []
  const answer = parseExact(text)
  return parts.flatMap((part) => {
    const places = part.trails
      .flatMap((trail) => placesOf(answer, data, trail, from))
      // Whose type nobody could tell may be one that the part is for: that is told, not passed over.
      .filter(({ object }) => entranceOf(part, object) !== undefined || !types.isObject(typeOf(object)))
    return places.length === 0 ? [] : [{ part, places, before: errors }]
  })
}

/**
 * Fetches a part for all its objects at once, apart from all else: an error of it is nowhere else, and none from
 * elsewhere is in it. Never rejects but for faults of ours.
 */
export async function runPart(
  { part, places, before }: Pending,
  running: Running,
): Promise<{ readonly increments: readonly Increment[]; readonly next: readonly Pending[] }> {
  const gathering = begun(running.asking, running.given)
  const seated = places.map((place) => seatOf(place, part, gathering.data))
  if (part.fetching !== undefined) await fetch(part.fetching, gathering)
  const errorsOf = bySeat(gathering.errors)
  const increments: Increment[] = []
  const next: Pending[] = []
  for (const seat of seated) {
    const { path } = seat
    if (!('entrance' in seat)) {
      increments.push({ text: 'null', path, label: part.label, errors: [lost(path)] })
      continue
    }
    const { entrance, index } = seat
    const { at } = entrance
    const object = at === undefined ? gathering.data : ((gathering.data[at] as Fields[])[index] ?? {})
    const errors =
      at === undefined ? gathering.errors : [...known(before, { path, entrance }), ...errorsOf(at, index)]
    const result = running.settle(part, shapedAt(object, { part, entrance, errors, gathering, running }))
    const { text = 'null' } = result
    const told = result.errors.map((error) => moved(error, [...path, ...(error.path ?? [])]))
    increments.push({ text, path, label: part.label, errors: told })
    const { supergraph } = running
    next.push(...pendingIn(part, { text, data: object, from: path, errors: told }, supergraph))
  }
  return { increments, next: united(next) }
}

/** A place of a part, and where the part's own data has its object. */
interface Seat {
  readonly path: Place['path']
  readonly entrance: Entrance
  readonly index: number
}

function typeOf(object: Fields): string {
  return String(object['__typename'])
}

function entranceOf({ entrances }: PlannedPart, object: Fields): Entrance | undefined {
  const [only] = entrances.values()
  // The root of queries has no keys, and says of no type.
  return only?.at === undefined ? only : entrances.get(typeOf(object))
}

/** The seat of a place; only where it is when the object's type or keys are not known. */
function seatOf({ object, path }: Place, part: PlannedPart, data: Fields): Seat | Pick<Seat, 'path'> {
  const entrance = entranceOf(part, object)
  if (entrance?.at === undefined) return entrance === undefined ? { path } : { path, entrance, index: 0 }
  const seed = entrance.seed(object)
  if (seed === undefined) return { path }
  const seats = (data[entrance.at] ??= []) as Fields[]
  return { path, entrance, index: seats.push(seed) - 1 }
}

interface Shaping {
  readonly part: PlannedPart
  readonly entrance: Entrance
  readonly errors: readonly GraphQLError[]
  readonly gathering: Gathering
  readonly running: Running
}

function shapedAt(data: Fields, { part, entrance, errors, gathering, running }: Shaping): Result {
  const planned = { schema: running.supergraph.apiSchema, operation: part.operation, fragments: new Map() }
  const { shared } = gathering
  return shape(planned, entrance.shape(), { data, errors: [...errors], shared, coerced: running.coerced })
}

/** Errors by the object that they are in, with the rest of their paths; those in no object are told once. */
function bySeat(errors: readonly GraphQLError[]): (at: string, index: number) => readonly GraphQLError[] {
  const found = new Map<string, GraphQLError[]>()
  const unplaced: GraphQLError[] = []
  for (const error of errors) {
    const [at, index, ...rest] = error.path ?? []
    const seat = `${at} ${index}`
    if (typeof index !== 'number') unplaced.push(error)
    else found.set(seat, [...(found.get(seat) ?? []), moved(error, rest)])
  }
  return (at, index) => [...(found.get(`${at} ${index}`) ?? []), ...unplaced.splice(0)]
}

/** Why leaves are null that were answered before: told again, because each answer explains itself. */
function known(before: readonly GraphQLError[], { path: place, entrance }: Pick<Seat, 'path' | 'entrance'>) {
  if (before.length === 0 || entrance.shared.size === 0) return []
  return before.flatMap((error) => {
    const { path = [] } = error
    const rest = path.slice(place.length)
    const isInside = rest.length > 0 && place.every((key, index) => key === path[index])
    const key = entrance.shared.get(String(rest[0]))
    return isInside && key !== undefined ? [moved(error, [key, ...rest.slice(1)])] : []
  })
}

function moved(error: GraphQLError, path: Place['path']): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    path,
    originalError: error.originalError ?? null,
    extensions: error.extensions,
  })
}

function lost(path: Place['path']): GraphQLError {
  const message = 'The type or the keys of this object are not known, so that no more of it can be asked for.'
  return coded('SUBGRAPH_ERROR', message, { path })
}

/** One run for all objects of a part, wherever they were found. */
function united(pending: readonly Pending[]): Pending[] {
  const all = new Map<PlannedPart, { part: PlannedPart; places: Place[]; before: GraphQLError[] }>()
  for (const { part, places, before } of pending) {
    const one = all.get(part) ?? { part, places: [], before: [] }
    all.set(part, one)
    one.places.push(...places)
    one.before.push(...before)
  }
  return [...all.values()]
}
