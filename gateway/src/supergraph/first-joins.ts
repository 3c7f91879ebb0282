import {
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  parse,
  type SchemaDefinitionNode,
} from 'graphql'
import { graphOf, inferPlaces, joinsOf, type Places } from './infer-places.js'
import { argument, type Composite, isComposite } from './sdl.js'

const SPECS = 'https://specs.apollo.dev/'

const DEFINITIONS = parse(
  `directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
  scalar link__Import
  enum link__Purpose { SECURITY EXECUTION }
  directive @join__graph(name: String!, url: String!) on ENUM_VALUE
  directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
  directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
  directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
  directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
  directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
  scalar join__FieldSet`,
  { noLocation: true },
).definitions

/** True for a supergraph that Federation 1 composed. */
export function isOfFederation1(document: DocumentNode): boolean {
  return document.definitions.some(
    (one) => one.kind === Kind.DIRECTIVE_DEFINITION && one.name.value === 'join__owner',
  )
}

/**
 * A supergraph that Federation 1 composed (core v0.1 or v0.2, join v0.1) as Federation 2 writes it (link, join v0.3), except
 * for the members of unions and the values of enums.
 */
export function joinedAnew(document: DocumentNode): DocumentNode {
  const places = inferPlaces(document)
  const kept = document.definitions.filter((one) => !isOfFeatures(one))
  const definitions = kept.map((one): DefinitionNode => {
    if (one.kind === Kind.SCHEMA_DEFINITION) return linked(one)
    if (isComposite(one)) return joined(one, places)
    if (!one.kind.endsWith('TypeDefinition') || !('name' in one) || one.name?.value === 'join__Graph')
      return one
    const joins = places.graphsOf(one.name?.value ?? '').map((graph) => join('join__type', { graph }))
    return { ...one, directives: [...((one as Joinable).directives ?? []), ...joins] } as DefinitionNode
  })
  return { ...document, definitions: [...definitions, ...DEFINITIONS] }
}

interface Joinable {
  readonly directives?: readonly ConstDirectiveNode[]
}

/** What defines how the supergraph says things; it is said in another way. */
function isOfFeatures(one: DefinitionNode): boolean {
  const name = 'name' in one ? (one.name?.value ?? '') : ''
  if (one.kind === Kind.DIRECTIVE_DEFINITION) return name === 'core' || name.startsWith('join__')
  return name.startsWith('core__') || name === 'join__FieldSet'
}

/** The features other than these two stay as they are: who reads them knows what must be refused. */
function linked(schema: SchemaDefinitionNode): SchemaDefinitionNode {
  const others = (schema.directives ?? []).flatMap((one): ConstDirectiveNode[] => {
    const feature = argument(one, 'feature')
    if (one.name.value !== 'core' || feature === undefined) return [one]
    if (feature.startsWith(`${SPECS}core/`) || feature.startsWith(`${SPECS}join/`)) return []
    const given = one.arguments?.filter(({ name }) => name.value !== 'feature') ?? []
    const link = join('link', { url: feature })
    return [{ ...link, arguments: [...(link.arguments ?? []), ...given] }]
  })
  const own = ['link/v1.0', 'join/v0.3'].map((feature) => join('link', { url: SPECS + feature }))
  return { ...schema, directives: [...own, ...others] }
}

function joined(type: Composite, places: Places): Composite {
  const graphs = places.graphsOf(type.name.value)
  const keys = joinsOf(type, 'join__type')
  const types = graphs.flatMap((graph) => {
    // Federation 1 made nothing of the keys of interfaces; now they would say that a subgraph finds all objects of them.
    const own = type.kind === Kind.OBJECT_TYPE_DEFINITION ? keys.filter((one) => graphOf(one) === graph) : []
    return own.length > 0 ? own : [join('join__type', { graph })]
  })
  const interfaces = (type.interfaces ?? []).flatMap(({ name }) =>
    places
      .graphsOf(name.value)
      .filter((graph) => graphs.includes(graph))
      .map((graph) => join('join__implements', { graph, interface: name.value })),
  )
  const fields = type.fields?.map((field) => joinedField(type, field, places))
  return {
    ...type,
    directives: [...withoutJoins(type), ...types, ...interfaces],
    ...(fields && { fields }),
  }
}

function joinedField(type: Composite, field: FieldDefinitionNode, places: Places): FieldDefinitionNode {
  const own = joinsOf(field, 'join__field')
  const given = places.givers(type, field).map((graph) => {
    const said = own.find((one) => (graphOf(one) ?? graph) === graph)
    const others = said?.arguments?.filter(({ name }) => name.value !== 'graph') ?? []
    const one = join('join__field', { graph })
    return { ...one, arguments: [...(one.arguments ?? []), ...others] }
  })
  const known = places.knowers(type, field).map((graph) => {
    const one = join('join__field', { graph })
    return { ...one, arguments: [...(one.arguments ?? []), EXTERNAL] }
  })
  const joins = [...given, ...known]
  // Without any it would be in every subgraph of the type.
  const said = joins.length > 0 ? joins : [join('join__field', {})]
  return { ...field, directives: [...withoutJoins(field), ...said] }
}

const withoutJoins = ({ directives }: Joinable): readonly ConstDirectiveNode[] =>
  directives?.filter((one) => !one.name.value.startsWith('join__')) ?? []

const EXTERNAL: ConstArgumentNode = {
  kind: Kind.ARGUMENT,
  name: { kind: Kind.NAME, value: 'external' },
  value: { kind: Kind.BOOLEAN, value: true },
}

function join(name: string, given: Readonly<Record<string, string>>): ConstDirectiveNode {
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: name },
    arguments: Object.entries(given).map(([key, value]) => ({
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: key },
      value: { kind: key === 'graph' ? Kind.ENUM : Kind.STRING, value },
    })),
  }
}
