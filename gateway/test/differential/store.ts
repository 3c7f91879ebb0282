import { type Field, headOf, innermost, isLeaf, type Model, type Named, type TypeRef } from './model.js'
import { hash, Random } from './random.js'

/** Thrown by a resolver where the data has a fault. */
export class Fault extends Error {}

export interface Data {
  readonly seed: number
  /** How likely a value is null, and how likely reading it throws. */
  readonly nulls: number
  readonly errors: number
  /** Fields (`Type.field`) that have neither: what shrinking found to be of no matter. */
  readonly calm: readonly string[]
}

/** A pointer to an object of the graph; it carries the keys and its type, which is all that a reference has. */
export interface Pointer {
  readonly __typename: string
  readonly id: string
  readonly code: string
  readonly num: number
  readonly part: { readonly sku: string }
  /** The representation that it was made from: it has what fields with @requires need. */
  readonly given?: Readonly<Record<string, unknown>>
}

export type Arguments = Readonly<Record<string, unknown>>

/** The pointer to one object. Ids say their type, so that the interface's id is enough to find an object. */
export function pointerTo(type: string, number: number): Pointer {
  const id = `${type}-${number}`
  return { __typename: type, id, code: `c-${id}`, num: number, part: { sku: `s-${id}` } }
}

/**
 * The data of a graph: every value follows from (seed, type, id, field, arguments), so that one server and four agree
 * without sharing memory.
 */
export class Store {
  readonly #model: Model
  readonly #data: Data
  #counter = 0

  constructor(model: Model, data: Data) {
    this.#model = model
    this.#data = data
  }

  /** The value of a field of an object (or of the root, id ''). Throws {@link Fault} where the data says so. */
  read(type: string, id: string, field: Field, args: Arguments): unknown {
    if (field.requires !== undefined)
      return made(field, this.#required(type, id, field.requires), this.#model)
    const written = field.argument === undefined ? '' : JSON.stringify(args)
    const random = new Random(hash(`${this.#data.seed}/${type}/${id}/${field.name}/${written}`))
    const isCalm = this.#data.calm.includes(`${type}.${field.name}`)
    const fails = random.chance(this.#data.errors)
    if (fails && !isCalm && !field.steady && !field.strictIn)
      throw new Fault(`fault at ${type}.${field.name}`)
    const given = field.strictIn ? { ...field.type, nonNull: true } : field.type
    return this.#value(field, given, random, isCalm ? 0 : this.#data.nulls / (type === 'Query' ? 4 : 1))
  }

  /** Each mutation sees how many ran before it, whichever subgraph they ran in. */
  mutate(field: Field, args: Arguments): unknown {
    this.#counter += 1
    const random = new Random(
      hash(`${this.#data.seed}/${field.name}/${this.#counter}/${JSON.stringify(args)}`),
    )
    const isCalm = this.#data.calm.includes(`Mutation.${field.name}`)
    if (random.chance(this.#data.errors) && !isCalm) throw new Fault(`fault at Mutation.${field.name}`)
    const name = innermost(field.type)
    if (isLeaf(name)) return this.#counter * 1_000 + random.between(0, 999)
    return pointerTo(name, 1 + (this.#counter % this.#model.instances))
  }

  #required(type: string, id: string, requires: readonly string[]): Record<string, unknown> {
    const fields = this.#model.objects.find((object) => object.name === type)?.fields ?? []
    const found: Record<string, unknown> = {}
    for (const one of requires) {
      const field = fields.find((other) => other.name === headOf(one))
      const by = /\(by: (\d)\)/.exec(one)?.[1]
      const args = by === undefined ? {} : { by: Number(by) }
      if (field !== undefined) found[field.name] = this.#plain(this.read(type, id, field, args))
    }
    return found
  }

  /** An object of a value type as a representation has it. */
  #plain(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#plain(item))
    if (typeof value !== 'object' || value === null) return value
    const { __typename: type, id } = value as Pointer
    const fields = this.#model.objects.find((object) => object.name === type)?.fields ?? []
    return Object.fromEntries(fields.map((field) => [field.name, this.read(type, id, field, {})]))
  }

  #value(field: Field, type: TypeRef, random: Random, nulls: number): unknown {
    const isNull = random.chance(type.nonNull ? nulls / 3 : nulls)
    if (isNull && !(type.nonNull && (field.steady ?? field.strictIn))) return null
    if (type.kind === 'list')
      return Array.from({ length: random.between(0, 3) }, () => this.#value(field, type.of, random, nulls))
    return this.#named(field, type.name, random)
  }

  #named(field: Field, name: Named, random: Random): unknown {
    const number = random.between(1, this.#model.instances)
    switch (name) {
      case 'Int':
        return random.between(-5, 1_000)
      case 'Float':
        return random.between(-50, 50) / 4
      case 'String':
        return random.pick(['', 'plain', 'quo"te\\', 'ünï\u2028', 'x'.repeat(20)])
      case 'Boolean':
        return random.chance(0.5)
      case 'ID':
        return `id-${number}`
      case 'Blob':
        return random.pick([{ a: [1, { b: null }] }, 'text', 7, [true, false], {}])
      case 'Color':
        return this.#model.hasSecretColor && random.chance(0.1) ? 'SECRET' : random.pick(['RED', 'GREEN'])
      default:
        return pointerTo(random.pick(this.#possible(field, name)), number)
    }
  }

  /** The types of object that a field's owner may give for a type. */
  #possible({ owners }: Field, name: Named): readonly string[] {
    const [owner = ''] = owners
    if (name === 'Any') return this.#model.unions[owner] ?? []
    const { objects, thing } = this.#model
    // An @interfaceObject subgraph may mean any of them.
    const home = owner === thing?.objectIn ? thing.home : owner
    if (name === 'Thing') return objects.filter((one) => one.thingIn?.includes(home)).map((one) => one.name)
    if (name === 'Leafy') return objects.filter((one) => one.leafyIn?.includes(owner)).map((one) => one.name)
    return [name]
  }
}

/** What a field with @requires makes of what it was given. Throws where something was not given. */
export function made(
  { type, requires = [] }: Field,
  given: Readonly<Record<string, unknown>>,
  { instances }: Pick<Model, 'instances'>,
): string | Pointer {
  const taken = requires.map((one) => {
    const value = given[headOf(one)]
    if (value === undefined) throw new Fault(`${one} is required and was not handed over`)
    const names = /\{ (.*) \}/.exec(one)?.[1]?.split(' ')
    return names === undefined ? value : chosen(value, names)
  })
  const text = `made of ${JSON.stringify(taken)}`
  const name = innermost(type)
  return isLeaf(name) ? text : pointerTo(name, 1 + (hash(text) % instances))
}

function chosen(value: unknown, names: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => chosen(item, names))
  if (typeof value !== 'object' || value === null) return value
  return names.map((name) => (value as Record<string, unknown>)[name] ?? null)
}
