import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
} from 'graphql'
import { argument, flag } from '../../src/supergraph/sdl.js'

const HEAD = `schema @core(feature: "https://specs.apollo.dev/core/v0.2"), @core(feature: "https://specs.apollo.dev/join/v0.1", for: EXECUTION), @core(feature: "https://specs.apollo.dev/inaccessible/v0.1", for: SECURITY) { query: Query MUTATION }
  directive @core(as: String, feature: String!, for: core__Purpose) repeatable on SCHEMA
  directive @join__field(graph: join__Graph, provides: join__FieldSet, requires: join__FieldSet) on FIELD_DEFINITION
  directive @join__graph(name: String!, url: String!) on ENUM_VALUE
  directive @join__owner(graph: join__Graph!) on INTERFACE | OBJECT
  directive @join__type(graph: join__Graph!, key: join__FieldSet) repeatable on INTERFACE | OBJECT
  directive @inaccessible on FIELD_DEFINITION | INTERFACE | OBJECT | UNION
  enum core__Purpose { EXECUTION SECURITY } scalar join__FieldSet`

const ROOTS = ['Query', 'Mutation']

/** A supergraph of join v0.3 as Federation 1 writes it (join v0.1), where it says no more than that can. */
export function firstSdl(sdl: string): string {
  const { definitions } = parse(sdl, { noLocation: true })
  const names = definitions.map((one) => ('name' in one ? one.name?.value : undefined))
  const head = parse(HEAD.replace('MUTATION', names.includes('Mutation') ? 'mutation: Mutation' : ''))
  const types = definitions.filter(
    (one) =>
      one.kind.endsWith('TypeDefinition') && 'name' in one && !/^link__|^join__F/.test(one.name?.value ?? ''),
  )
  return print({ kind: Kind.DOCUMENT, definitions: [...head.definitions, ...types.map(rewritten)] })
}

function rewritten(one: DefinitionNode): DefinitionNode {
  if ('name' in one && one.name?.value === 'join__Graph') return one
  if (one.kind === Kind.OBJECT_TYPE_DEFINITION) return object(one)
  const bare = unjoined(one as DefinitionNode & Directed)
  if (one.kind === Kind.ENUM_TYPE_DEFINITION)
    return { ...bare, values: one.values?.map((value) => unjoined(value)) } as DefinitionNode
  const fields =
    'fields' in one ? (one.fields as readonly FieldDefinitionNode[]).map((field) => unjoined(field)) : []
  return { ...bare, ...('fields' in one && { fields }) } as DefinitionNode
}

function object(type: ObjectTypeDefinitionNode): ObjectTypeDefinitionNode {
  const joins = type.directives?.filter((one) => one.name.value === 'join__type') ?? []
  const graphs = joins.map((one) => argument(one, 'graph'))
  const count = (graph: string | undefined) => graphs.filter((one) => one === graph).length
  const [owner] = graphs.toSorted((one, other) => count(other) - count(one))
  const keyed = joins.filter((one) => argument(one, 'key') !== undefined)
  const isRoot = ROOTS.includes(type.name.value)
  const isJoined = keyed.length > 0 || isRoot
  const fields = type.fields?.map((field) => (isJoined ? joined(field, owner) : unjoined(field)))
  const directives = keyed.length > 0 ? [directive(`@join__owner(graph: ${owner})`), ...keyed] : []
  return { ...type, directives, ...(fields && { fields }) }
}

/** A field of an entity or a root, which one subgraph gives. */
function joined(field: FieldDefinitionNode, owner: string | undefined): FieldDefinitionNode {
  const bare = unjoined(field)
  const givers = field.directives?.filter((one) => isJoin(one) && flag(one, 'external') !== true) ?? []
  const [only] = givers.length === 1 ? givers : []
  const join = only ?? directive(`@join__field(graph: ${owner})`)
  return { ...bare, directives: [...(bare.directives ?? []), join] }
}

const isJoin = (one: ConstDirectiveNode) => one.name.value.startsWith('join__')

interface Directed {
  readonly directives?: readonly ConstDirectiveNode[]
}

function unjoined<One extends Directed>(one: One): One {
  return { ...one, directives: one.directives?.filter((directive) => !isJoin(directive)) ?? [] }
}

function directive(text: string): ConstDirectiveNode {
  const [type] = parse(`type T ${text}`, { noLocation: true }).definitions
  const [one] = type?.kind === Kind.OBJECT_TYPE_DEFINITION ? (type.directives ?? []) : []
  if (one === undefined) throw new Error(`This is no directive: ${text}`)
  return one
}
