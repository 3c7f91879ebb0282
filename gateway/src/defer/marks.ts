import {
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLSchema,
  isCompositeType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import type { Names } from '../alias.js'
import { possibleOf } from './split.js'
import { TYPENAME } from '../normalize.js'
import { responseKey } from '../response-key.js'

/** One step of a way to the objects of a part: into a field, or on if the object is of one of these types. */
export type Stride = { readonly key: string; readonly read: string } | { readonly types: ReadonlySet<string> }
/** Lists are walked through wherever they come. */
export type Trail = readonly Stride[]

export interface Marked {
  readonly marks: ReadonlySet<string>
  readonly schema: GraphQLSchema
  readonly names: Names
}

/**
 * Where in an operation its marks stand. One may stand in several places, or in none: what a caller may not see has
 * been left out, or asked for of each type by itself.
 */
export function trailsOf(
  { selectionSet }: OperationDefinitionNode,
  root: GraphQLCompositeType,
  { marks, schema, names }: Marked,
): ReadonlyMap<string, readonly Trail[]> {
  const found = new Map<string, Trail[]>()
  const follow = (
    set: SelectionSetNode,
    parent: GraphQLCompositeType,
    possible: readonly { readonly name: string }[],
    trail: Trail,
  ) => {
    for (const one of set.selections) {
      if (one.kind === Kind.FIELD) {
        const key = responseKey(one)
        if (marks.has(key)) found.set(key, [...(found.get(key) ?? []), trail])
        const declared = isUnionType(parent) ? undefined : parent.getFields()[one.name.value]
        const type = declared && getNamedType(declared.type)
        if (one.selectionSet === undefined || !isCompositeType(type)) continue
        const stride = { key, read: names.of(one) }
        follow(one.selectionSet, type, possibleOf(type, schema), [...trail, stride])
      } else if (one.kind === Kind.INLINE_FRAGMENT) {
        const target = schema.getType(one.typeCondition?.name.value ?? parent.name)
        if (!isCompositeType(target)) continue
        const fits = new Set(possibleOf(target, schema).map(({ name }) => name))
        const narrower = possible.filter(({ name }) => fits.has(name))
        const isSame = narrower.length === possible.length
        const types = new Set(narrower.map(({ name }) => name))
        follow(one.selectionSet, target, narrower, isSame ? trail : [...trail, { types }])
      }
    }
  }
  follow(selectionSet, root, possibleOf(root, schema), [])
  return found
}

/** The operation as its client asked for it: without marks. */
export function unmarked(
  operation: OperationDefinitionNode,
  marks: ReadonlySet<string>,
): OperationDefinitionNode {
  const selectionSet = replaced(operation.selectionSet, (mark) => (marks.has(mark) ? [] : undefined)).set
  return { ...operation, selectionSet }
}

/**
 * The operation as it is fetched: where a mark stands, with what its part needs to know of the objects; and with the
 * types of objects of which that depends.
 */
export function withKeys(
  operation: OperationDefinitionNode,
  keys: ReadonlyMap<string, readonly SelectionNode[]>,
): OperationDefinitionNode {
  const { set } = replaced(operation.selectionSet, (mark) => keys.get(mark), TYPENAME)
  return { ...operation, selectionSet: set }
}

/** `beside` comes beside fragments in which something was replaced. */
function replaced(
  set: SelectionSetNode,
  replacement: (key: string) => readonly SelectionNode[] | undefined,
  beside?: SelectionNode,
): { readonly set: SelectionSetNode; readonly isTouched: boolean } {
  let isTouched = false
  const selections = set.selections.flatMap((one): readonly SelectionNode[] => {
    if (one.kind === Kind.FIELD) {
      const found = replacement(responseKey(one))
      if (found !== undefined) isTouched = true
      if (found !== undefined || one.selectionSet === undefined) return found ?? [one]
    }
    if (one.kind === Kind.FRAGMENT_SPREAD) return [one]
    const inner = replaced(one.selectionSet as SelectionSetNode, replacement, beside)
    if (!inner.isTouched) return [one]
    isTouched = true
    if (one.kind === Kind.FIELD || beside === undefined) return [{ ...one, selectionSet: inner.set }]
    return [beside, { ...one, selectionSet: inner.set }]
  })
  return { set: isTouched ? { ...set, selections } : set, isTouched }
}
