import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql'
import { argument, isComposite, selectionOf } from './sdl.js'
import type { TypeIndex } from './type-index.js'

/** What a field requires of other subgraphs. */
export interface Requirement {
  /** The type whose field it is: of an object, it may be an interface that a subgraph has as an object. */
  readonly owner: string
  readonly field: string
  readonly sets: readonly { readonly graph: string; readonly requires: SelectionSetNode }[]
}

/** The requirements of a supergraph. */
export class Requirements {
  readonly #types: TypeIndex
  readonly #all = new Map<string, Requirement>()
  readonly #colored = new Map<string, boolean>()
  readonly #depths = new Map<string, number>()

  constructor({ definitions }: DocumentNode, types: TypeIndex) {
    this.#types = types
    for (const type of definitions) {
      if (!isComposite(type)) continue
      for (const field of type.fields ?? []) {
        const sets = (field.directives ?? []).flatMap((join) => {
          const [graph, requires] = [argument(join, 'graph'), argument(join, 'requires')]
          return graph === undefined || requires === undefined
            ? []
            : [{ graph, requires: selectionOf(requires) }]
        })
        const [owner, name] = [type.name.value, field.name.value]
        if (sets.length > 0) this.#all.set(`${owner}.${name}`, { owner, field: name, sets })
      }
    }
  }

  /** What a field requires: of a type or of one of its interfaces; of an interface, what it does of its objects. */
  of(type: string, field: string): readonly Requirement[] {
    for (const one of [type, ...this.#types.interfacesOf(type)]) {
      const found = this.#all.get(`${one}.${field}`)
      if (found !== undefined) return [found]
    }
    return this.#types.implementing(type).flatMap((one) => this.#all.get(`${one}.${field}`) ?? [])
  }

  /**
   * Whether it matters for what a field requires, or gives, whether it stands within one that requires something: it gives
   * objects, or requires a field that does.
   */
  isColored({ owner, field, sets }: Requirement): boolean {
    const key = `${owner}.${field}`
    const known = this.#colored.get(key)
    if (known !== undefined) return known
    this.#colored.set(key, false)
    const isColored =
      this.#types.holdsObjects(this.#types.below(owner, field) ?? '') ||
      sets.some(({ requires }) => this.#isColoredIn(requires, owner))
    this.#colored.set(key, isColored)
    return isColored
  }

  #isColoredIn({ selections }: SelectionSetNode, type: string): boolean {
    return selections.some((one) => {
      if (one.kind === Kind.FRAGMENT_SPREAD) return false
      if (one.kind === Kind.INLINE_FRAGMENT)
        return this.#isColoredIn(one.selectionSet, one.typeCondition?.name.value ?? type)
      if (this.of(type, one.name.value).some((own) => this.isColored(own))) return true
      const below = this.#types.below(type, one.name.value) ?? ''
      return one.selectionSet !== undefined && this.#isColoredIn(one.selectionSet, below)
    })
  }

  /** How many requirements come before a field's own: those of one depth do not need each other. */
  depthOf({ owner, field, sets }: Requirement): number {
    const key = `${owner}.${field}`
    const known = this.#depths.get(key)
    if (known !== undefined) return known
    // What leads back to itself can be had from nobody; planning will say so.
    this.#depths.set(key, 0)
    const depth = Math.max(...sets.map(({ requires }) => this.#depthIn(requires, owner)))
    this.#depths.set(key, depth)
    return depth
  }

  #depthIn({ selections }: SelectionSetNode, type: string): number {
    const depths = selections.map((one) => {
      if (one.kind === Kind.FRAGMENT_SPREAD) return 0
      if (one.kind === Kind.INLINE_FRAGMENT)
        return this.#depthIn(one.selectionSet, one.typeCondition?.name.value ?? type)
      const own = this.of(type, one.name.value)
      const below = this.#types.below(type, one.name.value) ?? ''
      const inner = one.selectionSet === undefined ? 0 : this.#depthIn(one.selectionSet, below)
      return Math.max(inner, ...own.map((other) => this.depthOf(other) + 1))
    })
    return Math.max(0, ...depths)
  }
}
