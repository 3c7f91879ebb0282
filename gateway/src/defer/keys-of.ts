import {
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  print,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import type { PlannedPart } from './planned-portion.js'

/** What is to be asked for where a part belongs. */
export function keysOf({ entrances, executable: { on = '' } }: PlannedPart, schema: GraphQLSchema) {
  const wanted = [...entrances].filter(([, { at }]) => at !== undefined)
  const [first] = wanted
  const texts = new Set(wanted.map(([, { keys }]) => print(keys)))
  const parent = schema.getType(on)
  // Where one key does for all types it is asked for as such: for an @interfaceObject, plans mix up what is for several.
  if (first !== undefined && texts.size === 1 && hasAll(parent, first[1].keys))
    return first[1].keys.selections
  return wanted.map(([type, { keys }]): SelectionNode => {
    const typeCondition = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } } as const
    return { kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet: keys }
  })
}

function hasAll(type: GraphQLNamedType | undefined, { selections }: SelectionSetNode): boolean {
  if (!isObjectType(type) && !isInterfaceType(type)) return false
  const fields = type.getFields()
  return selections.every(
    (one) => one.kind === Kind.FIELD && (one.name.value === '__typename' || one.name.value in fields),
  )
}
