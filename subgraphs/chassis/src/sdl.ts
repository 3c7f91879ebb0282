import { type DefinitionNode, type DocumentNode, Kind, parse, visit } from 'graphql'

/** Directives that speak to composition and mean nothing to execution. */
const FEDERATION_DIRECTIVES = new Set([
  'authenticated',
  'composeDirective',
  'extends',
  'external',
  'inaccessible',
  'interfaceObject',
  'key',
  'link',
  'override',
  'policy',
  'provides',
  'requires',
  'requiresScopes',
  'shareable',
  'tag',
])

export interface ReadSdl {
  /** The document without anything of federation, ready to be made executable. */
  readonly document: DocumentNode
  /** Names of the types with a resolvable @key. */
  readonly entities: readonly string[]
  readonly scalars: readonly string[]
}

/** Reads a subgraph's SDL for execution. Throws GraphQLError when it is not SDL. */
export function readSdl(sdl: string): ReadSdl {
  const source = parse(sdl, { noLocation: true })
  const bare = visit(source, {
    Directive: (node) => (FEDERATION_DIRECTIVES.has(node.name.value) ? null : undefined),
    SchemaExtension: () => null,
  }) as DocumentNode
  return {
    document: { ...bare, definitions: define(bare.definitions) },
    entities: source.definitions.filter(isEntity).map((node) => node.name.value),
    scalars: source.definitions
      .filter((node) => node.kind === Kind.SCALAR_TYPE_DEFINITION)
      .map((node) => node.name.value),
  }
}

/** An `extend type` whose type no other definition makes is its definition, as federation allows. */
function define(definitions: readonly DefinitionNode[]): DefinitionNode[] {
  const known = new Set(
    definitions.flatMap((node) => (node.kind === Kind.OBJECT_TYPE_DEFINITION ? [node.name.value] : [])),
  )
  return definitions.map((node) => {
    if (node.kind !== Kind.OBJECT_TYPE_EXTENSION || known.has(node.name.value)) return node
    known.add(node.name.value)
    return { ...node, kind: Kind.OBJECT_TYPE_DEFINITION }
  })
}

function isEntity(node: DefinitionNode): node is DefinitionNode & { name: { value: string } } {
  if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.OBJECT_TYPE_EXTENSION) return false
  return (node.directives ?? []).some(
    (directive) =>
      directive.name.value === 'key' &&
      !(directive.arguments ?? []).some(
        ({ name, value }) => name.value === 'resolvable' && value.kind === Kind.BOOLEAN && !value.value,
      ),
  )
}

/** The fields by which a gateway reaches this subgraph's SDL and entities. */
export function federationFields(entities: readonly string[]): string {
  const service = 'type _Service { sdl: String! }'
  if (entities.length === 0) return `${service} extend type Query { _service: _Service! }`
  return `${service} scalar _Any union _Entity = ${entities.join(' | ')}
    extend type Query { _service: _Service! _entities(representations: [_Any!]!): [_Entity]! }`
}
