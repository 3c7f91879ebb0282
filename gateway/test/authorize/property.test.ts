import { print } from 'graphql'
import { describe, it } from 'vitest'
import { createAuthorize } from '../../src/authorize/authorize.js'
import { authorizationSection } from '../../src/authorize/settings.js'
import { generateOperation } from '../differential/generate-operation.js'
import { executableOf } from '../differential/executable-of.js'
import { Random } from '../differential/random.js'
import { generateGraph, WEATHER } from '../differential/run-case.js'
import { ask } from '../differential/serve-model.js'
import { Store } from '../differential/store.js'
import { loadSupergraph } from '../../src/supergraph/supergraph.js'
import { ALL_RIGHTS, demand, oracleFor, someRights } from './demanding.js'

/** More graphs are a longer run of the same; the seeds go on from here. */
const GRAPHS = 10
const CALLERS = 2
const OPERATIONS = 6

describe('authorisation of generated graphs', () => {
  it(`[P-128] over ${GRAPHS} graphs with random demands, nobody is answered what is denied, and everything else is`, async ({
    expect,
  }) => {
    let compared = 0
    let restricted = 0
    for (let seed = 1; seed <= GRAPHS; seed += 1) {
      const graph = generateGraph(seed)
      const random = new Random(seed * 7_919)
      const demanding = demand(graph.federated.sdl, random)
      const { apiSchema: schema } = loadSupergraph(graph.federated.sdl)
      const settings = authorizationSection.parse({})
      const authorize = createAuthorize({
        supergraphSdl: demanding.sdl,
        schema,
        settings,
        log: () => undefined,
      })
      if (authorize === undefined) continue
      for (let caller = 0; caller < CALLERS; caller += 1) {
        const principal = someRights(random)
        const oracle = oracleFor(graph, demanding, principal)
        for (let nth = 0; nth < OPERATIONS; nth += 1) {
          const operation = generateOperation(graph.whole, random, random.chance(0.1))
          const { text, document, variables } = operation
          const executable = executableOf(text, variables, document)
          const faults = random.pick(WEATHER)
          const store = () => new Store(graph.model, { seed, calm: [], ...faults })
          const authorized = authorize(executable, { principal, requestId: 'r' })
          const left = {
            text: authorized.executable.key,
            document: authorized.executable.document,
            variables,
          }
          // Nothing that is denied is left in what is planned.
          const again = authorize(authorized.executable, { principal, requestId: 'r' }).executable
          expect(again).toBe(authorized.executable)
          const answer = await graph.federated.answer(left, store(), 50)
          // What is left is an operation like any other.
          const permitted = await ask(graph.model, graph.whole, store(), left.document, variables)
          expect(JSON.stringify(answer.data)).toBe(JSON.stringify(permitted.data))
          const settled = authorized.settle({ text: JSON.stringify(answer.data), errors: [] })
          const ours: unknown = JSON.parse(settled.text ?? 'null')
          const expected = await ask(graph.model, oracle, store(), document, variables)
          const context = () =>
            [`graph ${seed}`, text, print(left.document), JSON.stringify(principal), demanding.sdl].join(
              '\n\n',
            )
          if (JSON.stringify(ours) !== JSON.stringify(expected.data)) {
            expect(ours, context()).toEqual(expected.data)
            expect(JSON.stringify(ours), context()).toBe(JSON.stringify(expected.data))
          }
          if (left.document !== document) restricted += 1
          compared += 1
          // Whoever has every right is answered as if nothing were demanded.
          expect(authorize(executable, { principal: ALL_RIGHTS, requestId: 'r' }).executable).toBe(executable)
        }
      }
    }
    expect(restricted).toBeGreaterThan(compared / 4)
  }, 30_000)
})
