import {
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  print,
  type TypeNode,
} from 'graphql'
import { argument } from './sdl.js'
import { isAbstract, namedType, possibleTypes, type SubgraphTypes } from './subgraph-types.js'

type Composite = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode

/** A field as one subgraph has it; `graph` is the supergraph's name of that subgraph. */
interface Source {
  readonly graph: string
  readonly field: FieldDefinitionNode
  readonly subgraph: SubgraphTypes
  readonly isInterfaceObject: boolean
}

/**
 * The same supergraph with what the composition library (0.27.0) leaves out where every subgraph of a type has a field:
 * types and @provides of root fields, @external, @requires and types of an interface's fields. And where subgraphs give a
 * field an abstract type and one of its object types, the field has the abstract one whichever comes first.
 */
export function correctJoins(
  supergraph: DocumentNode,
  subgraphs: ReadonlyMap<string, SubgraphTypes>,
): DocumentNode {
  const byGraph = graphsOf(supergraph, subgraphs)
  return {
    ...supergraph,
    definitions: supergraph.definitions.map((definition) => {
      if (
        definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
        definition.kind !== Kind.INTERFACE_TYPE_DEFINITION
      )
        return definition
      const fields = definition.fields?.map((field) => corrected(field, definition, byGraph))
      return { ...definition, ...(fields === undefined ? {} : { fields }) }
    }),
  }
}

function corrected(
  field: FieldDefinitionNode,
  definition: Composite,
  byGraph: ReadonlyMap<string, SubgraphTypes>,
): FieldDefinitionNode {
  const sources = sourcesOf(field.name.value, definition, byGraph)
  // Who gives an overridden field is the library's matter, and it tells.
  if (sources.length < 2 || sources.some((one) => has(one, 'override'))) return field
  const type = mergedType(sources) ?? field.type
  const joins = field.directives?.filter((one) => one.name.value === 'join__field') ?? []
  if (joins.length === 0) {
    const isLeftOut = isRoot(definition) || definition.kind === Kind.INTERFACE_TYPE_DEFINITION
    if (!isLeftOut || sources.length !== graphCount(definition) || !sources.some((one) => tells(one, type)))
      return { ...field, type }
    const added = sources.map((one) => joinOf(one, sources, type))
    return { ...field, type, directives: [...(field.directives ?? []), ...added] }
  }
  if (type === field.type) return field
  const directives = field.directives?.map((one) => typed(one, sources))
  return { ...field, type, ...(directives === undefined ? {} : { directives }) }
}

/** In how many subgraphs the type is; a field without join__field is in all of them. */
function graphCount({ directives }: Composite): number {
  const joins = directives?.filter((one) => one.name.value === 'join__type') ?? []
  return new Set(joins.map((one) => argument(one, 'graph'))).size
}

/** Whether planning must know how this subgraph has the field. */
function tells(source: Source, type: TypeNode): boolean {
  if (print(source.field.type) !== print(type) || has(source, 'provides')) return true
  return source.isInterfaceObject && (has(source, 'external') || has(source, 'requires'))
}

/** The join__field of a subgraph. Like Apollo's composition it gives every type as soon as one differs. */
function joinOf(source: Source, sources: readonly Source[], type: TypeNode): ConstDirectiveNode {
  const differs = sources.some((one) => print(one.field.type) !== print(type))
  const fields = (name: string) => {
    const found = source.subgraph.directive(source.field, name)
    return found === undefined ? undefined : argument(found, 'fields')
  }
  const requires = source.isInterfaceObject ? fields('requires') : undefined
  const provides = fields('provides')
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: 'join__field' },
    arguments: [
      given('graph', { kind: Kind.ENUM, value: source.graph }),
      ...(differs ? [typeOf(source)] : []),
      ...(requires === undefined ? [] : [given('requires', { kind: Kind.STRING, value: requires })]),
      ...(provides === undefined ? [] : [given('provides', { kind: Kind.STRING, value: provides })]),
      ...(source.isInterfaceObject && has(source, 'external')
        ? [given('external', { kind: Kind.BOOLEAN, value: true })]
        : []),
    ],
  }
}

function typed(join: ConstDirectiveNode, sources: readonly Source[]): ConstDirectiveNode {
  const source = sources.find((one) => one.graph === argument(join, 'graph'))
  if (join.name.value !== 'join__field' || source === undefined || argument(join, 'type') !== undefined)
    return join
  return { ...join, arguments: [...(join.arguments ?? []), typeOf(source)] }
}

function typeOf({ field }: Source): ConstArgumentNode {
  return given('type', { kind: Kind.STRING, value: print(field.type) })
}

function given(name: string, value: ConstArgumentNode['value']): ConstArgumentNode {
  return { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: name }, value }
}

/**
 * The type that has all of the subgraphs' types in it; undefined when they agree in the name, or when there is none such
 * and composition made of it what it could.
 */
function mergedType(sources: readonly Source[]): TypeNode | undefined {
  const own = sources.filter((one) => !has(one, 'external'))
  const names = new Set(own.map(({ field }) => namedType(field.type)))
  if (names.size < 2) return undefined
  const widest = [...names].find((name) => [...names].every((one) => one === name || isWider(name, one, own)))
  if (widest === undefined) return undefined
  return loosest(
    own.map(({ field }) => field.type),
    widest,
  )
}

function isWider(name: string, other: string, sources: readonly Source[]): boolean {
  return sources.some(({ subgraph }) => {
    if (!isAbstract(subgraph, name)) return false
    return (
      possibleTypes(subgraph, name).has(other) || subgraph.types.get(other)?.interfaces.has(name) === true
    )
  })
}

/** Non-null only where all are; undefined when one is a list and another is not. */
function loosest(types: readonly TypeNode[], name: string): TypeNode | undefined {
  const bare = types.map((type) => (type.kind === Kind.NON_NULL_TYPE ? type.type : type))
  const isNonNull = types.every((type) => type.kind === Kind.NON_NULL_TYPE)
  const lists = bare.flatMap((type) => (type.kind === Kind.LIST_TYPE ? [type.type] : []))
  if (lists.length > 0 && lists.length < bare.length) return undefined
  const inner = lists.length > 0 ? loosest(lists, name) : undefined
  if (lists.length > 0 && inner === undefined) return undefined
  const type =
    inner === undefined
      ? ({ kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } } as const)
      : ({ kind: Kind.LIST_TYPE, type: inner } as const)
  return isNonNull ? { kind: Kind.NON_NULL_TYPE, type } : type
}

function sourcesOf(
  name: string,
  definition: Composite,
  byGraph: ReadonlyMap<string, SubgraphTypes>,
): Source[] {
  return [...byGraph].flatMap(([graph, subgraph]) => {
    const type = subgraph.types.get(definition.name.value)
    const field = type?.fields.get(name)
    if (type === undefined || field === undefined) return []
    const isInterfaceObject = definition.kind === Kind.INTERFACE_TYPE_DEFINITION && type.isObject
    return [{ graph, field, subgraph, isInterfaceObject }]
  })
}

function has({ subgraph, field }: Source, name: string): boolean {
  return subgraph.directive(field, name) !== undefined
}

function isRoot(definition: Composite): boolean {
  return ['Query', 'Mutation', 'Subscription'].includes(definition.name.value)
}

/** The subgraphs by the supergraph's names of them. */
function graphsOf(
  supergraph: DocumentNode,
  subgraphs: ReadonlyMap<string, SubgraphTypes>,
): ReadonlyMap<string, SubgraphTypes> {
  const graphs = new Map<string, SubgraphTypes>()
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue
    for (const value of definition.values ?? []) {
      const join = value.directives?.find((one) => one.name.value === 'join__graph')
      const subgraph = join === undefined ? undefined : subgraphs.get(argument(join, 'name') ?? '')
      if (subgraph !== undefined) graphs.set(value.name.value, subgraph)
    }
  }
  return graphs
}
