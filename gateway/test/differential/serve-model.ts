import type { SubgraphRequest, SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import {
  buildASTSchema,
  type DocumentNode,
  execute,
  type ExecutionResult,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  type GraphQLTypeResolver,
  Kind,
  parse,
} from 'graphql'
import { type Field, INSTANCES, type Model, type TypeRef } from './model.js'
import { monolithSdl, subgraphSdl } from './sdl.js'
import { Fault, made, type Pointer, type Store } from './store.js'

/** A subgraph of a generated graph, answered by graphql-js from the shared data. */
export interface ModelSubgraph extends SubgraphTransport {
  readonly sdl: string
  store: Store | undefined
}

export function serveSubgraphs(model: Model): ModelSubgraph[] {
  return model.subgraphs.map((name) => serveSubgraph(model, name))
}

function serveSubgraph(model: Model, name: string): ModelSubgraph {
  const sdl = subgraphSdl(model, name)
  const schema = executable(sdl, model)
  const documents = new Map<string, DocumentNode>()
  const served: ModelSubgraph = {
    name,
    sdl,
    store: undefined,
    async request({ query, variables }: SubgraphRequest) {
      const document = documents.get(query) ?? parse(query)
      documents.set(query, document)
      const answer = await execute({
        schema,
        document,
        variableValues: variables,
        fieldResolver: resolver(model, name, () => served.store),
        typeResolver,
      })
      return JSON.parse(JSON.stringify(answer)) as Record<string, never>
    },
    subscribe() {
      throw new Error('generated graphs have no subscriptions')
    },
  }
  return served
}

/** The oracle's schema. */
export function monolith(model: Model): GraphQLSchema {
  return buildASTSchema(parse(monolithSdl(model)))
}

/** The oracle: graphql-js over the whole graph as one schema. */
export async function ask(
  model: Model,
  schema: GraphQLSchema,
  store: Store,
  document: DocumentNode,
  variableValues: Record<string, unknown>,
): Promise<ExecutionResult> {
  const answer = await execute({
    schema,
    document,
    variableValues,
    fieldResolver: resolver(model, undefined, () => store),
    typeResolver,
  })
  return JSON.parse(JSON.stringify(answer)) as ExecutionResult
}

/**
 * Every path at which this operation can fail: where the data throws, and where it has null against the type. Nothing
 * bubbles here, so faults behind other faults are found too.
 */
export async function faultPaths(
  model: Model,
  lenient: GraphQLSchema,
  store: Store,
  document: DocumentNode,
  variableValues: Record<string, unknown>,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  const strict = resolver(model, undefined, () => store)
  await execute({
    schema: lenient,
    document,
    variableValues,
    typeResolver,
    fieldResolver: (source, args, context, info) => {
      const path: (string | number)[] = []
      for (let at: typeof info.path | undefined = info.path; at !== undefined; at = at.prev)
        path.unshift(at.key)
      try {
        const value = strict(source, args, context, info)
        const field = fieldOf(model, info.parentType.name, info.fieldName)
        if (field !== undefined) violations(field.type, value, path, found)
        return value
      } catch {
        found.add(JSON.stringify(path))
        return null
      }
    },
  })
  return found
}

/** The oracle's schema without a single non-null. */
export function lenientMonolith(model: Model): GraphQLSchema {
  return buildASTSchema(parse(monolithSdl(model).replaceAll('!', '')))
}

function violations(type: TypeRef, value: unknown, path: (string | number)[], found: Set<string>): void {
  if (value === null || value === undefined) {
    if (type.nonNull) found.add(JSON.stringify(path))
  } else if (type.kind === 'list') {
    for (const [index, item] of (value as unknown[]).entries())
      violations(type.of, item, [...path, index], found)
  } else if (value === 'SECRET') found.add(JSON.stringify(path))
}

const typeResolver: GraphQLTypeResolver<unknown, unknown> = (value) => (value as Pointer).__typename

const KEYS: ReadonlySet<string> = new Set(['id', 'code'])

function fieldOf(model: Model, type: string, field: string): Field | undefined {
  if (type === 'Query') return model.roots.find((one) => one.name === field)
  if (type === 'Mutation') return model.mutations.find((one) => one.name === field)
  if (type === 'Thing')
    return {
      name: field,
      type: { kind: 'named', name: 'String', nonNull: false },
      owners: [],
      hasArgument: false,
    }
  return model.objects.find((one) => one.name === type)?.fields.find((one) => one.name === field)
}

function resolver(
  model: Model,
  subgraph: string | undefined,
  storeOf: () => Store | undefined,
): GraphQLFieldResolver<unknown, unknown> {
  return (source, args, _context, info) => {
    const store = storeOf()
    if (store === undefined) throw new Error('no data')
    const type = info.parentType.name
    if (type === 'Query' && info.fieldName === '_entities')
      return (args['representations'] as Record<string, unknown>[]).map((one) => reference(model, one, store))
    const field = fieldOf(model, type, info.fieldName)
    const pointer = source as Pointer | undefined
    if (pointer !== undefined && type !== 'V0' && KEYS.has(info.fieldName))
      return pointer[info.fieldName as 'id' | 'code']
    if (field === undefined) throw new Error(`no data for ${type}.${info.fieldName}`)
    if (subgraph !== undefined && field.overriddenFrom === subgraph)
      throw new Fault(`${type}.${field.name} was overridden and asked all the same`)
    const by = Number(args['by'] ?? 1)
    if (type === 'Mutation') return store.mutate(field, by)
    if (subgraph !== undefined && field.requires !== undefined) return made(pointer?.given?.[field.requires])
    // An @interfaceObject knows the interface only, so what it adds cannot depend on the object's type.
    return store.read(field.name === 'extra' ? 'Thing' : type, pointer?.id ?? '', field, by)
  }
}

function reference(model: Model, given: Record<string, unknown>, store: Store): Pointer | null {
  const type = String(given['__typename'])
  const ids = Array.from({ length: INSTANCES }, (_, index) => String(index + 1))
  const id = ids.find((one) => one === given['id'] || `${type}-${one}` === given['code'])
  if (id === undefined) return null
  const known = type === 'Thing' || model.objects.some((one) => one.name === type)
  return known ? { ...store.pointer(type, id), given } : null
}

function executable(sdl: string, model: Model): GraphQLSchema {
  const entities = /type Thing @key/.test(sdl)
    ? ['Thing']
    : model.objects.filter((one) => one.isEntity).map((one) => one.name)
  const text = `${sdl} scalar _Any union _Entity = ${entities.join(' | ')}
    extend type Query { _entities(representations: [_Any!]!): [_Entity]! }`
  const document = parse(text)
  const extra = document.definitions.find(
    (one) => one.kind === Kind.OBJECT_TYPE_EXTENSION && one.name.value === 'Query',
  )
  const definitions = document.definitions
    .filter((one) => one.kind !== Kind.SCHEMA_EXTENSION && one !== extra)
    .map((one) =>
      one.kind === Kind.OBJECT_TYPE_DEFINITION &&
      one.name.value === 'Query' &&
      extra !== undefined &&
      'fields' in extra
        ? { ...one, fields: [...(one.fields ?? []), ...(extra.fields ?? [])] }
        : one,
    )
  return buildASTSchema({ kind: Kind.DOCUMENT, definitions } as DocumentNode, {
    assumeValid: true,
    assumeValidSDL: true,
  })
}
