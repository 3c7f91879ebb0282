import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  Kind,
} from 'graphql'
import { argument, keyFields } from './order-keys.js'

/** Ends the planner's name for the second face of a subgraph. No SDL name contains it by accident. */
const FACE = '__requires'
const ROOTS = new Set(['Query', 'Mutation', 'Subscription'])
const JOINS = new Set([
  'join__type',
  'join__field',
  'join__implements',
  'join__unionMember',
  'join__enumValue',
])

/**
 * The same supergraph with every subgraph that has @requires shown to the planner as two: one without those fields,
 * and one that has nothing of an entity but its keys, those fields and what they require. The planner (0.0.38) does not find a way to a @requires field
 * of an object that the same subgraph gave in an entity fetch ("Path … cannot be found in selection set"); as two
 * subgraphs it does. Undefined when nothing requires anything.
 */
export function splitRequires(supergraph: DocumentNode): DocumentNode | undefined {
  const graphs = new Set<string>()
  for (const definition of supergraph.definitions) {
    for (const field of fieldsOf(definition)) {
      for (const join of field.directives ?? []) if (has(join, 'requires')) graphs.add(graphOf(join) ?? '')
    }
  }
  if (graphs.size === 0) return undefined
  return { ...supergraph, definitions: supergraph.definitions.map((one) => split(one, graphs)) }
}

/** The subgraph that answers what the planner asks of a name. */
export function realName(service: string): string {
  return service.endsWith(FACE) ? service.slice(0, -FACE.length) : service
}

function split(definition: DefinitionNode, graphs: ReadonlySet<string>): DefinitionNode {
  if (definition.kind === Kind.ENUM_TYPE_DEFINITION) return splitEnum(definition, graphs)
  if (!('directives' in definition) || !('name' in definition)) return definition
  if (definition.name !== undefined && ROOTS.has(definition.name.value)) return definition
  const directives = (definition.directives as readonly ConstDirectiveNode[] | undefined) ?? []
  const own = { ...definition, directives: doubled(directives, graphs) }
  const fields = fieldsOf(definition)
  if (fields.length === 0) return own as DefinitionNode
  const keys = new Set(directives.flatMap((one) => keyFields(argument(one, 'key'))))
  const entity = keys.size > 0
  return {
    ...own,
    fields: fields.map((field) => {
      const joins = field.directives ?? []
      if (!entity || keys.has(field.name.value)) return { ...field, directives: doubled(joins, graphs) }
      return { ...field, directives: moved(placed(joins, directives), graphs) }
    }),
  } as DefinitionNode
}

/** A field without @join__field is in every subgraph of its type; those that are made for the planner must not count. */
export function placed(
  joins: readonly ConstDirectiveNode[],
  typeJoins: readonly ConstDirectiveNode[],
): readonly ConstDirectiveNode[] {
  if (joins.some((one) => one.name.value === 'join__field')) return joins
  const names = new Set(typeJoins.map((one) => graphOf(one)).filter((name) => name !== undefined))
  const name = { kind: Kind.NAME, value: 'join__field' } as const
  return [
    ...joins,
    ...[...names].map((graph): ConstDirectiveNode => {
      const value = { kind: Kind.ENUM, value: graph } as const
      const one = { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'graph' }, value } as const
      return { kind: Kind.DIRECTIVE, name, arguments: [one] }
    }),
  ]
}

/** What requires is of the second face only, what is external of both; the rest stays where it is. */
function moved(joins: readonly ConstDirectiveNode[], graphs: ReadonlySet<string>): ConstDirectiveNode[] {
  return joins.flatMap((one) => {
    if (!graphs.has(graphOf(one) ?? '')) return [one]
    if (has(one, 'requires')) return [suffixed(one, 'graph')]
    return has(one, 'external') ? [one, suffixed(one, 'graph')] : [one]
  })
}

function splitEnum(definition: EnumTypeDefinitionNode, graphs: ReadonlySet<string>): EnumTypeDefinitionNode {
  const values = definition.values ?? []
  if (definition.name.value !== 'join__Graph') {
    return {
      ...definition,
      directives: doubled(definition.directives ?? [], graphs),
      values: values.map((value) => ({ ...value, directives: doubled(value.directives ?? [], graphs) })),
    }
  }
  const faces = values
    .filter((value) => graphs.has(value.name.value))
    .map((value) => ({
      ...value,
      name: { ...value.name, value: value.name.value + FACE },
      directives: (value.directives ?? []).map((one) => suffixed(one, 'name')),
    }))
  return { ...definition, values: [...values, ...faces] }
}

/** Every join of a split subgraph is one of its second face too; one that requires is only there. */
function doubled(
  directives: readonly ConstDirectiveNode[],
  graphs: ReadonlySet<string>,
): ConstDirectiveNode[] {
  return directives.flatMap((one) => {
    if (!JOINS.has(one.name.value) || !graphs.has(graphOf(one) ?? '')) return [one]
    const face = suffixed(one, 'graph')
    return has(one, 'requires') ? [face] : [one, face]
  })
}

function suffixed(directive: ConstDirectiveNode, name: string): ConstDirectiveNode {
  return {
    ...directive,
    arguments: (directive.arguments ?? []).map((one) =>
      one.name.value === name && (one.value.kind === Kind.ENUM || one.value.kind === Kind.STRING)
        ? { ...one, value: { ...one.value, value: one.value.value + FACE } }
        : one,
    ),
  }
}

function fieldsOf(definition: DefinitionNode): readonly FieldDefinitionNode[] {
  const composite =
    definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION
  return composite ? (definition.fields ?? []) : []
}

function has(directive: ConstDirectiveNode, name: string): boolean {
  return directive.arguments?.some((one) => one.name.value === name) === true
}

function graphOf(directive: ConstDirectiveNode): string | undefined {
  return argument(directive, 'graph')
}
