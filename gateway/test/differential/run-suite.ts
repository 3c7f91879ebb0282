import { planning } from './federated.js'
import { type Case, generateCases, generateGraph, type Graph, report, runCase } from './run-case.js'
import { shrink } from './shrink.js'

/** Composing a graph and planning an operation cost more than running one: each graph and each plan is used again. */
const OPERATIONS_A_GRAPH = 10
/** Graphs of one seed do not meet those of the next. */
const SEED_STRIDE = 1_000_003

/** How cases are made and run. */
export interface Trial {
  /** Cases of one operation of a graph, always the same for a seed. */
  generate(graph: Graph, seed: number, count: number): readonly Case[]
  /** Says what differs, or undefined. */
  run(one: Case): Promise<string | undefined>
}

const WHOLE: Trial = { generate: generateCases, run: runCase }

export interface SuiteOptions {
  /** Operations answered in one, unless given. */
  readonly trial?: Trial
  readonly cases: number
  readonly seed: number
  /** So many failures are shrunk and reported; the rest are counted. */
  readonly reports: number
  /** Runs each operation so often. */
  readonly casesAnOperation?: number
  /** Begins with this graph of the seed. */
  readonly firstGraph?: number
  /** Ends at the first failure. */
  readonly stopsAtFailure?: boolean
  /** Ends the process in which plans are made; nothing can run after that. */
  readonly isLast?: boolean
}

export interface SuiteResult {
  readonly cases: number
  readonly failures: number
  readonly reports: readonly string[]
}

/** Runs as many generated cases as asked for, always the same for a seed. */
export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const { trial = WHOLE, seed, reports: wanted, stopsAtFailure = false, isLast = false } = options
  const { casesAnOperation = 10, firstGraph = 0 } = options
  const reports: string[] = []
  let cases = 0
  let failures = 0
  for (const one of generated(
    trial,
    { firstSeed: seed * SEED_STRIDE + firstGraph, casesAnOperation },
    options.cases,
  )) {
    cases += 1
    const why = await trial.run(one)
    if (why === undefined) continue
    failures += 1
    if (reports.length < wanted) {
      const shrunk = await shrink(one, why, trial.run)
      reports.push(report(shrunk.smallest, shrunk.why))
    }
    if (stopsAtFailure) break
  }
  if (isLast) await planning[Symbol.asyncDispose]()
  return { cases, failures, reports }
}

interface Begun {
  readonly firstSeed: number
  readonly casesAnOperation: number
}

function* generated(trial: Trial, { firstSeed, casesAnOperation }: Begun, count: number): Generator<Case> {
  for (let made = 0, index = firstSeed; made < count; index += 1) {
    const graph = generateGraph(index)
    for (let nth = 0; nth < OPERATIONS_A_GRAPH; nth += 1) {
      for (const one of trial.generate(graph, index * OPERATIONS_A_GRAPH + nth, casesAnOperation)) {
        if (made === count) return
        made += 1
        yield one
      }
    }
  }
}
