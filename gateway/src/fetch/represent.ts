import { jsonOf, quoted } from '../quote.js'
import type { TypeNames } from '../supergraph/type-names.js'
import { type Fields, isFields } from './merge.js'
import type { Require, Rewrite, Way } from './step.js'

/** Types for which a representation is kept compiled; data may name more than the supergraph has. */
const MAX_TYPES = 1_000

/** What a representation is made of, for objects of one type. */
export interface Represent {
  /** Undefined when a needed field was never given (its fetch failed, or its entity was not found). */
  readonly write: (object: Fields) => string | undefined
  /** The keys, beside `__typename`, whose values decide the text; undefined when more than those does. */
  readonly reads: readonly string[] | undefined
}

/**
 * Writes what a subgraph needs to know of an object to resolve it, as JSON text: it is sent as it is, and equal texts are
 * the same entity. Compiled once for each type, with the keys in one order.
 */
export class Representation {
  readonly #requires: readonly Require[]
  readonly #sets: readonly Rewrite[]
  readonly #types: TypeNames
  readonly #compiled = new Map<string, Represent | undefined>()
  #lastName = ''
  #last: Represent | undefined

  constructor(
    { requires, sets }: { readonly requires: readonly Require[]; readonly sets: readonly Rewrite[] },
    types: TypeNames,
  ) {
    this.#requires = requires
    this.#sets = sets
    this.#types = types
  }

  /**
   * How to represent an object of this one's type; undefined when no condition fits the type. Objects that cannot be
   * represented are left out of the lookup. An explicit null is given on: a nullable key or requirement may be null.
   */
  of(object: Fields): Represent | undefined {
    const name = object['__typename']
    if (typeof name !== 'string') return undefined
    if (name === this.#lastName) return this.#last
    let compiled = this.#compiled.get(name)
    if (compiled === undefined && !this.#compiled.has(name)) {
      if (this.#compiled.size >= MAX_TYPES) this.#compiled.clear()
      compiled = this.#compile(name)
      this.#compiled.set(name, compiled)
    }
    this.#lastName = name
    this.#last = compiled
    return compiled
  }

  #compile(name: string): Represent | undefined {
    const wanted: Wanted[] = []
    if (!collect(this.#requires, name, this.#types, wanted)) return undefined
    const settled = settle(this.#sets, name, this.#types)
    const tells = this.#sets.length === 0 && wanted.every((one) => one.inner.length === 0)
    const writers = writersOf(wanted, settled, this.#types)
    if (!wanted.some((one) => one.write === '__typename') && !settled.constants.has('__typename')) {
      writers.push(constant('__typename', name))
    }
    const reads = wanted.map((one) => one.read).filter((key) => key !== '__typename')
    return { write: objectOf(writers), reads: tells && reads.length > 0 ? reads : undefined }
  }
}

interface Wanted {
  readonly read: string
  readonly write: string
  inner: readonly Require[]
}

/** The fields of an object of this type (undefined: every condition holds). False when no condition fits. */
function collect(
  requires: readonly Require[],
  type: string | undefined,
  types: TypeNames,
  into: Wanted[],
): boolean {
  let fits = false
  for (const one of requires) {
    if (one.kind === 'on') {
      if (type !== undefined && !types.satisfies(type, one.type)) continue
      collect(one.inner, type, types, into)
    } else {
      const same = into.findIndex(({ write }) => write === one.write)
      const before = into[same]
      if (before === undefined) into.push({ read: one.read, write: one.write, inner: one.inner })
      else if (before.read === one.read) before.inner = [...before.inner, ...one.inner]
      else into[same] = { read: one.read, write: one.write, inner: one.inner }
    }
    fits = true
  }
  return fits
}

interface Settled {
  /** Values of the object's own keys. */
  readonly constants: Map<string, string>
  /** What is set further down. */
  readonly below: readonly Rewrite[]
}

/** What sets do to an object of this type. One that sets `__typename` decides which later ones apply. */
function settle(sets: readonly Rewrite[], type: string | undefined, types: TypeNames): Settled {
  const constants = new Map<string, string>()
  const below: Rewrite[] = []
  let current = type
  for (const set of sets) {
    let rest: Way | undefined = set.way
    for (let head = rest[0]; typeof head === 'object' && rest !== undefined; head = rest?.[0]) {
      const name: string | undefined = current
      const fits = name !== undefined && head.types.some((one) => types.satisfies(name, one))
      rest = fits ? rest.slice(1) : undefined
    }
    if (rest === undefined) continue
    if (rest.length > 0) {
      below.push({ ...set, way: rest })
      continue
    }
    constants.set(set.key, set.to)
    if (set.key === '__typename') current = set.to
  }
  return { constants, below }
}

interface Writer {
  /** `"key":` */
  readonly prefix: string
  readonly text: (object: Fields) => string | undefined
}

function writersOf(wanted: readonly Wanted[], { constants, below }: Settled, types: TypeNames): Writer[] {
  const writers = wanted.map(({ read, write, inner }): Writer => {
    const value = inner.length === 0 ? jsonOf : innerText(inner, belowOf(below, write), types)
    const given = constants.get(write)
    if (given === undefined) return { prefix: `${quoted(write)}:`, text: (object) => value(object[read]) }
    const text = quoted(given)
    // What is set must have been given all the same.
    return { prefix: `${quoted(write)}:`, text: (object) => (object[read] === undefined ? undefined : text) }
  })
  for (const [key, to] of constants)
    if (!wanted.some(({ write }) => write === key)) writers.push(constant(key, to))
  return writers
}

function belowOf(sets: readonly Rewrite[], field: string): Rewrite[] {
  return sets.flatMap((set) => (set.way[0] === field ? [{ ...set, way: set.way.slice(1) }] : []))
}

function constant(key: string, value: string): Writer {
  const text = quoted(value)
  return { prefix: `${quoted(key)}:`, text: () => text }
}

function objectOf(writers: readonly Writer[]): (object: Fields) => string | undefined {
  if (writers.length === 0) return () => '{}'
  const prefixes = writers.map(({ prefix }, index) => (index === 0 ? '{' : ',') + prefix)
  const texts = writers.map(({ text }) => text)
  return (object) => {
    let text = ''
    for (let i = 0; i < texts.length; i++) {
      const one = texts[i]?.(object)
      if (one === undefined) return undefined
      text += (prefixes[i] ?? '') + one
    }
    return `${text}}`
  }
}

/** What is required of the objects in a field. One without a type name comes from a field of one type. */
function innerText(
  requires: readonly Require[],
  sets: readonly Rewrite[],
  types: TypeNames,
): (value: unknown) => string | undefined {
  const compiled = new Map<string | undefined, (object: Fields) => string | undefined>()
  const compile = (type: string | undefined) => {
    const wanted: Wanted[] = []
    collect(requires, type, types, wanted)
    const isNamed = wanted.some(({ write }) => write === '__typename')
    return objectOf(writersOf(wanted, settle(sets, isNamed ? type : undefined, types), types))
  }
  const write = (value: unknown): string | undefined => {
    if (Array.isArray(value)) return listText(value, write)
    if (!isFields(value)) return jsonOf(value)
    const name = value['__typename']
    const type = typeof name === 'string' ? name : undefined
    let object = compiled.get(type)
    if (object === undefined) {
      if (compiled.size >= MAX_TYPES) compiled.clear()
      compiled.set(type, (object = compile(type)))
    }
    return object(value)
  }
  return write
}

function listText(
  items: readonly unknown[],
  write: (value: unknown) => string | undefined,
): string | undefined {
  let text = ''
  for (const item of items) {
    const one = write(item)
    if (one === undefined) return undefined
    text += text === '' ? one : `,${one}`
  }
  return `[${text}]`
}
