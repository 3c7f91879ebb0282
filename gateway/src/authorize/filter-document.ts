import {
  type DirectiveNode,
  type FieldNode,
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLSchema,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import type { Fragments } from '../fragments.js'
import { responseKey } from '../response-key.js'
import { type Asked, conditionsOf, type Possible } from './asked.js'

export interface Filtering {
  readonly schema: GraphQLSchema
  readonly fragments: Fragments
  /** True when the caller may see the field of an object of this type. */
  readonly may: (type: string, field: string) => boolean
  /** A response key that the document does not use: where types must be told apart, `__typename` is asked for by it. */
  readonly typeKey: string
}

/** Fields that may come to be because one stands once for each type. Each level of nesting multiplies them. */
const MAX_SPLIT_FIELDS = 1_000

interface Walking extends Filtering {
  splitFieldsLeft: number
}

/** An operation without what its caller may not see, and what was asked for, to put nulls where it is missing. */
export interface Filtered {
  readonly operation: OperationDefinitionNode
  readonly asked: readonly Asked[]
  /** False: everything is permitted and the operation is what it was. */
  readonly isTouched: boolean
}

interface Selected {
  readonly selections: readonly SelectionNode[]
  readonly asked: readonly Asked[]
  /** Fields in the selections, fragments written out. */
  readonly size: number
}

/** Where a selection set stands: what its objects are declared as, and what they can be. */
interface Place {
  readonly parent: GraphQLCompositeType
  readonly possible: readonly Possible[]
  readonly conditions: readonly DirectiveNode[]
}

const NOBODY: ReadonlySet<string> = new Set()

/**
 * Takes out of an operation what its caller may not see. A field of an interface stays for those of its object types for
 * which it is permitted, or for none where it would have to be written too often. Fragments are written out, because what
 * is permitted in one depends on where it is spread; so the operation must be within the limits that count them that way.
 */
export function filterOperation(
  operation: OperationDefinitionNode,
  parent: GraphQLCompositeType | undefined,
  filtering: Filtering,
): Filtered {
  if (parent === undefined) return { operation, asked: [], isTouched: false }
  const walking = { ...filtering, splitFieldsLeft: MAX_SPLIT_FIELDS }
  const { selections, asked, isTouched } = below(operation.selectionSet, parent, walking)
  if (!isTouched) return { operation, asked, isTouched }
  return {
    operation: { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections } },
    asked,
    isTouched,
  }
}

/** The selection set of a field: never empty, and with the type of its objects where that must be known. */
function below(
  set: SelectionSetNode,
  parent: GraphQLCompositeType,
  walking: Walking,
): Selected & { readonly isTouched: boolean } {
  const place = { parent, possible: possibleOf(parent, walking.schema), conditions: [] }
  const { selections, asked, size } = within(set, place, walking)
  const isDenied = asked.some((one) => one.isTouched || one.denied.size > 0)
  const isTouched = isDenied || selections.length === 0
  if (!isTouched || (selections.length > 0 && isObjectType(parent)))
    return { selections, asked, size, isTouched }
  const typename: FieldNode = {
    kind: Kind.FIELD,
    alias: { kind: Kind.NAME, value: walking.typeKey },
    name: { kind: Kind.NAME, value: '__typename' },
  }
  return { selections: [typename, ...selections], asked, size: size + 1, isTouched }
}

function within(set: SelectionSetNode, place: Place, walking: Walking): Selected {
  const selections: SelectionNode[] = []
  const asked: Asked[] = []
  let size = 0
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) {
      const one = askedFor(selection, place, walking)
      asked.push(one.asked)
      selections.push(...one.selections)
      size += one.size
      continue
    }
    const isInline = selection.kind === Kind.INLINE_FRAGMENT
    const fragment = isInline ? selection : walking.fragments.get(selection.name.value)
    if (fragment === undefined) continue
    const narrower = narrowed(place, fragment.typeCondition?.name.value, walking.schema)
    const conditions = [...place.conditions, ...conditionsOf(selection.directives)]
    const inner = within(fragment.selectionSet, { ...narrower, conditions }, walking)
    asked.push(...inner.asked)
    size += inner.size
    if (inner.selections.length === 0) continue
    selections.push({
      kind: Kind.INLINE_FRAGMENT,
      ...(fragment.typeCondition === undefined ? {} : { typeCondition: fragment.typeCondition }),
      ...(selection.directives === undefined ? {} : { directives: selection.directives }),
      selectionSet: { kind: Kind.SELECTION_SET, selections: inner.selections },
    })
  }
  return { selections, asked, size }
}

/** A place within a fragment on a type. */
function narrowed(place: Place, condition: string | undefined, schema: GraphQLSchema): Place {
  const parent = condition === undefined ? undefined : schema.getType(condition)
  if (!isCompositeType(parent)) return place
  const fits = new Set(possibleOf(parent, schema))
  return { ...place, parent, possible: place.possible.filter((one) => fits.has(one)) }
}

interface AskedField {
  readonly asked: Asked
  readonly selections: readonly SelectionNode[]
  readonly size: number
}

function askedFor(node: FieldNode, { parent, possible, conditions }: Place, walking: Walking): AskedField {
  const name = node.name.value
  const types = new Set(possible.map((one) => one.name))
  const described = {
    key: responseKey(node),
    name,
    types,
    conditions: [...conditions, ...conditionsOf(node.directives)],
  }
  const type = isUnionType(parent) ? undefined : getNamedType(parent.getFields()[name]?.type)
  // The schema itself answers these, and everybody.
  if (type === undefined) {
    const asked = { ...described, denied: NOBODY, below: undefined, isTouched: false }
    return types.size === 0 ? { asked, selections: [], size: 0 } : { asked, selections: [node], size: 1 }
  }
  const inner =
    isCompositeType(type) && node.selectionSet !== undefined
      ? below(node.selectionSet, type, walking)
      : undefined
  const size = 1 + (inner?.size ?? 0)
  const allowed = permittedTypes(name, possible, { size, walking })
  const denied = new Set(types)
  for (const one of allowed) denied.delete(one.name)
  const asked = { ...described, denied, below: inner?.asked, isTouched: inner?.isTouched ?? false }
  if (allowed.length === 0) return { asked, selections: [], size: 0 }
  const kept: FieldNode =
    inner === undefined
      ? node
      : { ...node, selectionSet: { kind: Kind.SELECTION_SET, selections: inner.selections } }
  if (denied.size === 0) return { asked, selections: [kept], size }
  return { asked, selections: allowed.map((one) => onType(one, kept)), size: size * allowed.length }
}

/** The types of which the caller may see the field; none when naming them all would make too many fields. */
function permittedTypes(
  field: string,
  possible: readonly Possible[],
  { size, walking }: { readonly size: number; readonly walking: Walking },
): readonly Possible[] {
  const allowed = possible.filter((one) => walking.may(one.name, field))
  if (allowed.length === possible.length || allowed.length === 0) return allowed
  walking.splitFieldsLeft -= size * allowed.length
  return walking.splitFieldsLeft < 0 ? [] : allowed
}

function onType({ name }: Possible, field: FieldNode): SelectionNode {
  return {
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } },
    selectionSet: { kind: Kind.SELECTION_SET, selections: [field] },
  }
}

/** What objects of a declared type can be. */
function possibleOf(type: GraphQLCompositeType, schema: GraphQLSchema): readonly Possible[] {
  if (isObjectType(type)) return [type]
  const objects = schema.getPossibleTypes(type)
  // An @interfaceObject subgraph may know nothing but the interface.
  return objects.length === 0 && isInterfaceType(type) ? [type] : objects
}
