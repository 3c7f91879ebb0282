import { type Field, INSTANCES, innermost, isLeaf, type Model, type Named, type TypeRef } from './model.js'
import { hash, Random } from './random.js'

/** Thrown by a resolver where the data has a fault. */
export class Fault extends Error {}

export interface Faults {
  /** How likely a value is null, and how likely reading it throws. */
  readonly nulls: number
  readonly errors: number
}

/** A pointer to an object of the graph; it carries the keys and its type, which is all that a reference has. */
export interface Pointer {
  readonly __typename: string
  readonly id: string
  readonly code: string
  /** Fields handed over in a representation (@requires). */
  readonly given?: Readonly<Record<string, unknown>>
}

/**
 * The data of a graph: every value follows from (seed, type, id, field, argument), so that one server and four agree
 * without sharing memory.
 */
export class Store {
  readonly #model: Model
  readonly #seed: number
  readonly #faults: Faults
  #counter = 0

  constructor(model: Model, seed: number, faults: Faults) {
    this.#model = model
    this.#seed = seed
    this.#faults = faults
  }

  pointer(type: string, id: string): Pointer {
    return { __typename: type, id, code: `${type}-${id}` }
  }

  /** The value of a field of an object (or of the root, id ''). Throws {@link Fault} where the data says so. */
  read(type: string, id: string, field: Field, by: number): unknown {
    if (field.requires !== undefined) {
      const source = this.#model.objects.find((object) => object.name === type)?.fields
      const needed = source?.find((other) => other.name === field.requires)
      return made(needed === undefined ? null : this.read(type, id, needed, 1))
    }
    const random = new Random(hash(`${this.#seed}/${type}/${id}/${field.name}/${field.hasArgument ? by : 1}`))
    const isSafe = field.name === 'need'
    if (!isSafe && random.chance(this.#faults.errors)) throw new Fault(`fault at ${type}.${field.name}`)
    return this.#value(field.type, random, isSafe ? 'safe' : type === 'Query' ? 'root' : 'field')
  }

  /** Each mutation sees how many ran before it, whichever subgraph they ran in. */
  mutate(field: Field, by: number): unknown {
    this.#counter += 1
    const name = innermost(field.type)
    return isLeaf(name)
      ? this.#counter * 100 + by
      : this.pointer(name, String(1 + (this.#counter % INSTANCES)))
  }

  #value(type: TypeRef, random: Random, place: 'field' | 'root' | 'safe'): unknown {
    const rate = place === 'root' ? this.#faults.nulls / 4 : this.#faults.nulls
    if (random.chance(type.nonNull ? rate / 3 : rate) && place !== 'safe') return null
    if (type.kind === 'list')
      return Array.from({ length: random.between(0, 3) }, () => this.#value(type.of, random, place))
    return this.#named(type.name, random)
  }

  #named(name: Named, random: Random): unknown {
    const id = String(random.between(1, INSTANCES))
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
        return `id-${id}`
      case 'Blob':
        return random.pick([{ a: [1, { b: null }] }, 'text', 7, [true, false], {}])
      case 'Color':
        return this.#model.hasSecretColor && random.chance(0.1) ? 'SECRET' : random.pick(['RED', 'GREEN'])
      case 'Any':
        return this.pointer(random.pick(this.#model.union), id)
      case 'Thing':
        return this.pointer(random.pick(this.#model.objects.filter((object) => object.implements)).name, id)
      default:
        return this.pointer(name, id)
    }
  }
}

/** What a field with @requires makes of the field that it needs. */
export function made(needed: unknown): string | null {
  return typeof needed === 'string' ? `made of ${needed}` : null
}
