import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  Kind,
  type UnionTypeDefinitionNode,
} from 'graphql'
import { isOfFederation1, joinedAnew } from './first-joins.js'

/**
 * A supergraph as compositions before Federation 2.2 wrote it (join v0.1 and v0.2), with what planning wants to know: which
 * subgraph has which members of a union and values of an enum. Nobody said so then: whoever has the type has all of them, of
 * members those that it has. Undefined where it is said already.
 */
export function withMembersSaid(document: DocumentNode): DocumentNode | undefined {
  if (isOfFederation1(document)) return sayMembers(joinedAnew(document))
  const directives = new Set(
    document.definitions.flatMap((one) => (one.kind === Kind.DIRECTIVE_DEFINITION ? [one.name.value] : [])),
  )
  if (!directives.has('join__type') || directives.has('join__unionMember')) return undefined
  return sayMembers(document)
}

function sayMembers(document: DocumentNode): DocumentNode {
  const graphs = new Map(document.definitions.map((one) => [nameOf(one), graphsOf(one)]))
  const definitions = document.definitions.map((one) => {
    if (one.kind === Kind.UNION_TYPE_DEFINITION) return ofMembers(one, graphs)
    return one.kind === Kind.ENUM_TYPE_DEFINITION ? ofValues(one) : one
  })
  return { ...document, definitions }
}

function ofMembers(
  union: UnionTypeDefinitionNode,
  graphs: ReadonlyMap<string, readonly string[]>,
): UnionTypeDefinitionNode {
  const said = graphsOf(union).flatMap((graph) => {
    const members = (union.types ?? []).filter(({ name }) => graphs.get(name.value)?.includes(graph))
    return members.map(({ name }) => join('join__unionMember', graph, name.value))
  })
  return { ...union, directives: [...(union.directives ?? []), ...said] }
}

function ofValues(type: EnumTypeDefinitionNode): EnumTypeDefinitionNode {
  const said = graphsOf(type).map((graph) => join('join__enumValue', graph))
  const values = type.values?.map((one) => ({ ...one, directives: [...(one.directives ?? []), ...said] }))
  return { ...type, ...(values && { values }) }
}

function nameOf(definition: DefinitionNode): string {
  return 'name' in definition ? (definition.name?.value ?? '') : ''
}

/** The subgraphs that have a type, as the enum join__Graph names them. */
function graphsOf(definition: DefinitionNode): string[] {
  const graphs = new Set<string>()
  for (const { name, arguments: given } of definition.directives ?? []) {
    if (name.value !== 'join__type') continue
    for (const one of given ?? []) {
      if (one.name.value === 'graph' && one.value.kind === Kind.ENUM) graphs.add(one.value.value)
    }
  }
  return [...graphs]
}

function join(name: string, graph: string, member?: string): ConstDirectiveNode {
  const inGraph = argument('graph', { kind: Kind.ENUM, value: graph } as const)
  const ofMember =
    member === undefined ? [] : [argument('member', { kind: Kind.STRING, value: member } as const)]
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: name },
    arguments: [inGraph, ...ofMember],
  }
}

function argument<Value>(name: string, value: Value) {
  return { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: name }, value } as const
}
