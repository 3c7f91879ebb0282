import { type Demand, implies } from './demand.js'
import type { Requirements, TypeFacts } from './requirements.js'

const NOTHING: TypeFacts = { isInterface: false, demands: [], interfaces: [], fields: new Map() }

/** Says what a field of a type demands in all: answers are numbers of {@link demands}. */
export class Judge {
  /** Every demand of the supergraph, once. */
  readonly demands: readonly Demand[]
  readonly #requirements: Requirements
  readonly #numbers = new Map<string, number>()
  readonly #known = new Map<string, readonly number[]>()
  readonly #implementers = new Map<string, TypeFacts[]>()

  constructor(requirements: Requirements) {
    this.#requirements = requirements
    const demands: Demand[] = []
    for (const type of requirements.values()) {
      for (const one of [type, ...type.fields.values()]) {
        for (const demand of one.demands) {
          const text = JSON.stringify(demand)
          if (!this.#numbers.has(text)) this.#numbers.set(text, demands.push(demand) - 1)
        }
      }
      if (type.isInterface) continue
      for (const name of type.interfaces) {
        const known = this.#implementers.get(name)
        if (known === undefined) this.#implementers.set(name, [type])
        else known.push(type)
      }
    }
    this.demands = demands
  }

  /**
   * All that a field of an object type demands: its own, its type's, those of the type that it returns, and those of the
   * interfaces that declare it. Bounded by the fields of the schema.
   */
  of(type: string, field: string): readonly number[] {
    const place = `${type}.${field}`
    const known = this.#known.get(place)
    if (known !== undefined) return known
    const facts = this.#facts(type)
    const own = facts.fields.get(field)
    const demands = [...this.#ofType(type), ...this.#ofField(type, field)]
    if (own !== undefined) demands.push(...this.#ofType(own.returns))
    for (const name of facts.interfaces) {
      if (this.#facts(name).fields.has(field))
        demands.push(...this.#ofType(name), ...this.#ofField(name, field))
    }
    const numbers = new Set(demands.map((one) => this.#numbers.get(JSON.stringify(one)) ?? -1))
    const found = [...numbers]
    this.#known.set(place, found)
    return found
  }

  #facts(type: string): TypeFacts {
    return this.#requirements.get(type) ?? NOTHING
  }

  /**
   * Composition writes onto an interface what any of its object types demands. Objects are judged one by one here, so
   * only what none of them says counts for an interface: then it was written for all of them.
   */
  #ofType(name: string): readonly Demand[] {
    const { isInterface, demands } = this.#facts(name)
    if (!isInterface || demands.length === 0) return demands
    const said = (this.#implementers.get(name) ?? []).flatMap((one) => one.demands)
    return demands.filter((demand) => !implies(said, demand))
  }

  #ofField(name: string, field: string): readonly Demand[] {
    const { isInterface, fields } = this.#facts(name)
    const demands = fields.get(field)?.demands ?? []
    if (!isInterface || demands.length === 0) return demands
    const said = (this.#implementers.get(name) ?? []).flatMap((one) => [
      ...one.demands,
      ...(one.fields.get(field)?.demands ?? []),
    ])
    return demands.filter((demand) => !implies(said, demand))
  }
}
