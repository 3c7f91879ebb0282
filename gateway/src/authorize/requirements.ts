import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  Kind,
  type TypeNode,
  visit,
} from 'graphql'
import type { Demand } from './demand.js'
import { directiveNames } from './directive-names.js'

export interface FieldFacts {
  readonly demands: readonly Demand[]
  /** The type without lists and non-null. */
  readonly returns: string
}

export interface TypeFacts {
  readonly isInterface: boolean
  readonly demands: readonly Demand[]
  readonly interfaces: readonly string[]
  readonly fields: ReadonlyMap<string, FieldFacts>
}

/** What each type and field of a supergraph demands, as it is written there. */
export type Requirements = ReadonlyMap<string, TypeFacts>

/**
 * Reads `@authenticated`, `@requiresScopes` and `@policy` of a supergraph; undefined when it has none. Throws for one that
 * cannot be understood, or that stands where it cannot be enforced.
 */
export function readRequirements(supergraph: DocumentNode): Requirements | undefined {
  const names = directiveNames(supergraph)
  let count = 0
  visit(supergraph, {
    Directive({ name }) {
      if (names.has(name.value)) count += 1
    },
  })
  if (count === 0) return undefined
  let understood = 0
  const demandsOf = (directives: readonly ConstDirectiveNode[] = []) =>
    directives.flatMap((directive) => {
      const kind = names.get(directive.name.value)
      if (kind === undefined) return []
      understood += 1
      return [kind === 'authenticated' ? { kind } : { kind, anyOf: listsOf(directive) }]
    })
  const types = new Map<string, TypeFacts>()
  for (const definition of supergraph.definitions) {
    const facts = factsOf(definition, demandsOf)
    if (facts === undefined) continue
    types.set(facts.name, merged(types.get(facts.name), facts))
  }
  if (understood !== count) {
    throw new Error('The supergraph demands rights in places where they cannot be checked, as for arguments.')
  }
  return types
}

type DemandsOf = (directives: readonly ConstDirectiveNode[] | undefined) => Demand[]

function factsOf(
  definition: DefinitionNode,
  demandsOf: DemandsOf,
): (TypeFacts & { readonly name: string }) | undefined {
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.OBJECT_TYPE_EXTENSION:
    case Kind.INTERFACE_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_EXTENSION:
      return {
        name: definition.name.value,
        isInterface: definition.kind.startsWith('Interface'),
        demands: demandsOf(definition.directives),
        interfaces: definition.interfaces?.map((one) => one.name.value) ?? [],
        fields: new Map(
          definition.fields?.map((field) => [
            field.name.value,
            { demands: demandsOf(field.directives), returns: innermost(field.type) },
          ]),
        ),
      }
    case Kind.SCALAR_TYPE_DEFINITION:
    case Kind.SCALAR_TYPE_EXTENSION:
    case Kind.ENUM_TYPE_DEFINITION:
    case Kind.ENUM_TYPE_EXTENSION: {
      const demands = demandsOf(definition.directives)
      return { name: definition.name.value, isInterface: false, demands, interfaces: [], fields: new Map() }
    }
    default:
      return undefined
  }
}

function merged(before: TypeFacts | undefined, facts: TypeFacts): TypeFacts {
  if (before === undefined) return facts
  return {
    isInterface: facts.isInterface,
    demands: [...before.demands, ...facts.demands],
    interfaces: [...before.interfaces, ...facts.interfaces],
    fields: new Map([...before.fields, ...facts.fields]),
  }
}

function innermost(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : innermost(type.type)
}

/** The lists of lists of names in the one argument of `@requiresScopes` and `@policy`. */
function listsOf({ name, arguments: given = [] }: ConstDirectiveNode): string[][] {
  const [argument] = given
  const { value } = argument ?? {}
  if (given.length === 1 && value?.kind === Kind.LIST) {
    const lists = value.values.map((inner) =>
      inner.kind === Kind.LIST
        ? inner.values.flatMap((one) => (one.kind === Kind.STRING ? [one.value] : []))
        : [],
    )
    const isWhole = value.values.every(
      (inner, at) => inner.kind === Kind.LIST && inner.values.length === lists[at]?.length,
    )
    if (isWhole) return lists
  }
  throw new Error(
    `@${name.value} of the supergraph takes a list of lists of names, and was given something else.`,
  )
}
