import type { GraphQLArgument } from 'graphql'
import type { Random } from './random.js'

interface Declared {
  readonly name: string
  readonly type: string
}

/** The variables of one generated operation, and where it writes them. */
export class Variables {
  readonly #random: Random
  readonly #known: Declared[] = []
  readonly #texts: string[] = []
  readonly values: Record<string, unknown> = {}

  constructor(random: Random) {
    this.#random = random
  }

  /** `($n0: Int = 2, $c1: Boolean!)`, or nothing. */
  get declared(): string {
    return this.#texts.length === 0 ? '' : `(${this.#texts.join(', ')})`
  }

  /** `(by: 3)`, `(where: {inner: {by: $n0}})`. */
  argument({ name }: GraphQLArgument): string {
    return name === 'by' ? `(by: ${this.#number()})` : `(where: ${this.#where(0)})`
  }

  /** `@skip(if: …)` or `@include(if: …)`. */
  condition(word: 'skip' | 'include'): string {
    const random = this.#random
    if (random.chance(0.3)) return `@${word}(if: ${random.chance(0.5)})`
    const hasDefault = random.chance(0.3)
    const type = hasDefault ? `Boolean = ${random.chance(0.5)}` : 'Boolean!'
    const known = this.#again(type)
    if (known !== undefined) return `@${word}(if: ${known})`
    const name = this.#declare(type)
    if (!hasDefault || random.chance(0.5)) this.values[name] = random.chance(0.5)
    return `@${word}(if: $${name})`
  }

  #number(): string {
    const random = this.#random
    if (random.chance(0.45)) return random.chance(0.1) ? 'null' : String(random.between(1, 3))
    return this.#nullable('Int', '2', () => random.between(1, 3))
  }

  #where(depth: number): string {
    const random = this.#random
    if (random.chance(0.4))
      return this.#nullable('Where', '{by: 3, tags: ["d"]}', () => this.#whereValue(depth))
    const parts: string[] = []
    if (random.chance(0.6)) parts.push(`by: ${this.#number()}`)
    if (random.chance(0.3)) parts.push(`color: ${this.#color()}`)
    if (random.chance(0.3)) parts.push(`tags: ${this.#tags()}`)
    if (random.chance(0.2)) parts.push(`rows: [[1, ${this.#number()}], null, 7]`)
    if (random.chance(0.2)) parts.push('blob: {deep: [1, {x: "y"}], no: null}')
    if (depth < 2 && random.chance(0.4)) parts.push(`inner: ${this.#where(depth + 1)}`)
    return `{${parts.join(', ')}}`
  }

  #color(): string {
    return this.#random.chance(0.5)
      ? this.#random.pick(['RED', 'GREEN', 'null'])
      : this.#nullable('Color', 'GREEN', () => this.#random.pick(['RED', 'GREEN']))
  }

  #tags(): string {
    const random = this.#random
    // One value stands for a list of one.
    if (random.chance(0.5)) return random.pick(['"one"', '["a", "b"]', '[]', 'null'])
    return this.#nullable('[String!]', '["x", "\\"y\\""]', () => random.pick([['s'], [], 'alone']))
  }

  #whereValue(depth: number): Record<string, unknown> {
    const random = this.#random
    const value: Record<string, unknown> = {}
    if (random.chance(0.6)) value['by'] = random.pick([1, 2, 3, null])
    if (random.chance(0.3)) value['color'] = random.pick(['RED', 'GREEN', null])
    if (random.chance(0.3)) value['tags'] = random.pick([['t'], [], 'alone'])
    if (random.chance(0.2)) value['rows'] = [[1, null], null]
    if (random.chance(0.3)) value['blob'] = random.pick([{ a: [null, 1] }, 'text', 3, [], false])
    if (depth < 2 && random.chance(0.4)) value['inner'] = this.#whereValue(depth + 1)
    return value
  }

  /** A variable that may be absent or null: with a default or without one. */
  #nullable(type: string, whenAbsent: string, value: () => unknown): string {
    const random = this.#random
    const written = random.chance(0.4) ? `${type} = ${whenAbsent}` : type
    const known = this.#again(written)
    if (known !== undefined) return known
    const name = this.#declare(written)
    if (random.chance(0.65)) this.values[name] = random.chance(0.15) ? null : value()
    return `$${name}`
  }

  #again(type: string): string | undefined {
    const known = this.#known.filter((one) => one.type === type)
    return known.length > 0 && this.#random.chance(0.4) ? `$${this.#random.pick(known).name}` : undefined
  }

  #declare(type: string): string {
    const name = `v${this.#known.length}`
    this.#known.push({ name, type })
    this.#texts.push(`$${name}: ${type}`)
    return name
  }
}
