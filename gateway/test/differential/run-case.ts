import { type GraphQLSchema, parse } from 'graphql'
import { difference } from './compare.js'
import { type Federated, federate } from './federated.js'
import { generateModel } from './generate-model.js'
import { type GeneratedOperation, generateOperation } from './generate-operation.js'
import { generateScene, generateSceneOperation } from './generate-scene.js'
import type { Model } from './model.js'
import { Random } from './random.js'
import { ask, faultPaths, lenientMonolith, monolith } from './serve-model.js'
import { type Data, Store } from './store.js'

/** A generated graph, split and whole, ready for operations. */
export interface Graph {
  readonly model: Model
  readonly federated: Federated
  readonly whole: GraphQLSchema
  readonly lenient: GraphQLSchema
}

/** Composes a graph. Throws when it does not compose. */
export function openGraph(model: Model): Graph {
  return { model, federated: federate(model), whole: monolith(model), lenient: lenientMonolith(model) }
}

/** One comparison: an operation over the data of a graph. */
export interface Case {
  readonly graph: Graph
  readonly operation: GeneratedOperation
  readonly data: Data
  /** Between 0 and 100: what a progressive @override goes by. */
  readonly drawn: number
}

const CALM: Pick<Data, 'nulls' | 'errors'> = { nulls: 0, errors: 0 }
/** How often data are at fault, from never on. */
export const WEATHER: readonly Pick<Data, 'nulls' | 'errors'>[] = [
  CALM,
  { nulls: 0.15, errors: 0 },
  { nulls: 0.1, errors: 0.1 },
  { nulls: 0, errors: 0.3 },
]

/** Of so many graphs one is a scene. */
const SCENES = 2
const isScene = (seed: number): boolean => seed % SCENES === 0

/** One graph of a seed. */
export const generateGraph = (seed: number): Graph =>
  openGraph(isScene(seed) ? generateScene(new Random(seed), seed) : generateModel(seed))

/** One operation of a graph over several sets of data, conditions and draws: planned once, run for each. */
export function generateCases(graph: Graph, seed: number, count: number): Case[] {
  const random = new Random(seed)
  const operation = isScene(graph.model.seed)
    ? generateSceneOperation(graph.whole, random)
    : generateOperation(graph.whole, random, random.chance(0.12))
  return Array.from({ length: count }, (_, index) => {
    const weather = WEATHER[index % WEATHER.length] ?? CALM
    const data = { seed: random.between(1, 1e9), calm: [], ...weather }
    const drawn = random.between(0, 99) + 0.5
    return { graph, operation: index === 0 ? operation : flipped(operation, random), data, drawn }
  })
}

/** The same with some conditions turned round. */
function flipped(operation: GeneratedOperation, random: Random): GeneratedOperation {
  const variables = Object.entries(operation.variables).map(([name, value]) => [
    name,
    typeof value === 'boolean' && random.chance(0.3) ? !value : value,
  ])
  return { ...operation, variables: Object.fromEntries(variables) as Record<string, unknown> }
}

/** Runs one case over both; says what differs, or undefined. */
export async function runCase({ graph, operation, data, drawn }: Case): Promise<string | undefined> {
  const { model } = graph
  const store = () => new Store(model, data)
  const { document, variables } = operation
  const oracle = await ask(model, graph.whole, store(), document, variables)
  let ours: Awaited<ReturnType<Federated['answer']>>
  try {
    ours = await graph.federated.answer(operation, store(), drawn)
  } catch (cause) {
    return `the gateway threw\n${cause instanceof Error ? cause.stack : String(cause)}`
  }
  if (oracle.errors === undefined && ours.errors === undefined) return difference(oracle, ours, new Set())
  const places = await faultPaths(model, graph.lenient, store(), document, variables)
  return difference(oracle, ours, places)
}

/** A case as text: all that is needed to run it again, whatever the generator makes of a seed by then. */
export function written({ graph, operation, data, drawn }: Case): string {
  const { text, variables } = operation
  return JSON.stringify({ model: graph.model, operation: { text, variables }, data, drawn })
}

/** The case that {@link written} wrote. */
export function reread(text: string): Case {
  const { model, operation, data, drawn } = JSON.parse(text) as {
    model: Model
    operation: Pick<GeneratedOperation, 'text' | 'variables'>
    data: Data
    drawn: number
  }
  return {
    graph: openGraph(model),
    operation: { ...operation, document: parse(operation.text) },
    data,
    drawn,
  }
}

/** All that somebody needs to run it again and to understand it. */
export function report(failing: Case, why: string): string {
  const { graph, operation, data } = failing
  const subgraphs = graph.federated.subgraphs.map(({ name, sdl }) => `# ${name}\n${sdl}`).join('\n')
  return [
    why,
    operation.text,
    `variables ${JSON.stringify(operation.variables)}, data ${JSON.stringify(data)}`,
    subgraphs,
    `again: save the next line as case.json, then npm run test:differential -w gateway -- --replay case.json\n${written(failing)}`,
  ].join('\n\n')
}
