import { type Case, generateCases, generateGraph, report, runCase } from './run-case.js'
import { shrink } from './shrink.js'

/** Composing a graph and planning an operation cost more than running one: each graph and each plan is used again. */
const OPERATIONS_A_GRAPH = 12
const CASES_AN_OPERATION = 7
/** Graphs of one seed do not meet those of the next. */
const SEED_STRIDE = 1_000_003

export interface SuiteOptions {
  readonly cases: number
  readonly seed: number
  /** So many failures are shrunk and reported; the rest are counted. */
  readonly reports: number
  /** Ends at the first failure. */
  readonly stopsAtFailure?: boolean
}

export interface SuiteResult {
  readonly cases: number
  readonly failures: number
  readonly reports: readonly string[]
}

/** Runs as many generated cases as asked for, always the same for a seed. */
export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const { seed, reports: wanted, stopsAtFailure = false } = options
  const reports: string[] = []
  let cases = 0
  let failures = 0
  for (const one of generated(seed, options.cases)) {
    cases += 1
    const why = await runCase(one)
    if (why === undefined) continue
    failures += 1
    if (reports.length < wanted) {
      const shrunk = await shrink(one, why)
      reports.push(report(shrunk.smallest, shrunk.why))
    }
    if (stopsAtFailure) break
  }
  return { cases, failures, reports }
}

function* generated(seed: number, count: number): Generator<Case> {
  for (let made = 0, index = seed * SEED_STRIDE; made < count; index += 1) {
    const graph = generateGraph(index)
    for (let nth = 0; nth < OPERATIONS_A_GRAPH; nth += 1) {
      for (const one of generateCases(graph, index * OPERATIONS_A_GRAPH + nth, CASES_AN_OPERATION)) {
        if (made === count) return
        made += 1
        yield one
      }
    }
  }
}
