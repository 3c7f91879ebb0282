import type { TypeNames } from '../supergraph/type-names.js'
import { type Fields, isFields } from './merge.js'
import type { Path } from './path.js'
import type { Way } from './step.js'

/** Objects that stand in several places of the data: what is done to one of them is done at each of its places. */
export type Shared = Set<object>

/** A way, with a number for what is left of it at each segment; equal rests have equal numbers. */
export interface NumberedWay {
  readonly segments: Way
  readonly rests: readonly number[]
  /** Names the way. */
  readonly text: string
}

/** Numbers what is left of ways, so that an object that several of them lead to is recognised. */
export function numbered(ways: readonly Way[]): NumberedWay[] {
  const numbers = new Map<string, number>()
  return ways.map((segments) => ({
    segments,
    text: JSON.stringify(segments),
    rests: Array.from({ length: segments.length + 1 }, (_, at) => {
      const rest = JSON.stringify(segments.slice(at))
      const known = numbers.get(rest) ?? numbers.size
      numbers.set(rest, known)
      return known
    }),
  }))
}

export type Holder = Record<string | number, unknown>
/** Takes one object that a way leads to, and where it is held. */
type Take = (object: Fields, holder: Holder, key: string | number) => void

/**
 * Walks ways through the data of one operation. A shared object is entered once for all ways of equal rest, however many
 * places it stands in. Nulls, missing keys and objects of other types end a branch.
 */
export class Walk {
  readonly #types: TypeNames
  readonly #shared: Shared
  readonly #entered: (Set<object> | undefined)[] = []
  readonly #take: Take
  #way: NumberedWay = { segments: [], rests: [], text: '' }

  constructor(types: TypeNames, shared: Shared, take: Take) {
    this.#types = types
    this.#shared = shared
    this.#take = take
  }

  along(way: NumberedWay, data: Fields): void {
    this.#way = way
    this.#follow(data, {}, '', 0)
  }

  #follow(value: unknown, holder: Holder, key: string | number, at: number): void {
    if (typeof value !== 'object' || value === null) return
    if (this.#shared.size > 0 && this.#shared.has(value) && this.#isEntered(value, at)) return
    if (Array.isArray(value)) {
      const items = value as unknown[]
      for (let i = 0; i < items.length; i++) this.#follow(items[i], items as unknown as Holder, i, at)
      return
    }
    const object = value as Fields
    const segment = this.#way.segments[at]
    if (segment === undefined) {
      this.#take(object, holder, key)
    } else if (typeof segment === 'string') {
      this.#follow(object[segment], object, segment, at + 1)
    } else {
      const typename = object['__typename']
      if (typeof typename !== 'string') return
      if (segment.types.some((type) => this.#types.satisfies(typename, type)))
        this.#follow(value, holder, key, at + 1)
    }
  }

  #isEntered(value: object, at: number): boolean {
    const rest = this.#way.rests[at] ?? 0
    const entered = (this.#entered[rest] ??= new Set())
    if (entered.has(value)) return true
    entered.add(value)
    return false
  }
}

/** An object in the response, and where it is. */
export interface Place {
  readonly object: Fields
  readonly path: Path | undefined
}

/** Places that are looked through for those that an error concerns; what lies behind them is told without a path. */
const MAX_PLACES = 100_000

/** Every place that a way leads to, in order, each place of shared objects too: only asked for when there are errors. */
export function placesAlong(data: unknown, way: Way, types: TypeNames): Place[] {
  const places: Place[] = []
  place(data, { way, types, places }, 0, undefined)
  return places
}

interface Placing {
  readonly way: Way
  readonly types: TypeNames
  readonly places: Place[]
}

function place(value: unknown, placing: Placing, at: number, path: Path | undefined): void {
  if (value === undefined || value === null || placing.places.length >= MAX_PLACES) return
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) place(value[i], placing, at, { prev: path, key: i })
    return
  }
  if (!isFields(value)) return
  const segment = placing.way[at]
  if (segment === undefined) {
    placing.places.push({ object: value, path })
  } else if (typeof segment === 'string') {
    place(value[segment], placing, at + 1, { prev: path, key: segment })
  } else {
    const typename = value['__typename']
    if (typeof typename !== 'string') return
    if (segment.types.some((type) => placing.types.satisfies(typename, type)))
      place(value, placing, at + 1, path)
  }
}
