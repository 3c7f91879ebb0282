import {
  type DocumentNode,
  type FieldNode,
  Kind,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { ROOT_TYPES } from '../root-types.js'
import { divisionsOf } from './divisions.js'
import { withFetches } from './plan-fetches.js'
import type { PlanningForm } from './planning.js'
import { type Requirement, Requirements } from './requirements.js'
import { realName, requiresAsKeys, type Requiring } from './requires-as-keys.js'
import { splitFetches } from './split-fetches.js'
import { type Meaning, Synonyms } from './synonyms.js'
import { TypeIndex } from './type-index.js'

/**
 * The supergraph with what fields require as part of keys, as a question needs it. Undefined when it needs nothing that
 * requires something.
 */
export function keyedForm(
  supergraph: DocumentNode,
  { hasAllKeys }: { readonly hasAllKeys: boolean },
): PlanningForm {
  let read: { readonly types: TypeIndex; readonly requirements: Requirements } | undefined
  return (question) => {
    if (read === undefined) {
      const types = new TypeIndex(supergraph)
      read = { types, requirements: new Requirements(supergraph, types) }
    }
    const asking = new Asking(read.types, read.requirements)
    const text = asking.document(question)
    const { synonyms, requiring } = asking
    const { types } = read
    if (requiring.length === 0) return undefined
    const spoken = synonyms.added(supergraph)
    const changes = {
      service: realName,
      operation: (one: string) => synonyms.restored(one),
      requires: synonyms.required.bind(synonyms),
    }
    return {
      sdl: print(requiresAsKeys(spoken, { requiring, hasAllKeys }, new TypeIndex(spoken))),
      text,
      restored: (plan) => withFetches(splitFetches(plan, divisionsOf(asking, types)), changes),
    }
  }
}

/**
 * One question. Within what a field gives that requires something, other names stand for such fields, and within these
 * the own ones again: of an object that a face gave, the planner would have its fields from that face too, where nobody
 * says what they require.
 */
class Asking {
  readonly synonyms = new Synonyms()
  readonly #types: TypeIndex
  readonly #requirements: Requirements
  readonly #requiring = new Map<string, Requiring>()

  constructor(types: TypeIndex, requirements: Requirements) {
    this.#types = types
    this.#requirements = requirements
  }

  /** The question with the names that stand for fields. */
  document(text: string): string {
    const { definitions, ...document } = parse(text, { noLocation: true })
    return print({
      ...document,
      definitions: definitions.map((one) =>
        one.kind === Kind.OPERATION_DEFINITION
          ? { ...one, selectionSet: this.#within(one.selectionSet, ROOT_TYPES[one.operation], 0) }
          : one,
      ),
    })
  }

  /** What it needs that requires something. */
  get requiring(): readonly Requiring[] {
    return [...this.#requiring.values()]
  }

  #within({ selections, ...set }: SelectionSetNode, type: string, color: number): SelectionSetNode {
    return {
      ...set,
      selections: selections.map((one): SelectionNode => {
        if (one.kind === Kind.FRAGMENT_SPREAD) return one
        if (one.kind === Kind.FIELD) return this.#field(one, type, color)
        const condition = one.typeCondition?.name.value ?? type
        return { ...one, selectionSet: this.#within(one.selectionSet, condition, color) }
      }),
    }
  }

  #field(one: FieldNode, type: string, color: number): FieldNode {
    const field = one.name.value
    const required = this.#requirements.of(type, field)
    const inner =
      one.selectionSet && this.#within(one.selectionSet, this.#below(type, field), within(required, color))
    const own = { ...one, ...(inner && { selectionSet: inner }) }
    if (required.length === 0) return own
    const isOwn = this.#colorOf(required, color) !== 1
    const name = isOwn ? field : this.#synonym(type, { field, arguments: [], color }, required)
    for (const requirement of required) this.#need(requirement, name, { required, color })
    return name === field
      ? own
      : { ...own, alias: one.alias ?? one.name, name: { kind: Kind.NAME, value: name } }
  }

  /** The names for what has these requirements, where those of a color stand. */
  #colorOf(required: readonly Requirement[], color: number): number {
    if (required.length === 0) return 0
    return required.some((one) => this.#requirements.isColored(one)) ? color : ANY
  }

  #need(requirement: Requirement, field: string, { required, color }: Standing): void {
    const { owner, sets } = requirement
    const depth = this.#requirements.depthOf(requirement)
    for (const { graph, requires } of sets) {
      const key = `${owner}.${field} ${graph}`
      if (this.#requiring.has(key)) continue
      const asked = { type: owner, field, graph, depth, color: this.#colorOf(required, color) }
      this.#requiring.set(key, { ...asked, requires })
      this.#requiring.set(key, { ...asked, requires: this.#required(requires, owner, color) })
    }
  }

  /** What is required, with names of its own for what the question may ask for with other arguments. */
  #required({ selections, ...set }: SelectionSetNode, type: string, color: number): SelectionSetNode {
    return {
      ...set,
      selections: selections.map((one): SelectionNode => {
        if (one.kind === Kind.FRAGMENT_SPREAD) return one
        if (one.kind === Kind.INLINE_FRAGMENT) {
          const condition = one.typeCondition?.name.value ?? type
          return { ...one, selectionSet: this.#required(one.selectionSet, condition, color) }
        }
        const field = one.name.value
        const required = this.#requirements.of(type, field)
        const other = this.#colorOf(required, color) === 1 ? 1 : 0
        const meaning = { field, arguments: one.arguments ?? [], color: other }
        const isOwn = other === 0 && !this.#types.hasArguments(field)
        const name = isOwn ? field : this.#synonym(type, meaning, required)
        for (const requirement of required) this.#need(requirement, name, { required, color })
        const inner =
          one.selectionSet &&
          this.#required(one.selectionSet, this.#below(type, field), within(required, color))
        return {
          kind: Kind.FIELD,
          name: { kind: Kind.NAME, value: name },
          ...(inner && { selectionSet: inner }),
        }
      }),
    }
  }

  #below(type: string, field: string): string {
    return this.#types.below(type, field) ?? ''
  }

  #synonym(type: string, meaning: Meaning, required: readonly Requirement[]): string {
    const types = [type, ...required.map(({ owner }) => owner)]
    return this.synonyms.of([...types, ...types.flatMap((one) => this.#types.implementing(one))], meaning)
  }
}

/** The color of what may stand anywhere: it gives no objects, and needs nothing that does. */
const ANY = 2

interface Standing {
  readonly required: readonly Requirement[]
  readonly color: number
}

/** The names within a field: those that are not its own, where it requires something. */
function within(required: readonly Requirement[], color: number): number {
  return required.length === 0 ? color : 1 - color
}
