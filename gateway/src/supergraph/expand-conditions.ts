import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { argument } from './sdl.js'
import { isAbstract, namedType, possibleTypes, type SubgraphTypes } from './subgraph-types.js'

/**
 * The same subgraph with `... on` of an abstract type within another one, in what is required or provided, written out
 * for the object types that are both. The composition library (0.27.0) finds no way from an interface to another one, and
 * then says that nobody can give what is required.
 */
export function expandConditions(document: DocumentNode, types: SubgraphTypes): DocumentNode {
  let isChanged = false
  const definitions = document.definitions.map((definition) => {
    if (!('fields' in definition) || !/^(Object|Interface)Type/.test(definition.kind)) return definition
    const own = definition.name.value
    const fields = (definition.fields as readonly FieldDefinitionNode[]).map((field) => {
      const expanded = expandField(field, own, types)
      isChanged ||= expanded !== field
      return expanded
    })
    return { ...definition, fields } as typeof definition
  })
  return isChanged ? { ...document, definitions } : document
}

function expandField(field: FieldDefinitionNode, own: string, types: SubgraphTypes): FieldDefinitionNode {
  const requires = types.directive(field, 'requires')
  const provides = types.directive(field, 'provides')
  const directives = (field.directives ?? []).map((one) => {
    if (one === requires) return expandDirective(one, own, types)
    return one === provides ? expandDirective(one, namedType(field.type), types) : one
  })
  const isSame = directives.every((one, index) => one === field.directives?.[index])
  return isSame ? field : { ...field, directives }
}

function expandDirective(
  directive: ConstDirectiveNode,
  parent: string,
  types: SubgraphTypes,
): ConstDirectiveNode {
  const set = parsed(argument(directive, 'fields'))
  if (set === undefined || !narrowsAbstract(set, parent, types)) return directive
  const selections = expand(set, parent, types)
  if (selections.length === 0) return directive
  const value = { kind: Kind.STRING, value: selections.map(print).join(' ') } as const
  return {
    ...directive,
    arguments: (directive.arguments ?? []).map((one) =>
      one.name.value === 'fields' ? { ...one, value } : one,
    ),
  }
}

/** Undefined for what composition itself will refuse. */
function parsed(fields: string | undefined): SelectionSetNode | undefined {
  try {
    const [operation] = parse(`{ ${fields ?? ''} }`, { noLocation: true }).definitions
    return operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet : undefined
  } catch {
    return undefined
  }
}

/** Whether some condition on an abstract type stands where the type is another abstract one. */
function narrowsAbstract(set: SelectionSetNode, parent: string, types: SubgraphTypes): boolean {
  return set.selections.some((one) => {
    const [inner, type] = inside(one, parent, types)
    const narrows = one.kind === Kind.INLINE_FRAGMENT && type !== parent
    if (narrows && isAbstract(types, parent) && isAbstract(types, type)) return true
    return inner !== undefined && narrowsAbstract(inner, type, types)
  })
}

function expand(set: SelectionSetNode, parent: string, types: SubgraphTypes): SelectionNode[] {
  return set.selections.flatMap((one): SelectionNode[] => {
    const [inner, type] = inside(one, parent, types)
    if (inner === undefined) return [one]
    if (one.kind !== Kind.INLINE_FRAGMENT) return within(one, expand(inner, type, types))
    const possible = possibleTypes(types, type)
    if (!isAbstract(types, parent)) return possible.has(parent) ? expand(inner, parent, types) : []
    if (type === parent || !isAbstract(types, type)) return within(one, expand(inner, type, types))
    const both = [...possibleTypes(types, parent)].filter((name) => possible.has(name))
    return both.flatMap((name) => {
      const typeCondition = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } } as const
      return within({ ...one, typeCondition }, expand(inner, name, types))
    })
  })
}

/** What a selection selects, and of which type. */
function inside(
  one: SelectionNode,
  parent: string,
  { types }: SubgraphTypes,
): readonly [SelectionSetNode | undefined, string] {
  if (one.kind === Kind.INLINE_FRAGMENT) return [one.selectionSet, one.typeCondition?.name.value ?? parent]
  if (one.kind !== Kind.FIELD) return [undefined, parent]
  const type = types.get(parent)?.fields.get(one.name.value)?.type
  return [one.selectionSet, type === undefined ? '' : namedType(type)]
}

function within(one: SelectionNode, selections: SelectionNode[]): SelectionNode[] {
  if (selections.length === 0) return []
  return [{ ...one, selectionSet: { kind: Kind.SELECTION_SET, selections } } as SelectionNode]
}
