import {
  type FieldNode,
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isCompositeType,
  isLeafType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import type { Names } from '../alias.js'
import { responseKey } from '../response-key.js'
import type { Trail } from './marks.js'
import { possibleOf } from './split.js'

export interface Sharing {
  /** Where the objects stand, from the root of the operation. */
  readonly trail: Trail
  readonly root: GraphQLCompositeType
  readonly type: GraphQLObjectType
  readonly schema: GraphQLSchema
  readonly names: Names
}

/**
 * The keys of the leaves that an operation asks for anyway of objects of one type where a trail leads: what a part wants
 * of them is known already, and must not be another value a moment later.
 */
export function leavesAt(
  { selectionSet }: OperationDefinitionNode,
  { trail, root, type, schema, names }: Sharing,
): ReadonlySet<string> {
  let sets: readonly SelectionSetNode[] = [selectionSet]
  let types: ReadonlySet<string> = new Set(possibleOf(root, schema).map(({ name }) => name))
  for (const stride of trail) {
    if ('types' in stride) {
      types = stride.types
      continue
    }
    const nodes = fieldsOf(sets, types, schema).filter((field) => responseKey(field) === stride.key)
    sets = nodes.flatMap((node) => node.selectionSet ?? [])
    types = typesIn(nodes[0]?.name.value, types, schema)
  }
  const leaves = fieldsOf(sets, new Set([type.name]), schema).filter(({ name }) =>
    isLeafType(getNamedType(type.getFields()[name.value]?.type)),
  )
  return new Set(leaves.map((leaf) => names.of(leaf)))
}

/** The fields that are selected of every object that is one of these types. */
function fieldsOf(
  sets: readonly SelectionSetNode[],
  types: ReadonlySet<string>,
  schema: GraphQLSchema,
): readonly FieldNode[] {
  return sets.flatMap(({ selections }) =>
    selections.flatMap((one) => {
      if (one.kind === Kind.FIELD) return [one]
      if (one.kind === Kind.FRAGMENT_SPREAD) return []
      const condition = schema.getType(one.typeCondition?.name.value ?? '')
      const fits = isCompositeType(condition)
        ? new Set(possibleOf(condition, schema).map(({ name }) => name))
        : types
      return [...types].every((name) => fits.has(name)) ? fieldsOf([one.selectionSet], types, schema) : []
    }),
  )
}

/** What objects can be that stand in a field of one of these types. */
function typesIn(
  field: string | undefined,
  types: ReadonlySet<string>,
  schema: GraphQLSchema,
): ReadonlySet<string> {
  const found = [...types].flatMap((name) => {
    const parent = schema.getType(name)
    const type = isObjectType(parent) ? getNamedType(parent.getFields()[field ?? '']?.type) : undefined
    return isCompositeType(type) ? possibleOf(type, schema) : []
  })
  return new Set(found.map(({ name }) => name))
}
