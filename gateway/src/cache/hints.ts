import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  Kind,
  parse,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql'
import type { Fragments } from '../fragments.js'
import { namedType } from '../supergraph/subgraph-types.js'

export interface Hint {
  readonly maxAgeS: number | undefined
  readonly isPrivate: boolean
  /** The field takes the age of what it stands in. */
  readonly inherits: boolean
}

interface TypeHints {
  readonly own: Hint | undefined
  readonly fields: ReadonlyMap<string, { readonly hint: Hint | undefined; readonly type: string }>
  /** Top-level fields of each @key, in any subgraph. */
  readonly keys: readonly (readonly string[])[]
}

/** What a supergraph says of caching: the keys of its entities, and @cacheControl where composition kept it. */
export class Hints {
  readonly #types = new Map<string, TypeHints>()
  readonly queryType: string

  /** `sdl` is a supergraph that was loaded: it parses. */
  constructor(sdl: string) {
    let queryType = 'Query'
    for (const definition of parse(sdl, { noLocation: true }).definitions) {
      if (definition.kind === Kind.SCHEMA_DEFINITION) {
        const query = definition.operationTypes.find((one) => one.operation === 'query')
        queryType = query?.type.name.value ?? queryType
      }
      if (
        definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
        definition.kind !== Kind.INTERFACE_TYPE_DEFINITION
      ) {
        continue
      }
      this.#types.set(definition.name.value, {
        own: hintOf(definition.directives),
        fields: new Map((definition.fields ?? []).map(fieldHint)),
        keys: keysOf(definition.directives),
      })
    }
    this.queryType = queryType
  }

  keysOf(type: string): readonly (readonly string[])[] {
    return this.#types.get(type)?.keys ?? []
  }

  /**
   * How long, in seconds, a selection on a type may be kept: the least of what @cacheControl says of the type and of every
   * field. A scalar without a hint lives as long as its object; an object without one is not kept.
   * Source: Apollo Server, "Server-side caching", rules for maxAge.
   */
  ageOf(type: string, selection: SelectionSetNode, fragments: Fragments): Age {
    const own = this.#types.get(type)?.own
    const start =
      type === this.queryType
        ? NEVER_TOLD
        : { maxAgeS: own?.maxAgeS ?? 0, isPrivate: own?.isPrivate === true }
    return this.#ageWithin(type, selection, fragments, start)
  }

  #ageWithin(type: string, selection: SelectionSetNode, fragments: Fragments, start: Age): Age {
    let age = start
    for (const one of selection.selections) {
      if (one.kind === Kind.FIELD) {
        if (one.name.value !== '__typename') age = lesser(age, this.#ageOfField(type, one, fragments, start))
        continue
      }
      const inner = one.kind === Kind.INLINE_FRAGMENT ? one : fragments.get(one.name.value)
      if (inner === undefined) return { ...age, maxAgeS: 0 }
      const on = inner.typeCondition?.name.value ?? type
      age = lesser(age, this.#ageWithin(on, inner.selectionSet, fragments, start))
    }
    return age
  }

  #ageOfField(
    type: string,
    field: {
      readonly name: { readonly value: string }
      readonly selectionSet?: SelectionSetNode | undefined
    },
    fragments: Fragments,
    parent: Age,
  ): Age {
    const known = this.#types.get(type)?.fields.get(field.name.value)
    const hint = known?.hint
    const ofType = known === undefined ? undefined : this.#types.get(known.type)?.own
    const isLeaf = field.selectionSet === undefined
    const inherits =
      hint?.inherits === true || (isLeaf && hint?.maxAgeS === undefined && type !== this.queryType)
    const told = hint?.maxAgeS ?? ofType?.maxAgeS ?? 0
    const own: Age = {
      maxAgeS: inherits ? parent.maxAgeS : told,
      isPrivate: parent.isPrivate || hint?.isPrivate === true || ofType?.isPrivate === true,
    }
    if (field.selectionSet === undefined || known === undefined) return own
    return this.#ageWithin(known.type, field.selectionSet, fragments, own)
  }
}

export interface Age {
  readonly maxAgeS: number
  readonly isPrivate: boolean
}

/** The root has no age of its own: its fields decide. */
const NEVER_TOLD: Age = { maxAgeS: Number.POSITIVE_INFINITY, isPrivate: false }

function lesser(a: Age, b: Age): Age {
  return { maxAgeS: Math.min(a.maxAgeS, b.maxAgeS), isPrivate: a.isPrivate || b.isPrivate }
}

function fieldHint(field: FieldDefinitionNode) {
  return [field.name.value, { hint: hintOf(field.directives), type: namedType(field.type) }] as const
}

function hintOf(directives: readonly ConstDirectiveNode[] | undefined): Hint | undefined {
  const found = directives?.find(({ name }) => /(^|__)cacheControl$/.test(name.value))
  if (found === undefined) return undefined
  const given = argumentsOf(found)
  const maxAge = given['maxAge']
  return {
    maxAgeS: typeof maxAge === 'number' ? maxAge : undefined,
    isPrivate: given['scope'] === 'PRIVATE',
    inherits: given['inheritMaxAge'] === true,
  }
}

function keysOf(directives: readonly ConstDirectiveNode[] | undefined): string[][] {
  const keys = new Map<string, string[]>()
  for (const directive of directives ?? []) {
    if (directive.name.value !== 'join__type') continue
    const { key } = argumentsOf(directive)
    if (typeof key !== 'string') continue
    const parsed = parse(`{ ${key} }`, { noLocation: true }).definitions[0]
    if (parsed?.kind !== Kind.OPERATION_DEFINITION) continue
    const fields = parsed.selectionSet.selections.flatMap((one) =>
      one.kind === Kind.FIELD ? [one.name.value] : [],
    )
    keys.set(fields.join(' '), fields)
  }
  return [...keys.values()]
}

function argumentsOf(directive: ConstDirectiveNode): Record<string, unknown> {
  return Object.fromEntries(
    (directive.arguments ?? []).map((one) => [one.name.value, valueFromASTUntyped(one.value)]),
  )
}
