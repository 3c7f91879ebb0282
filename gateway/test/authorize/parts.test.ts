import { describe, it } from 'vitest'
import { createAuthorize } from '../../src/authorize/authorize.js'
import { authorizationSection } from '../../src/authorize/settings.js'
import { loadSupergraph } from '../../src/supergraph/supergraph.js'
import { generateOperation } from '../differential/generate-operation.js'
import { expand } from '../differential/parts/expand.js'
import { inParts } from '../differential/parts/reference.js'
import { scatterDefers } from '../differential/parts/scatter.js'
import { Random } from '../differential/random.js'
import { generateGraph, WEATHER } from '../differential/run-case.js'
import { Store } from '../differential/store.js'
import { demand, oracleFor, someRights } from './demanding.js'

const GRAPHS = 8
const CALLERS = 2
const OPERATIONS = 6
/** The planner fetches a few of the generated operations wrongly once something was left out of them (ADR 0012). */
const MAX_UNLIKE = 0.02

interface Told {
  readonly data?: unknown
  readonly path?: readonly (string | number)[]
  readonly label?: string | undefined
}

const text = (told: readonly Told[]) =>
  told
    .map(({ data, path = [], label = null }) => JSON.stringify([path, label, data ?? null]))
    .sort()
    .join('\n')

describe('authorisation of what comes in parts', () => {
  it(`[P-128] over ${GRAPHS} graphs with random demands, no part has what is denied, and each has everything else`, async ({
    expect,
  }) => {
    let compared = 0
    let restricted = 0
    const unlike: string[] = []
    for (let seed = 101; seed < 101 + GRAPHS; seed += 1) {
      const graph = generateGraph(seed)
      const random = new Random(seed * 7_919)
      const demanding = demand(graph.federated.sdl, random)
      const { apiSchema: schema } = loadSupergraph(graph.federated.sdl)
      const settings = authorizationSection.parse({})
      const log = () => undefined
      const authorize = createAuthorize({ supergraphSdl: demanding.sdl, schema, settings, log })
      if (authorize === undefined) continue
      for (let caller = 0; caller < CALLERS; caller += 1) {
        const principal = someRights(random)
        const whole = oracleFor(graph, demanding, principal)
        for (let nth = 0; nth < OPERATIONS; nth += 1) {
          const operation = scatterDefers(generateOperation(graph.whole, random, random.chance(0.1)), random)
          const faults = random.pick(WEATHER)
          const store = () => new Store(graph.model, { seed, calm: [], ...faults })
          const asking = { authorize, principal }
          const ours = await graph.federated.answerInParts(operation, store(), 50, asking)
          const { variables } = operation
          const options = { model: graph.model, whole, store: store(), variables }
          const expected = text(await inParts(expand(graph.whole, operation, ours.came), options))
          const actual = text([ours.first, ...ours.increments])
          compared += 1
          const denied = [ours.first, ...ours.increments].flatMap(({ errors = [] }) => errors)
          if (denied.some(({ extensions }) => extensions['code'] === 'UNAUTHORIZED_FIELD_OR_TYPE'))
            restricted += 1
          if (actual !== expected) unlike.push([operation.text, expected, actual].join('\n\n'))
        }
      }
    }
    expect(restricted).toBeGreaterThan(compared / 4)
    expect(unlike.length, unlike.join('\n\n----\n\n')).toBeLessThanOrEqual(compared * MAX_UNLIKE)
  }, 60_000)
})
