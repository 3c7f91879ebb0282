import type { SubgraphAnswer, SubgraphRequest } from '@lighthouse/contract/subgraph-request'
import { SILENT } from '@lighthouse/analytics/recorder/record'
import {
  execute as executeGraphql,
  type FieldDefinitionNode,
  type FieldNode,
  type FormattedExecutionResult,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
  validate,
} from 'graphql'
import { createDoor } from '../src/admit.js'
import { Deadlines } from '../src/deadlines.js'
import { Ending } from '../src/ending.js'
import { PLAIN_DOCUMENTS } from '../src/persisted/documents.js'
import { createMeter } from '../src/meter.js'
import { execute } from '../src/operate.js'
import { createPlans } from '../src/plan.js'
import { resultText } from '../src/result.js'
import { type Scope, unknownFacts } from '../src/scope.js'
import { compose } from '../src/supergraph/compose.js'
import type { Planning } from '../src/supergraph/planning.js'
import { loadSupergraph } from '../src/supergraph/supergraph.js'
import { executableOf } from './differential/executable-of.js'
import { executable, LINK } from './federate.js'

/** An object of the data: plain values, or functions for fields with arguments, computed ones and ones that throw. */
export type Thing = { readonly __typename: string } & { readonly [field: string]: unknown }

export interface World {
  /** Everything that keys can find. `Query` and `Mutation` are roots. */
  readonly things: () => readonly Thing[]
  readonly monolith: string
  readonly subgraphs: Readonly<Record<string, string>>
  /** Subgraphs that write their SDL as Federation 1. */
  readonly federation1?: readonly string[]
  /** Where another composition made it; composed of the subgraphs otherwise. */
  readonly supergraph?: string
}

export interface Outcome {
  readonly data: unknown
  readonly paths: readonly string[]
  readonly messages: readonly string[]
}

/**
 * One world, run twice: as subgraphs behind the gateway's executor, and by graphql-js as one schema. Where the planner may
 * break down, planning must be in a process of its own.
 */
export function build(world: World, planning?: Planning) {
  const things = world.things()
  const whole = executable(world.monolith, {})
  const sdls = Object.entries(world.subgraphs).map(([name, sdl]) => ({
    name,
    sdl: world.federation1?.includes(name) ? sdl : LINK + sdl,
  }))
  const supergraph = loadSupergraph(world.supergraph ?? compose(sdls))
  const plans = createPlans(supergraph, planning && { planning })
  const asked: { subgraph: string; request: SubgraphRequest }[] = []
  const transports = new Map(
    Object.entries(world.subgraphs).map(([name, sdl]) => {
      const answer = answerer(executable(sdl, {}), whole, things)
      const request = (request: SubgraphRequest) => {
        asked.push({ subgraph: name, request })
        return answer(request)
      }
      return [name, { name, request, subscribe: () => neverEvents() }]
    }),
  )
  const operating = {
    supergraph,
    plans,
    door: createDoor({}, PLAIN_DOCUMENTS),
    maxBodyBytes: 0,
    reach: { allowedOrigins: [], allowedHosts: [], loopback: true },
    scopes: { deadlines: new Deadlines(5_000), recorder: SILENT, sample: () => false, process: 'test' },
    asking: { transports, recorder: SILENT, graph: 'test', log: () => undefined },
    recording: { recorder: SILENT, meter: createMeter(() => 0), graph: 'test', gatewayId: 'test' },
    log: (message: string, details: Readonly<Record<string, unknown>>) => {
      throw new Error(`${message}: ${String(details['cause'])}`)
    },
  }
  return {
    supergraph,
    asked,
    transports,
    async federated(query: string, variables: Record<string, unknown> = {}): Promise<Outcome> {
      const document = parse(query)
      const errors = validate(supergraph.apiSchema, document)
      if (errors.length > 0) throw new Error(`invalid in the federated schema: ${errors.join('; ')}`)
      const executing = executableOf(query, variables, document)
      const asking = scope()
      const text = resultText(await execute(executing, asking, operating), asking)
      return outcome(JSON.parse(text) as FormattedExecutionResult)
    },
    async oracle(query: string, variables: Record<string, unknown> = {}): Promise<Outcome> {
      const document = parse(query)
      const errors = validate(whole, document)
      if (errors.length > 0) throw new Error(`invalid in the monolith: ${errors.join('; ')}`)
      const rootValue = rootOf(document, things)
      return outcome(await executeGraphql({ schema: whole, document, rootValue, variableValues: variables }))
    },
  }
}

async function* neverEvents(): AsyncGenerator<SubgraphAnswer> {}

function scope(): Scope {
  return {
    requestId: 'test',
    traceId: '0'.repeat(32),
    client: { name: '', version: '' },
    principal: undefined,
    startedUs: 0,
    deadlineAt: Date.now() + 60_000,
    ending: new Ending(),
    noteStop: undefined,
    facts: unknownFacts(),
  }
}

function outcome(result: { data?: unknown; errors?: readonly unknown[] }): Outcome {
  const plain = JSON.parse(JSON.stringify(result)) as FormattedExecutionResult
  const errors = plain.errors ?? []
  return {
    data: plain.data ?? null,
    paths: errors.map((error) => JSON.stringify(error.path ?? null)).sort(),
    messages: errors.map((error) => error.message).sort(),
  }
}

function rootOf(document: ReturnType<typeof parse>, things: readonly Thing[]): Thing | undefined {
  const operation = document.definitions.find((one) => one.kind === 'OperationDefinition')
  const name = operation?.operation === 'mutation' ? 'Mutation' : 'Query'
  return things.find((thing) => thing.__typename === name)
}

type Answerer = (request: SubgraphRequest) => Promise<SubgraphAnswer>

/** A subgraph sees of each thing only the fields that are its own, and what representations bring. */
function answerer(schema: GraphQLSchema, whole: GraphQLSchema, things: readonly Thing[]): Answerer {
  const sight = { schema, whole, things }
  return async (request) => {
    const document = parse(request.query)
    // As a subgraph would refuse it.
    const errors = validate(schema, document)
    if (errors.length > 0) throw new Error(`invalid in the subgraph: ${errors.join('; ')}`)
    const result = await executeGraphql({
      schema,
      document,
      rootValue: rootOf(document, things),
      variableValues: JSON.parse(JSON.stringify(request.variables)) as Record<string, unknown>,
      fieldResolver: (source, args, context, info) => resolve(sight, source as Thing, args, info),
    })
    return JSON.parse(JSON.stringify(result)) as SubgraphAnswer
  }
}

interface Sight {
  readonly schema: GraphQLSchema
  readonly whole: GraphQLSchema
  readonly things: readonly Thing[]
}

async function resolve(
  sight: Sight,
  source: Thing,
  args: Record<string, unknown>,
  info: GraphQLResolveInfo,
): Promise<unknown> {
  if (info.fieldName === '_entities') {
    return (args['representations'] as Thing[]).map((one) => {
      const found = find(sight, one)
      return found === undefined
        ? null
        : { ...(view(sight, found, []) as object), ...one, __typename: typeFor(sight, found) }
    })
  }
  const value: unknown = source[info.fieldName]
  const given = typeof value === 'function' ? await (value.call(source, args) as unknown) : value
  return view(sight, given, [
    ...providedBy(fieldNode(sight.schema, info.parentType.name, info.fieldName)),
    ...(PROVIDED.get(source) ?? []).flatMap((one) =>
      one.name.value === info.fieldName && one.selectionSet !== undefined ? fieldsIn(one.selectionSet) : [],
    ),
  ])
}

/** What an object was provided with beyond what is its subgraph's own. */
const PROVIDED = new WeakMap<object, readonly FieldNode[]>()

function providedBy(field: FieldDefinitionNode | undefined): FieldNode[] {
  const provides = field?.directives?.find((one) => one.name.value === 'provides')
  const fields = provides?.arguments?.[0]?.value
  if (fields?.kind !== Kind.STRING) return []
  const [operation] = parse(`{ ${fields.value} }`).definitions
  return operation?.kind === Kind.OPERATION_DEFINITION ? fieldsIn(operation.selectionSet) : []
}

function fieldsIn({ selections }: SelectionSetNode): FieldNode[] {
  return selections.flatMap((one) => {
    if (one.kind === Kind.FIELD) return [one]
    return one.kind === Kind.INLINE_FRAGMENT ? fieldsIn(one.selectionSet) : []
  })
}

function view(sight: Sight, value: unknown, provided: readonly FieldNode[]): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => view(sight, item, provided))
  if (typeof value !== 'object' || value === null || !('__typename' in value)) return value
  const thing = value as Thing
  const typename = typeFor(sight, thing)
  const seen: Record<string, unknown> = { __typename: typename }
  const keys = keysOf(sight.schema, typename).join(' ')
  for (const name of fieldsOf(sight.schema, typename)) {
    const external = fieldNode(sight.schema, typename, name)?.directives?.some(
      (one) => one.name.value === 'external',
    )
    const isProvided = provided.some((one) => one.name.value === name)
    if (external !== true || isProvided || keys.split(/\W+/).includes(name)) seen[name] = thing[name]
  }
  PROVIDED.set(seen, provided)
  return seen
}

/** The name this subgraph has for a thing's type: an @interfaceObject subgraph calls it by the interface. */
function typeFor(sight: Sight, thing: Thing): string {
  if (sight.schema.getType(thing.__typename) !== undefined) return thing.__typename
  const type = sight.whole.getType(thing.__typename)
  const names = isObjectType(type) ? type.getInterfaces().map((one) => one.name) : []
  return names.find((name) => isObjectType(sight.schema.getType(name))) ?? thing.__typename
}

function find(sight: Sight, representation: Thing): Thing | undefined {
  const named = sight.whole.getType(representation.__typename)
  const fits = (thing: Thing) => {
    if (thing.__typename === representation.__typename) return true
    const type = sight.whole.getType(thing.__typename)
    return isInterfaceType(named) && isObjectType(type) && sight.whole.isSubType(named, type)
  }
  return sight.things.find(
    (thing) =>
      fits(thing) &&
      keysOf(sight.schema, representation.__typename).some((key) => matches(key, thing, representation)),
  )
}

function matches(key: string, thing: Thing, representation: Thing): boolean {
  const selection = parse(`{ ${key} }`).definitions[0]
  if (selection?.kind !== 'OperationDefinition') return false
  return selection.selectionSet.selections.every((one) => {
    if (one.kind !== 'Field') return true
    const wanted = representation[one.name.value]
    return wanted !== undefined && covers(thing[one.name.value], wanted)
  })
}

function covers(actual: unknown, wanted: unknown): boolean {
  const value: unknown = typeof actual === 'function' ? (actual as () => unknown)() : actual
  if (typeof wanted !== 'object' || wanted === null) return value === wanted
  if (Array.isArray(wanted)) {
    return Array.isArray(value) && wanted.every((item, index) => covers(value[index], item))
  }
  return Object.entries(wanted).every(([name, inner]) => covers((value as Thing | undefined)?.[name], inner))
}

function keysOf(schema: GraphQLSchema, typename: string): string[] {
  const node = schema.getType(typename)?.astNode
  const directives =
    node !== undefined && node !== null && 'directives' in node ? (node.directives ?? []) : []
  return directives.flatMap((one) => {
    const value =
      one.name.value === 'key' ? one.arguments?.find((arg) => arg.name.value === 'fields')?.value : undefined
    return value?.kind === 'StringValue' ? [value.value] : []
  })
}

function fieldsOf(schema: GraphQLSchema, typename: string): string[] {
  const type = schema.getType(typename)
  return isObjectType(type) ? Object.keys(type.getFields()) : []
}

function fieldNode(schema: GraphQLSchema, typename: string, field: string): FieldDefinitionNode | undefined {
  const type = schema.getType(typename)
  return isObjectType(type) ? (type.getFields()[field]?.astNode ?? undefined) : undefined
}
