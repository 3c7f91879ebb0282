import { type GraphQLSchema, parse, validate } from 'graphql'
import { difference } from './compare.js'
import { type Federated, federate } from './federated.js'
import { generateModel } from './generate-model.js'
import { type GeneratedOperation, generateOperation } from './generate-operation.js'
import type { Model } from './model.js'
import { Random } from './random.js'
import { ask, faultPaths, lenientMonolith, monolith } from './serve-model.js'
import { type Faults, Store } from './store.js'

/** A generated graph, split and whole, ready for operations. */
export interface Graph {
  readonly model: Model
  readonly federated: Federated
  readonly whole: GraphQLSchema
  readonly lenient: GraphQLSchema
}

export function generateGraph(seed: number): Graph {
  const model = generateModel(seed)
  return { model, federated: federate(model), whole: monolith(model), lenient: lenientMonolith(model) }
}

/** One comparison, reproducible from its two numbers. */
export interface Case {
  readonly graph: Graph
  readonly seed: number
  readonly operation: GeneratedOperation
  readonly faults: Faults
}

const WEATHER: readonly Faults[] = [
  { nulls: 0, errors: 0 },
  { nulls: 0.15, errors: 0 },
  { nulls: 0.1, errors: 0.08 },
]

export function generateCase(graph: Graph, seed: number): Case {
  const random = new Random(seed)
  const operation = generateOperation(graph.whole, random, random.chance(0.12))
  return { graph, seed, operation, faults: random.pick(WEATHER) }
}

/** Runs one case over both; says what differs, or undefined. */
export async function runCase({ graph, seed, operation, faults }: Case): Promise<string | undefined> {
  const { model } = graph
  const store = () => new Store(model, seed, faults)
  const { document, variables } = operation
  const oracle = await ask(model, graph.whole, store(), document, variables)
  let ours: Awaited<ReturnType<Federated['answer']>>
  try {
    ours = await graph.federated.answer(operation, store())
  } catch (cause) {
    return `the gateway threw: ${cause instanceof Error ? cause.stack : String(cause)}`
  }
  const places = await faultPaths(model, graph.lenient, store(), document, variables)
  return difference(oracle, ours, places)
}

/** The smallest operation found (by leaving out lines of it) that still differs. */
export async function shrink(failing: Case): Promise<Case> {
  let smallest = failing
  for (let progress = true; progress; ) {
    progress = false
    for (const text of smaller(smallest.operation.text)) {
      const operation = { ...smallest.operation, text, document: parse(text) }
      if (validate(smallest.graph.whole, operation.document).length > 0) continue
      const candidate = { ...smallest, operation }
      if ((await runCase(candidate)) === undefined) continue
      smallest = candidate
      progress = true
      break
    }
  }
  return smallest
}

/** Every operation with one selection (and what is under it) or one directive less. */
export function smaller(text: string): string[] {
  const tokens = text.match(/"[^"]*"|@\w+\([^)]*\)|\([^)]*\)|[{}]|[^\s{}()@]+/g) ?? []
  const found: string[] = []
  for (let start = 0; start < tokens.length; start += 1) {
    if (tokens[start]?.startsWith('@')) found.push(without(tokens, start, start + 1))
    for (let end = start + 1; end <= tokens.length; end += 1) {
      const slice = tokens.slice(start, end)
      const open = slice.filter((one) => one === '{').length
      const close = slice.filter((one) => one === '}').length
      if (close > open) break
      if (open !== close) continue
      const candidate = without(tokens, start, end)
      if (parses(candidate)) found.push(candidate)
      if (open > 0) break
      if (end - start > 5) break
    }
  }
  return found.sort((a, b) => a.length - b.length)
}

const without = (tokens: readonly string[], start: number, end: number) =>
  [...tokens.slice(0, start), ...tokens.slice(end)].join(' ')

function parses(text: string): boolean {
  try {
    parse(text)
    return true
  } catch {
    return false
  }
}

/** All that somebody needs to run it again and to understand it. */
export function report({ graph, seed, operation, faults }: Case, why: string): string {
  const subgraphs = graph.federated.subgraphs.map(({ name, sdl }) => `# ${name}\n${sdl}`).join('\n')
  return [
    `graph ${graph.model.seed}, case ${seed}, faults ${JSON.stringify(faults)}`,
    why,
    operation.text,
    `variables ${JSON.stringify(operation.variables)}`,
    subgraphs,
  ].join('\n\n')
}
