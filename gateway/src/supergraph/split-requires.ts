import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  type FieldNode,
  Kind,
  parse,
  print,
  type SelectionSetNode,
} from 'graphql'
import { argument, keyFields } from './order-keys.js'

/** Ends the planner's names for the other faces of a subgraph. No SDL name contains it by accident. */
const FACE = '__requires'
const FACES = /__requires\d*$/
const ROOTS = new Set(['Query', 'Mutation', 'Subscription'])
const JOINS = new Set([
  'join__type',
  'join__field',
  'join__implements',
  'join__unionMember',
  'join__enumValue',
])

/** The faces of subgraphs beside their own: their suffixes by graph, and the suffix for what requires by coordinate. */
interface Faces {
  readonly of: ReadonlyMap<string, readonly string[]>
  readonly at: ReadonlyMap<string, string>
}

/**
 * The same supergraph with every subgraph that has @requires shown to the planner as several: one without those fields,
 * and others that has nothing of an entity but its keys, those fields and what they require. The planner (0.0.38) does not find a way to a @requires field
 * of an object that the same subgraph gave in an entity fetch ("Path … cannot be found in selection set"); as two
 * subgraphs it does. Undefined when nothing requires anything.
 */
export function splitRequires(supergraph: DocumentNode): DocumentNode | undefined {
  const faces = facesOf(supergraph)
  if (faces.of.size === 0) return undefined
  return { ...supergraph, definitions: supergraph.definitions.map((one) => split(one, faces)) }
}

function facesOf(supergraph: DocumentNode): Faces {
  const of = new Map<string, string[]>()
  const at = new Map<string, string>()
  for (const definition of supergraph.definitions) {
    const wanted = new Map<string, SelectionSetNode[][]>()
    for (const field of fieldsOf(definition)) {
      for (const join of field.directives ?? []) {
        const requires = argument(join, 'requires')
        const graph = graphOf(join) ?? ''
        if (requires === undefined) continue
        const groups = wanted.get(graph) ?? []
        wanted.set(graph, groups)
        const index = place(selectionSet(requires), groups)
        const face = index === 0 ? FACE : `${FACE}${index}`
        at.set(coordinate(definition, field, graph), face)
        const known = of.get(graph) ?? []
        of.set(graph, known.includes(face) ? known : [...known, face])
      }
    }
  }
  return { of, at }
}

/** Puts a selection to the first of the groups that asks for no field with other arguments; which one that is. */
function place(set: SelectionSetNode | undefined, groups: SelectionSetNode[][]): number {
  const own = set === undefined ? [] : [set]
  const fit = groups.findIndex((group) => group.every((other) => own.every((one) => !differ(one, other))))
  if (fit >= 0) {
    groups[fit]?.push(...own)
    return fit
  }
  groups.push(own)
  return groups.length - 1
}

/** The planner makes one representation for both where it asks for them together, and a field has one value in it. */
function differ(one: SelectionSetNode, other: SelectionSetNode): boolean {
  return namedIn(one).some((field) =>
    namedIn(other).some((same) => {
      if (field.name.value !== same.name.value) return false
      const text = (node: FieldNode) => (node.arguments ?? []).map(print).sort().join()
      if (text(field) !== text(same)) return true
      return field.selectionSet !== undefined && same.selectionSet !== undefined
        ? differ(field.selectionSet, same.selectionSet)
        : false
    }),
  )
}

function namedIn({ selections }: SelectionSetNode): FieldNode[] {
  return selections.flatMap((one) => {
    if (one.kind === Kind.FIELD) return [one]
    return one.kind === Kind.INLINE_FRAGMENT ? namedIn(one.selectionSet) : []
  })
}

function selectionSet(fields: string): SelectionSetNode | undefined {
  const [operation] = parse(`{ ${fields} }`, { noLocation: true }).definitions
  return operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet : undefined
}

function coordinate(definition: DefinitionNode, field: FieldDefinitionNode, graph: string): string {
  const name = 'name' in definition ? (definition.name?.value ?? '') : ''
  return `${name}.${field.name.value} ${graph}`
}

/** The subgraph that answers what the planner asks of a name. */
export function realName(service: string): string {
  return service.replace(FACES, '')
}

function split(definition: DefinitionNode, faces: Faces): DefinitionNode {
  if (definition.kind === Kind.ENUM_TYPE_DEFINITION) return splitEnum(definition, faces)
  if (!('directives' in definition) || !('name' in definition)) return definition
  if (definition.name !== undefined && ROOTS.has(definition.name.value)) return definition
  const directives = (definition.directives as readonly ConstDirectiveNode[] | undefined) ?? []
  const own = { ...definition, directives: multiplied(directives, faces) }
  const fields = fieldsOf(definition)
  if (fields.length === 0) return own as DefinitionNode
  const keys = new Set(directives.flatMap((one) => keyFields(argument(one, 'key'))))
  const entity = keys.size > 0
  return {
    ...own,
    fields: fields.map((field) => {
      const joins = field.directives ?? []
      const face = (graph: string) => faces.at.get(coordinate(definition, field, graph)) ?? FACE
      if (!entity || keys.has(field.name.value))
        return { ...field, directives: multiplied(joins, faces, face) }
      return { ...field, directives: moved(placed(joins, directives), faces, face) }
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

/** What requires is of its face only, what is external of all; the rest stays where it is. */
function moved(
  joins: readonly ConstDirectiveNode[],
  faces: Faces,
  face: (graph: string) => string,
): ConstDirectiveNode[] {
  return joins.flatMap((one) => {
    const graph = graphOf(one) ?? ''
    const own = faces.of.get(graph)
    if (own === undefined) return [one]
    if (has(one, 'requires')) return [suffixed(one, 'graph', face(graph))]
    return has(one, 'external') ? [one, ...own.map((suffix) => suffixed(one, 'graph', suffix))] : [one]
  })
}

function splitEnum(definition: EnumTypeDefinitionNode, faces: Faces): EnumTypeDefinitionNode {
  const values = definition.values ?? []
  if (definition.name.value !== 'join__Graph') {
    return {
      ...definition,
      directives: multiplied(definition.directives ?? [], faces),
      values: values.map((value) => ({ ...value, directives: multiplied(value.directives ?? [], faces) })),
    }
  }
  const others = values.flatMap((value) =>
    (faces.of.get(value.name.value) ?? []).map((suffix) => ({
      ...value,
      name: { ...value.name, value: value.name.value + suffix },
      directives: (value.directives ?? []).map((one) => suffixed(one, 'name', suffix)),
    })),
  )
  return { ...definition, values: [...values, ...others] }
}

/** Every join of a split subgraph is one of its other faces too; one that requires is only of its own. */
function multiplied(
  directives: readonly ConstDirectiveNode[],
  faces: Faces,
  face: (graph: string) => string = () => FACE,
): ConstDirectiveNode[] {
  return directives.flatMap((one) => {
    const graph = graphOf(one) ?? ''
    const own = faces.of.get(graph)
    if (!JOINS.has(one.name.value) || own === undefined) return [one]
    if (has(one, 'requires')) return [suffixed(one, 'graph', face(graph))]
    return [one, ...own.map((suffix) => suffixed(one, 'graph', suffix))]
  })
}

function suffixed(directive: ConstDirectiveNode, name: string, suffix: string): ConstDirectiveNode {
  return {
    ...directive,
    arguments: (directive.arguments ?? []).map((one) =>
      one.name.value === name && (one.value.kind === Kind.ENUM || one.value.kind === Kind.STRING)
        ? { ...one, value: { ...one.value, value: one.value.value + suffix } }
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
