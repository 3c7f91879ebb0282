import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
} from 'graphql'

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

/** The fragments of a document by name. */
export function fragmentsOf(document: DocumentNode): Fragments {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  return fragments
}

/** The fields that a selection names, itself or by its fragments, on whatever condition. The document is a valid one. */
export function fieldsIn({ selections }: SelectionSetNode, fragments: Fragments): FieldNode[] {
  return selections.flatMap((one) => {
    if (one.kind === Kind.FIELD) return one
    const inner = one.kind === Kind.INLINE_FRAGMENT ? one : fragments.get(one.name.value)
    return inner === undefined ? [] : fieldsIn(inner.selectionSet, fragments)
  })
}
