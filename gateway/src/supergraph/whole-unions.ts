import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type UnionTypeDefinitionNode,
} from 'graphql'
import { argument } from './sdl.js'

/** A key that nothing has: planning goes by it where there is nothing to fetch. No SDL has the name by accident. */
export const ELSEWHERE = '_lighthouse_elsewhere'

/**
 * The same supergraph with each union whole in every subgraph that has it, where subgraphs that share a field have
 * different members of its union. The planner (0.0.38) drops what is selected of members that not all of them have, so
 * that objects which a subgraph gives would be without their fields. A member that a subgraph does not know has nothing
 * there but a key to where it is; what is then selected in vain `plan/within-members.ts` takes out of the fetches.
 * Undefined when no union is such.
 */
export function wholeUnions(supergraph: DocumentNode): DocumentNode | undefined {
  const objects = new Map<string, ObjectTypeDefinitionNode>()
  for (const one of supergraph.definitions)
    if (one.kind === Kind.OBJECT_TYPE_DEFINITION) objects.set(one.name.value, one)
  const shared = sharedTypes(supergraph)
  const unions = new Map<string, UnionTypeDefinitionNode>()
  const strangers = new Map<string, Set<string>>()
  for (const union of supergraph.definitions) {
    if (union.kind !== Kind.UNION_TYPE_DEFINITION || !shared.has(union.name.value)) continue
    const missing = missingMembers(union)
    if (missing.length === 0) continue
    const added = missing.map(
      ({ graph, member }) => `@join__unionMember(graph: ${graph}, member: "${member}")`,
    )
    unions.set(union.name.value, {
      ...union,
      directives: [...(union.directives ?? []), ...directives(added)],
    })
    for (const { graph, member } of missing) {
      if (graphsOf(objects.get(member)).has(graph)) continue
      const known = strangers.get(member)
      if (known === undefined) strangers.set(member, new Set([graph]))
      else known.add(graph)
    }
  }
  if (unions.size === 0) return undefined
  const whole = (one: DefinitionNode): DefinitionNode => {
    if (one.kind === Kind.UNION_TYPE_DEFINITION) return unions.get(one.name.value) ?? one
    const graphs = one.kind === Kind.OBJECT_TYPE_DEFINITION ? strangers.get(one.name.value) : undefined
    return one.kind === Kind.OBJECT_TYPE_DEFINITION && graphs ? known(one, graphs) : one
  }
  return { ...supergraph, definitions: supergraph.definitions.map(whole) }
}

/** The names of what fields that several subgraphs give are made of. */
function sharedTypes(supergraph: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>()
  for (const one of supergraph.definitions) {
    if (one.kind !== Kind.OBJECT_TYPE_DEFINITION && one.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue
    const all = graphsOf(one).size
    for (const field of one.fields ?? []) {
      const joins = joinFields(field)
      if ((joins.length === 0 ? all : joins.length) > 1) names.add(nameIn(field))
    }
  }
  return names
}

function missingMembers(union: UnionTypeDefinitionNode): { graph: string; member: string }[] {
  const given = new Set(
    (union.directives ?? [])
      .filter((one) => one.name.value === 'join__unionMember')
      .map((one) => `${argument(one, 'graph') ?? ''} ${argument(one, 'member') ?? ''}`),
  )
  return [...graphsOf(union)].flatMap((graph) =>
    (union.types ?? [])
      .map((type) => ({ graph, member: type.name.value }))
      .filter(({ member }) => !given.has(`${graph} ${member}`)),
  )
}

/** The type as also `graphs` have it: no field but the key that leads to the subgraphs that really do. */
function known(type: ObjectTypeDefinitionNode, graphs: ReadonlySet<string>): ObjectTypeDefinitionNode {
  const real = [...graphsOf(type)]
  const placed = directives(real.map((graph) => `@join__field(graph: ${graph})`))
  const fields = (type.fields ?? []).map((field) =>
    joinFields(field).length > 0 ? field : { ...field, directives: [...(field.directives ?? []), ...placed] },
  )
  const keyJoins = [...graphs].map((graph) => `@join__field(graph: ${graph})`)
  const [key] = fieldsOf(`${ELSEWHERE}: ID @inaccessible ${keyJoins.join(' ')}`)
  const joins = directives([
    ...real.map((graph) => `@join__type(graph: ${graph}, key: "${ELSEWHERE}")`),
    ...[...graphs].map((graph) => `@join__type(graph: ${graph})`),
  ])
  return {
    ...type,
    fields: key === undefined ? fields : [...fields, key],
    directives: [...joins, ...(type.directives ?? [])],
  }
}

function joinFields(field: FieldDefinitionNode): readonly ConstDirectiveNode[] {
  return field.directives?.filter((one) => one.name.value === 'join__field') ?? []
}

function graphsOf(type: { readonly directives?: readonly ConstDirectiveNode[] } | undefined): Set<string> {
  const joins = type?.directives?.filter((one) => one.name.value === 'join__type') ?? []
  return new Set(joins.map((one) => argument(one, 'graph') ?? ''))
}

function nameIn(field: FieldDefinitionNode): string {
  let { type } = field
  while (type.kind !== Kind.NAMED_TYPE) type = type.type
  return type.name.value
}

function directives(texts: readonly string[]): readonly ConstDirectiveNode[] {
  return fieldsOf(`a: Int ${texts.join(' ')}`)[0]?.directives ?? []
}

function fieldsOf(text: string): readonly FieldDefinitionNode[] {
  const [type] = parse(`type A { ${text} }`, { noLocation: true }).definitions
  return type?.kind === Kind.OBJECT_TYPE_DEFINITION ? (type.fields ?? []) : []
}
