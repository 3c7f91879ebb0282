import {
  type DefinitionNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql'

/** Subgraphs refuse fragments and variables that nothing uses. */
export function onlyUsed(document: DocumentNode): { document: DocumentNode; variables: ReadonlySet<string> } {
  const fragments = new Set<string>()
  const variables = new Set<string>()
  const look = (node: OperationDefinitionNode | FragmentDefinitionNode) => {
    visit(node, {
      VariableDefinition: () => false,
      Variable(variable) {
        variables.add(variable.name.value)
      },
      FragmentSpread({ name }) {
        if (fragments.has(name.value)) return
        fragments.add(name.value)
        const found = document.definitions.find(
          (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === name.value,
        )
        if (found?.kind === Kind.FRAGMENT_DEFINITION) look(found)
      },
    })
  }
  for (const one of document.definitions) if (one.kind === Kind.OPERATION_DEFINITION) look(one)
  const definitions = document.definitions.flatMap((one): DefinitionNode[] => {
    if (one.kind === Kind.FRAGMENT_DEFINITION) return fragments.has(one.name.value) ? [one] : []
    if (one.kind !== Kind.OPERATION_DEFINITION) return [one]
    const used = one.variableDefinitions?.filter((two) => variables.has(two.variable.name.value)) ?? []
    return [{ ...one, variableDefinitions: used }]
  })
  return { document: { ...document, definitions }, variables }
}
