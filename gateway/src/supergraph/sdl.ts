import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql'

export type Composite = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode

export function isComposite(one: DefinitionNode | undefined): one is Composite {
  return one?.kind === Kind.OBJECT_TYPE_DEFINITION || one?.kind === Kind.INTERFACE_TYPE_DEFINITION
}

/** The text of a directive's string or enum argument. */
export function argument(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((one) => one.name.value === name)?.value
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined
}

/** Whether a directive of that name joins something to a subgraph. */
export function joins(one: ConstDirectiveNode, name: string, graph: string): boolean {
  return one.name.value === name && argument(one, 'graph') === graph
}

/** The boolean that a directive is given under a name. */
export function flag(one: ConstDirectiveNode, name: string): boolean | undefined {
  const value = one.arguments?.find((given) => given.name.value === name)?.value
  return value?.kind === Kind.BOOLEAN ? value.value : undefined
}

/** What a key or @requires names. */
export function selectionOf(fields: string): SelectionSetNode {
  const [operation] = parse(`{ ${fields} }`, { noLocation: true }).definitions
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`This is no set of fields: ${fields}`)
  return operation.selectionSet
}

/** The joins of a field to subgraphs. One without any is in every subgraph of its type. */
export function fieldJoins(
  { directives = [] }: Pick<FieldDefinitionNode, 'directives'>,
  typeJoins: readonly ConstDirectiveNode[],
): readonly ConstDirectiveNode[] {
  if (directives.some((one) => one.name.value === 'join__field')) return directives
  const graphs = new Set(typeJoins.flatMap((one) => argument(one, 'graph') ?? []))
  const name = { kind: Kind.NAME, value: 'join__field' } as const
  return [
    ...directives,
    ...[...graphs].map((graph): ConstDirectiveNode => {
      const value = { kind: Kind.ENUM, value: graph } as const
      const one = { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'graph' }, value } as const
      return { kind: Kind.DIRECTIVE, name, arguments: [one] }
    }),
  ]
}

/** The fields of a selection, those under conditions included. */
export function fieldsIn({ selections }: SelectionSetNode): FieldNode[] {
  return selections.flatMap((one) => {
    if (one.kind === Kind.FIELD) return [one]
    return one.kind === Kind.INLINE_FRAGMENT ? fieldsIn(one.selectionSet) : []
  })
}

/** What plans call the subgraphs, by their names in the SDL. */
export function graphNames(supergraph: DocumentNode): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const one of supergraph.definitions) {
    if (one.kind !== Kind.ENUM_TYPE_DEFINITION || one.name.value !== 'join__Graph') continue
    for (const value of one.values ?? []) {
      const join = value.directives?.find((directive) => directive.name.value === 'join__graph')
      if (join !== undefined) names.set(value.name.value, argument(join, 'name') ?? value.name.value)
    }
  }
  return names
}
