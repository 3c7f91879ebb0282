import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type SelectionSetNode,
  TypeNameMetaFieldDef,
} from 'graphql'
import type { Names } from '../alias.js'
import type { Variables } from '../fetch/payload.js'
import type { Fragments } from '../fragments.js'
import { responseKey } from '../response-key.js'
import { fieldsOfAnyType } from './fields-of-any-type.js'
import { isIncluded } from './is-included.js'

/** One field of an answer: every selection that asked for the same response key, merged. */
export interface ShapeField {
  readonly key: string
  readonly name: string
  /** Under which the data has it. */
  readonly dataKey: string
  readonly type: GraphQLOutputType
  readonly nodes: readonly FieldNode[]
  /** What is selected below; undefined for leaves. */
  readonly below: Selection | undefined
}

/**
 * Merged selection sets, whose fields depend on the type of the object that is met. The fields of each type are
 * collected once (CollectFields of the GraphQL specification, section 6.3.2).
 */
export class Selection {
  readonly #sets: readonly SelectionSetNode[]
  readonly #context: SelectionContext
  readonly #fields = new Map<string, readonly ShapeField[]>()

  constructor(sets: readonly SelectionSetNode[], context: SelectionContext) {
    this.#sets = sets
    this.#context = context
  }

  /** The fields of an object of this type, in the order in which the client named them. Bounded by the schema's types. */
  fieldsOf(type: GraphQLObjectType | GraphQLInterfaceType): readonly ShapeField[] {
    const known = this.#fields.get(type.name)
    if (known !== undefined) return known
    const groups = new Map<string, FieldNode[]>()
    const spread = new Set<FragmentDefinitionNode>()
    for (const set of this.#sets) this.#collect(set, type, groups, spread)
    const fields: ShapeField[] = []
    for (const [key, nodes] of groups) {
      const field = this.#field(key, nodes, type)
      if (field !== undefined) fields.push(field)
    }
    this.#fields.set(type.name, fields)
    return fields
  }

  /** What is selected under a response key, of objects of whatever type: under which keys the data has it, and below it. */
  ofAnyType(key: string): { readonly dataKeys: readonly string[]; readonly below: Selection } {
    const { fragments, names } = this.#context
    const nodes = fieldsOfAnyType(this.#sets, fragments).get(key) ?? []
    const sets = nodes.flatMap((node) => node.selectionSet ?? [])
    const dataKeys = nodes.map((node) => names.of(node))
    return { dataKeys, below: new Selection(sets, this.#context) }
  }

  #field(
    key: string,
    nodes: readonly FieldNode[],
    type: GraphQLObjectType | GraphQLInterfaceType,
  ): ShapeField | undefined {
    const [first] = nodes
    if (first === undefined) return undefined
    const name = first.name.value
    const field = fieldOf(this.#context.schema, type, name)
    if (field === undefined) return undefined
    const sets = nodes.flatMap((node) => (node.selectionSet === undefined ? [] : [node.selectionSet]))
    const below = sets.length === 0 ? undefined : new Selection(sets, this.#context)
    return { key, name, dataKey: this.#context.names.of(first), type: field, nodes, below }
  }

  #collect(
    set: SelectionSetNode,
    type: GraphQLObjectType | GraphQLInterfaceType,
    groups: Map<string, FieldNode[]>,
    spread: Set<FragmentDefinitionNode>,
  ): void {
    for (const selection of set.selections) {
      if (!isIncluded(selection.directives, this.#context.variables)) continue
      if (selection.kind === Kind.FIELD) {
        const key = responseKey(selection)
        const group = groups.get(key)
        if (group === undefined) groups.set(key, [selection])
        else group.push(selection)
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value
        if (fits(this.#context.schema, type, condition))
          this.#collect(selection.selectionSet, type, groups, spread)
      } else {
        const fragment = this.#context.fragments.get(selection.name.value)
        if (fragment === undefined || spread.has(fragment)) continue
        spread.add(fragment)
        if (fits(this.#context.schema, type, fragment.typeCondition.name.value)) {
          this.#collect(fragment.selectionSet, type, groups, spread)
        }
      }
    }
  }
}

export interface SelectionContext {
  readonly schema: GraphQLSchema
  readonly fragments: Fragments
  /** Only those that @skip and @include read matter here. */
  readonly variables: Variables
  readonly names: Names
}

function fieldOf(
  schema: GraphQLSchema,
  type: GraphQLObjectType | GraphQLInterfaceType,
  name: string,
): GraphQLOutputType | undefined {
  if (name === '__typename') return TypeNameMetaFieldDef.type
  if (type === schema.getQueryType() && (name === '__schema' || name === '__type')) {
    return schema.getType(name === '__schema' ? '__Schema' : '__Type') as GraphQLOutputType | undefined
  }
  return type.getFields()[name]?.type
}

/** True when a fragment on `condition` applies to an object of `type`. */
function fits(
  schema: GraphQLSchema,
  type: GraphQLObjectType | GraphQLInterfaceType,
  condition: string | undefined,
): boolean {
  if (condition === undefined || condition === type.name) return true
  const on = schema.getType(condition)
  return isAbstractType(on) && schema.isSubType(on, type)
}
