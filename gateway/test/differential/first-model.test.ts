import { it } from 'vitest'
import { firstModel } from './first-model.js'
import { generateModel } from './generate-model.js'
import { generateCases, openGraph, report, runCase } from './run-case.js'

// Every error of a generated resolver would otherwise carry a trace that nobody reads.
Error.stackTraceLimit = 0

const GRAPHS = 12
const OPERATIONS_A_GRAPH = 5
/** Odd ones: graphs of even seeds are scenes, which Federation 1 cannot say. */
const seedOf = (nth: number) => 2 * nth + 1

it('[P-121] operations over generated supergraphs of Federation 1 are answered as graphql-js answers the one schema', async ({
  expect,
}) => {
  const reports: string[] = []
  for (let nth = 0; nth < GRAPHS; nth += 1) {
    const seed = seedOf(nth)
    const graph = openGraph(firstModel(generateModel(seed)))
    expect(graph.federated.sdl).toContain('@join__owner')
    for (let operation = 0; operation < OPERATIONS_A_GRAPH; operation += 1) {
      for (const one of generateCases(graph, seed * OPERATIONS_A_GRAPH + operation, 4)) {
        const why = await runCase(one)
        if (why !== undefined) reports.push(report(one, why))
      }
    }
  }
  expect(reports.slice(0, 1).join('\n')).toBe('')
}, 60_000)
