import { type ConstDirectiveNode, Kind, type SelectionSetNode } from 'graphql'
import { argument, type Composite, fieldJoins, flag, isComposite, joins, selectionOf } from './sdl.js'
import { namedType } from './subgraph-types.js'
import type { TypeIndex } from './type-index.js'

/** What one subgraph gives from some types on without being asked anew: objects with keys are left with these. */
export class Reach {
  readonly #graph: string
  readonly #types: TypeIndex
  readonly #fields = new Map<string, Set<string>>()
  readonly #entered = new Set<string>()

  constructor(graph: string, types: TypeIndex) {
    this.#graph = graph
    this.#types = types
  }

  has(type: string): boolean {
    return this.#fields.has(type)
  }

  includes(type: string, field: string): boolean {
    return this.#fields.get(type)?.has(field) === true
  }

  add(type: string, ...fields: string[]): void {
    const known = this.#fields.get(type) ?? new Set()
    this.#fields.set(type, known)
    for (const field of fields) known.add(field)
  }

  /** Adds the types that a selection names, without their fields. */
  mention(name: string, { selections }: SelectionSetNode): void {
    const type = this.#types.get(name)
    if (type === undefined) return
    for (const one of [name, ...this.#types.objectsOf(name, this.#graph)]) this.add(one)
    for (const one of selections) {
      if (one.kind === Kind.INLINE_FRAGMENT)
        this.mention(one.typeCondition?.name.value ?? name, one.selectionSet)
      if (one.kind !== Kind.FIELD || !isComposite(type)) continue
      const field = type.fields?.find((known) => known.name.value === one.name.value)
      if (field !== undefined) this.mention(namedType(field.type), one.selectionSet ?? NOTHING)
    }
  }

  /** Adds what objects of a type have here. */
  enter(name: string): void {
    const type = this.#types.get(name)
    if (type === undefined || this.#entered.has(name)) return
    this.#entered.add(name)
    this.add(name)
    for (const object of this.#types.objectsOf(name, this.#graph)) this.enter(object)
    if (!isComposite(type)) return
    const keys = (type.directives ?? []).flatMap((one) => {
      const key = joins(one, 'join__type', this.#graph) ? argument(one, 'key') : undefined
      return key === undefined ? [] : [{ key, isAsked: flag(one, 'resolvable') !== false }]
    })
    if (keys.some(({ isAsked }) => isAsked)) for (const { key } of keys) this.#follow(type, selectionOf(key))
    else this.#enterFields(type)
  }

  #enterFields(type: Composite): void {
    for (const field of type.fields ?? []) {
      const given = fieldJoins(field, type.directives ?? []).some((one) => isGiven(one, this.#graph))
      if (!given) continue
      this.add(type.name.value, field.name.value)
      this.enter(namedType(field.type))
    }
  }

  #follow(type: Composite, { selections }: SelectionSetNode): void {
    for (const one of selections) {
      if (one.kind === Kind.INLINE_FRAGMENT) {
        const condition = this.#types.get(one.typeCondition?.name.value ?? '')
        this.#follow(isComposite(condition) ? condition : type, one.selectionSet)
      }
      if (one.kind !== Kind.FIELD) continue
      this.add(type.name.value, one.name.value)
      const field = type.fields?.find(({ name }) => name.value === one.name.value)
      if (field === undefined) continue
      const below = this.#types.get(namedType(field.type))
      if (isComposite(below) && one.selectionSet !== undefined) this.#follow(below, one.selectionSet)
      else this.enter(namedType(field.type))
    }
  }
}

const NOTHING: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [] }

/** Whether a subgraph has a field's value without knowing another one. */
function isGiven(join: ConstDirectiveNode, graph: string): boolean {
  return (
    joins(join, 'join__field', graph) &&
    flag(join, 'external') !== true &&
    argument(join, 'requires') === undefined
  )
}
