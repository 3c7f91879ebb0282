import type { SubgraphRequest, SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import {
  buildASTSchema,
  type DefinitionNode,
  execute,
  type ExecutionResult,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  subscribe,
} from 'graphql'
import type { SubgraphSdl } from '../src/supergraph/compose.js'

type Resolver = (source: never, args: never, context: SubgraphRequest) => unknown
/** Resolvers by type and field; `__ref` resolves a representation, `__type` names an object's type. */
export type Resolvers = Readonly<Record<string, Readonly<Record<string, Resolver>>>>

export interface TestSubgraph extends SubgraphTransport {
  readonly sdl: string
  readonly schema: GraphQLSchema
  /** Every request that came, oldest first. */
  readonly seen: SubgraphRequest[]
}

export const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3",
  import: ["@key", "@requires", "@provides", "@external", "@shareable", "@inaccessible", "@override", "@interfaceObject", "@tag"])\n`

/** A subgraph in this process: graphql-js over its own SDL, with the two fields of the federation specification. */
export function subgraph(
  name: string,
  sdl: string,
  resolvers: Resolvers,
  federation: 1 | 2 = 2,
): TestSubgraph {
  const schema = executable(sdl, resolvers)
  const seen: SubgraphRequest[] = []
  const args = (request: SubgraphRequest) => ({
    schema,
    document: parse(request.query),
    variableValues: request.variables,
    contextValue: request,
  })
  return {
    name,
    sdl: federation === 2 ? LINK + sdl : sdl,
    schema,
    seen,
    async request(request) {
      seen.push(request)
      return wire(await execute(args(request)))
    },
    async *subscribe(request) {
      seen.push(request)
      const events = await subscribe(args(request))
      if (!(Symbol.asyncIterator in events)) throw new Error(events.errors?.[0]?.message ?? 'refused')
      for await (const event of events) {
        if (request.signal.aborted) return
        yield wire(event)
      }
    },
  }
}

/** What an answer looks like after it went over HTTP. */
function wire(result: ExecutionResult) {
  return JSON.parse(JSON.stringify(result)) as Record<string, never>
}

export function sdls(subgraphs: readonly TestSubgraph[]): SubgraphSdl[] {
  return subgraphs.map(({ name, sdl }) => ({ name, sdl }))
}

export function transportsOf(subgraphs: readonly TestSubgraph[]): ReadonlyMap<string, TestSubgraph> {
  return new Map(subgraphs.map((one) => [one.name, one]))
}

/** An executable schema from SDL that may use federation's directives without declaring them. */
export function executable(sdl: string, resolvers: Resolvers): GraphQLSchema {
  const definitions = asDefinitions(parse(sdl).definitions)
  const keyed = definitions.flatMap((one) =>
    one.kind === Kind.OBJECT_TYPE_DEFINITION && one.directives?.some((used) => used.name.value === 'key')
      ? [one.name.value]
      : [],
  )
  const extra =
    keyed.length === 0
      ? ''
      : `scalar _Any union _Entity = ${keyed.join(' | ')}
    extend type Query { _entities(representations: [_Any!]!): [_Entity]! }`
  const hasQuery = definitions.some((one) => 'name' in one && one.name?.value === 'Query')
  const query = hasQuery ? '' : 'type Query { _service: String }'
  const merged = asDefinitions([
    ...definitions,
    ...parse(`${query} ${extra} directive @x on FIELD`).definitions,
  ])
  const schema = buildASTSchema(
    { kind: Kind.DOCUMENT, definitions: merged },
    { assumeValid: true, assumeValidSDL: true },
  )
  attach(schema, resolvers)
  return schema
}

/** Federation 1 lets a subgraph extend a type that it never defines; the first extension becomes the definition. */
function asDefinitions(definitions: readonly DefinitionNode[]): DefinitionNode[] {
  const result = new Map<string, DefinitionNode>()
  for (const one of definitions) {
    const name = 'name' in one ? one.name?.value : undefined
    if (one.kind === Kind.OBJECT_TYPE_DEFINITION || one.kind === Kind.OBJECT_TYPE_EXTENSION) {
      const before = result.get(one.name.value)
      const fields = before !== undefined && 'fields' in before ? (before.fields ?? []) : []
      const directives = before !== undefined && 'directives' in before ? (before.directives ?? []) : []
      const interfaces = before !== undefined && 'interfaces' in before ? (before.interfaces ?? []) : []
      result.set(one.name.value, {
        ...one,
        kind: Kind.OBJECT_TYPE_DEFINITION,
        fields: [...fields, ...(one.fields ?? [])],
        directives: [...directives, ...(one.directives ?? [])],
        interfaces: [...interfaces, ...(one.interfaces ?? [])],
      } as DefinitionNode)
    } else if (one.kind !== Kind.SCHEMA_EXTENSION) {
      result.set(`${one.kind} ${name}`, one)
    }
  }
  return [...result.values()]
}

function attach(schema: GraphQLSchema, resolvers: Resolvers): void {
  for (const [typeName, type] of Object.entries(schema.getTypeMap())) {
    const own = resolvers[typeName]
    if (isObjectType(type)) {
      for (const [name, field] of Object.entries(type.getFields())) {
        const resolver = own?.[name] as GraphQLFieldResolver<unknown, unknown> | undefined
        if (resolver === undefined) continue
        if (typeName === 'Subscription') {
          field.subscribe = resolver
        } else field.resolve = (source, args, context, info) => resolver(source, args, context, info)
      }
    }
    if (isInterfaceType(type) && own?.['__type'] !== undefined) {
      type.resolveType = own['__type'] as never
    }
  }
  const entities = schema.getQueryType()?.getFields()['_entities']
  if (entities === undefined || Object.keys(resolvers).length === 0) return
  entities.resolve = (_, { representations }, context) =>
    (representations as Record<string, unknown>[]).map(async (representation) => {
      const name = String(representation['__typename'])
      const resolve = resolvers[name]?.['__ref']
      if (resolve === undefined) throw new GraphQLError(`no reference resolver for ${name}`)
      const entity = await resolve(representation as never, {} as never, context as never)
      if (entity === null || entity === undefined || entity instanceof Error) return entity
      return { __typename: name, ...(entity as object) }
    })
}
