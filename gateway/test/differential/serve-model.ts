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
  validate,
} from 'graphql'
import type { Field, Model, TypeRef } from './model.js'
import { hash } from './random.js'
import { monolithSdl, subgraphSdl } from './sdl.js'
import { Fault, made, type Pointer, pointerTo, type Store } from './store.js'

type Keys = readonly (string | number)[]

/** A subgraph of a generated graph, answered by graphql-js from the shared data. */
export interface ModelSubgraph extends SubgraphTransport {
  readonly sdl: string
  store: Store | undefined
  /** Between 0 and 100: which requests a progressive @override concerns. */
  drawn: number
}

export function serveSubgraphs(model: Model): ModelSubgraph[] {
  return model.subgraphs.map((name) => serveSubgraph(model, name))
}

function serveSubgraph(model: Model, name: string): ModelSubgraph {
  const sdl = subgraphSdl(model, name)
  const schema = executable(model.sloppy.includes(name) ? nullable(sdl) : sdl, model)
  const documents = new Map<string, DocumentNode>()
  const resolving = resolver(
    model,
    () => served,
    () => served.store,
  )
  const served: ModelSubgraph = {
    name,
    sdl,
    store: undefined,
    drawn: 0,
    async request({ query, variables }: SubgraphRequest) {
      // Answers come in another order than they were asked for, always the same.
      for (let turns = hash(`${name}${query}`) % 8; turns > 0; turns -= 1) await Promise.resolve()
      const document = documents.get(query) ?? valid(query, schema)
      documents.set(query, document)
      const answer = await execute({
        schema,
        document,
        variableValues: variables,
        fieldResolver: resolving,
        typeResolver: name === model.thing?.objectIn ? () => 'Thing' : typeResolver,
      })
      return JSON.parse(JSON.stringify(answer)) as Record<string, never>
    },
    subscribe() {
      throw new Error('generated graphs have no subscriptions')
    },
  }
  return served
}

/** A subgraph refuses what its schema does not allow. */
function valid(query: string, schema: GraphQLSchema): DocumentNode {
  const document = parse(query)
  const [error] = validate(schema, document)
  if (error !== undefined) throw new Error(`not valid in the subgraph: ${error.message} ${query}`)
  return document
}

/** Answers every field itself. */
const WHOLE = () => undefined

/** The oracle's schema. */
export function monolith(model: Model): GraphQLSchema {
  return buildASTSchema(parse(monolithSdl(model)))
}

/** Resolves every field of the one schema. */
export const wholeResolver = (model: Model, storeOf: () => Store): GraphQLFieldResolver<unknown, unknown> =>
  resolver(model, WHOLE, storeOf)

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
    fieldResolver: wholeResolver(model, () => store),
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
  const strict = wholeResolver(model, () => store)
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
        if (field !== undefined) violations(model, field.type, value, path, found)
        return value
      } catch {
        found.add(JSON.stringify(path))
        return null
      }
    },
  })
  return found
}

/** SDL without a single non-null. */
const nullable = (sdl: string) => sdl.replaceAll('!', '')

/** The oracle's schema without a single non-null. */
export function lenientMonolith(model: Model): GraphQLSchema {
  return buildASTSchema(parse(nullable(monolithSdl(model))))
}

function violations(model: Model, type: TypeRef, value: unknown, path: Keys, found: Set<string>): void {
  if (value === null || value === undefined) {
    if (type.nonNull) found.add(JSON.stringify(path))
  } else if (type.kind === 'list') {
    for (const [index, item] of (value as unknown[]).entries())
      violations(model, type.of, item, [...path, index], found)
  } else if (value === 'SECRET' || isHidden(model, value)) found.add(JSON.stringify(path))
}

function isHidden(model: Model, value: unknown): boolean {
  const name =
    typeof value === 'object' && value !== null ? (value as Partial<Pointer>).__typename : undefined
  return model.objects.some((object) => object.name === name && object.inaccessible)
}

export const typeResolver: GraphQLTypeResolver<unknown, unknown> = (value) => (value as Pointer).__typename

const OF_POINTERS: ReadonlySet<string> = new Set(['id', 'code', 'num', 'part'])

function fieldOf(model: Model, type: string, field: string): Field | undefined {
  if (type === 'Query') return model.roots.find((one) => one.name === field)
  if (type === 'Mutation') return model.mutations.find((one) => one.name === field)
  if (type === 'Thing') return model.thing?.extras.find((one) => one.name === field)
  return model.objects.find((one) => one.name === type)?.fields.find((one) => one.name === field)
}

/** A subgraph of a generated graph while it answers: undefined stands for the whole graph. */
interface Answering {
  readonly name: string
  /** Between 0 and 100: which requests a progressive @override concerns. */
  readonly drawn: number
}

function resolver(
  model: Model,
  answering: () => Answering | undefined,
  storeOf: () => Store | undefined,
): GraphQLFieldResolver<unknown, unknown> {
  return (source, args, _context, info) => {
    const store = storeOf()
    if (store === undefined) throw new Error('no data')
    const type = info.parentType.name
    if (type === 'Query' && info.fieldName === '_entities')
      return (args['representations'] as Record<string, unknown>[]).map((one) =>
        reference(model, one, answering()?.name),
      )
    const pointer = source as Pointer | undefined
    if (type === 'Part') return (source as Pointer['part']).sku
    const field = fieldOf(model, type, info.fieldName)
    if (field === undefined && pointer !== undefined && OF_POINTERS.has(info.fieldName))
      return pointer[info.fieldName as 'id']
    if (field === undefined) throw new Error(`no data for ${type}.${info.fieldName}`)
    const subgraph = answering()
    if (subgraph !== undefined) mayAnswer(type, field, subgraph)
    if (type === 'Mutation') return store.mutate(field, args)
    if (subgraph !== undefined && field.requires !== undefined)
      return made(field, pointer?.given ?? {}, model)
    // An @interfaceObject knows the interface only, so what it adds cannot depend on the object's type.
    const isExtra = model.thing?.extras.some((one) => one.name === field.name) === true
    return store.read(isExtra ? 'Thing' : type, pointer?.id ?? '', field, args)
  }
}

/** Throws where a subgraph is asked for what another has taken over, or has not taken over yet. */
function mayAnswer(type: string, field: Field, { name, drawn }: Answering): void {
  const { override } = field
  if (override === undefined) return
  const isTaken = override.percent === undefined || drawn <= override.percent
  if (isTaken ? name === override.from : name !== override.from)
    throw new Fault(`${type}.${field.name} was asked of ${name}, which does not answer it`)
}

/** The object of a representation. Its keys must agree; an interface's name stands for the object's own. */
function reference(
  { thing, objects, instances }: Model,
  given: Record<string, unknown>,
  subgraph: string | undefined,
): Pointer | null {
  const name = String(given['__typename'])
  const isInterface = name === 'Thing' && thing?.objectIn !== undefined
  const knowsIt = isInterface
    ? subgraph === thing.home || subgraph === thing.objectIn
    : objects.some((one) => one.name === name && one.declaredIn.some((home) => home === subgraph))
  if (!knowsIt) throw new Fault(`${subgraph} knows no entity ${name}`)
  const type = isInterface ? String(given['id']).split('-', 1)[0] : name
  const numbers = Array.from({ length: instances }, (_, index) => index + 1)
  const number = numbers.find((one) => {
    const { id, code, num, part } = pointerTo(type ?? '', one)
    const sku = (given['part'] as Partial<Pointer['part']> | undefined)?.sku
    const keys = [
      [given['id'], id],
      [given['code'], code],
      [given['num'], num],
      [sku, part.sku],
    ].filter(([key]) => key !== undefined)
    return keys.length > 0 && keys.every(([key, own]) => key === own)
  })
  if (number === undefined) throw new Fault(`no object has the keys of ${JSON.stringify(given)}`)
  return { ...pointerTo(type ?? '', number), given }
}

function executable(sdl: string, model: Model): GraphQLSchema {
  const entities = /type Thing @key/.test(sdl)
    ? ['Thing']
    : model.objects.filter((one) => one.keys !== undefined).map((one) => one.name)
  const text =
    entities.length === 0
      ? sdl
      : `${sdl} scalar _Any union _Entity = ${entities.join(' | ')}
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
