import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  type InlineFragmentNode,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql'
import type { Names } from './alias.js'
import type { Variables } from './fetch/payload.js'
import type { Fragments } from './fragments.js'
import { responseKey } from './response-key.js'
import { isIncluded } from './shape/is-included.js'

interface Normalizing {
  /** Abstract types of which some objects are hidden from clients. */
  readonly hiding: ReadonlySet<string>
  /** The fields that several subgraphs give, as `Type.field`. */
  readonly shared: ReadonlySet<string>
  readonly schema: GraphQLSchema
  readonly fragments: Fragments
  /** Decide @skip and @include. */
  readonly variables: Variables
  readonly names: Names
}

/** Stands where a selection set would otherwise be empty; the shape never shows it. */
export const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

/**
 * The part of an operation that subgraphs must answer, in one canonical form: fragments written out, fields of the same
 * response key merged, conditions that always hold left out, @skip and @include decided by the variables. Undefined
 * when nothing is left for subgraphs (only `__typename` and introspection at the root, or everything skipped).
 *
 * The planner is handed nothing else: it refuses introspection and emptied selections, takes the first of several
 * operations, and plans a root field of a mutation twice when two fragments name it.
 */
export function normalize(
  operation: OperationDefinitionNode,
  root: GraphQLCompositeType,
  normalizing: Normalizing,
): DocumentNode | undefined {
  const whole = selectionOf([operation.selectionSet], root, normalizing)
  const selections = whole.selections.filter(
    (selection) => selection.kind !== Kind.FIELD || !selection.name.value.startsWith('__'),
  )
  if (selections.length === 0) return undefined
  const normalized: OperationDefinitionNode = {
    kind: Kind.OPERATION_DEFINITION,
    operation: operation.operation,
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  }
  const variableDefinitions = usedVariables(normalized, operation.variableDefinitions ?? [])
  return { kind: Kind.DOCUMENT, definitions: [{ ...normalized, variableDefinitions }] }
}

/** Of the variables that are declared, those that an operation uses. */
export function usedVariables(
  operation: OperationDefinitionNode,
  declared: readonly VariableDefinitionNode[],
): VariableDefinitionNode[] {
  const used = new Set<string>()
  visit(operation, {
    Variable(variable) {
      used.add(variable.name.value)
    },
  })
  return declared.filter((definition) => used.has(definition.variable.name.value))
}

/** What was collected of one selection set: fields by the key of their data, and what holds for narrower types only. */
interface Collected {
  readonly fields: Map<string, FieldNode[]>
  readonly narrower: Map<string, SelectionSetNode[]>
  readonly spread: Set<string>
}

function selectionOf(
  sets: readonly SelectionSetNode[],
  parent: GraphQLCompositeType,
  normalizing: Normalizing,
): SelectionSetNode {
  const collected: Collected = { fields: new Map(), narrower: new Map(), spread: new Set() }
  for (const set of sets) collect(set, parent, collected, normalizing)
  const selections: SelectionNode[] = []
  const fields = [...collected.fields.values()].map((nodes) => merged(nodes, parent, normalizing))
  // The planner (0.0.38) never ends over some objects that two subgraphs give a part of each, unless they come first.
  const isFirst = (one: FieldNode) =>
    one.selectionSet !== undefined && normalizing.shared.has(`${parent.name}.${one.name.value}`)
  if (parent === normalizing.schema.getMutationType()) selections.push(...fields)
  else selections.push(...fields.filter(isFirst), ...fields.filter((one) => !isFirst(one)))
  for (const [name, inner] of collected.narrower) {
    const type = normalizing.schema.getType(name)
    if (!isCompositeType(type)) continue
    const selectionSet = selectionOf(inner, type, normalizing)
    // The planner forgets a field for the other types when one type's fragment names it again.
    const own = selectionSet.selections.filter(
      (one) =>
        one.kind !== Kind.FIELD || one.selectionSet !== undefined || !collected.fields.has(responseKey(one)),
    )
    if (own.length === 0) continue
    selections.push({
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } },
      selectionSet: { ...selectionSet, selections: own },
    })
  }
  // Only its name tells that an object is one that clients must not see.
  const isHiding = normalizing.hiding.has(parent.name) && !selections.includes(TYPENAME)
  if (selections.length === 0 || isHiding) selections.unshift(TYPENAME)
  return { kind: Kind.SELECTION_SET, selections }
}

function collect(
  set: SelectionSetNode,
  parent: GraphQLCompositeType,
  collected: Collected,
  normalizing: Normalizing,
): void {
  for (const selection of set.selections) {
    if (!isIncluded(selection.directives, normalizing.variables)) continue
    if (selection.kind === Kind.FIELD && selection.name.value === TYPENAME.name.value) {
      // Its alias is the client's matter: what an object is must come under the name that all of us read, and the planner
      // takes an alias of it for the type itself.
      append(collected.fields, TYPENAME.name.value, TYPENAME)
    } else if (selection.kind === Kind.FIELD) {
      append(collected.fields, normalizing.names.of(selection), selection)
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      narrow(selection, parent, collected, normalizing)
    } else {
      const fragment = normalizing.fragments.get(selection.name.value)
      if (fragment === undefined || collected.spread.has(fragment.name.value)) continue
      collected.spread.add(fragment.name.value)
      narrow(fragment, parent, collected, normalizing)
    }
  }
}

function narrow(
  fragment: InlineFragmentNode | FragmentDefinitionNode,
  parent: GraphQLCompositeType,
  collected: Collected,
  normalizing: Normalizing,
): void {
  const { schema } = normalizing
  const set = fragment.selectionSet
  const condition = fragment.typeCondition?.name.value
  const target = condition === undefined ? parent : schema.getType(condition)
  const always =
    target === parent || (isAbstractType(target) && !isUnionType(parent) && schema.isSubType(target, parent))
  if (always) collect(set, parent, collected, normalizing)
  else if (condition !== undefined && isAbstractType(parent)) append(collected.narrower, condition, set)
}

/** One field for all that share its response key; validation made sure that they agree in name and arguments. */
function merged(
  nodes: readonly FieldNode[],
  parent: GraphQLCompositeType,
  normalizing: Normalizing,
): FieldNode {
  const [first] = nodes
  if (first === undefined) return TYPENAME
  const sets = nodes.flatMap((node) => (node.selectionSet === undefined ? [] : [node.selectionSet]))
  const key = normalizing.names.of(first)
  const bare: FieldNode = {
    kind: Kind.FIELD,
    name: first.name,
    ...(key === first.name.value ? {} : { alias: { kind: Kind.NAME, value: key } }),
    ...(first.arguments === undefined ? {} : { arguments: first.arguments }),
  }
  if (sets.length === 0 || !('getFields' in parent)) return bare
  const type = getNamedType(parent.getFields()[first.name.value]?.type)
  return isCompositeType(type) ? { ...bare, selectionSet: selectionOf(sets, type, normalizing) } : bare
}

function append<T>(groups: Map<string, T[]>, key: string, item: T): void {
  const group = groups.get(key)
  if (group === undefined) groups.set(key, [item])
  else group.push(item)
}
