import { SILENT } from '@lighthouse/analytics/recorder/record'
import type { ExecutionResult } from 'graphql'
import { createDoor } from '../../src/admit.js'
import { Deadlines } from '../../src/deadlines.js'
import { Ending } from '../../src/ending.js'
import { PLAIN_DOCUMENTS } from '../../src/persisted/documents.js'
import { execute } from '../../src/operate.js'
import { createPlans } from '../../src/plan.js'
import { resultText } from '../../src/result.js'
import { unknownFacts } from '../../src/scope.js'
import { compose } from '../../src/supergraph/compose.js'
import { createPlanningProcess } from '../../src/supergraph/planning-process.js'
import { loadSupergraph } from '../../src/supergraph/supergraph.js'
import { executableOf } from './executable-of.js'
import type { GeneratedOperation } from './generate-operation.js'
import type { Model } from './model.js'
import { type ModelSubgraph, serveSubgraphs } from './serve-model.js'
import type { Store } from './store.js'

/** One planner for all graphs: a case over which it breaks down is a failure, not the end of the run. */
export const planning = createPlanningProcess()

/** A generated graph behind the gateway's own planning, fetching and shaping; only HTTP is left out. */
export interface Federated {
  readonly sdl: string
  readonly subgraphs: readonly ModelSubgraph[]
  /** `drawn`, between 0 and 100, is what a progressive @override goes by. */
  answer(operation: GeneratedOperation, store: Store, drawn: number): Promise<ExecutionResult>
}

/** Composes a generated graph. Throws when it does not compose: then the generator is wrong. */
export function federate(model: Model): Federated {
  const subgraphs = serveSubgraphs(model)
  const sdl = compose(subgraphs.map((one) => ({ name: one.name, sdl: one.sdl })))
  const supergraph = loadSupergraph(sdl)
  let draw = 0
  const plans = createPlans(supergraph, { planning, random: () => draw / 100 })
  const log = (message: string, details: object) => {
    throw new Error(`${message}: ${JSON.stringify(details)}`)
  }
  const transports = new Map(subgraphs.map((one) => [one.name, one]))
  const operating = {
    supergraph,
    plans,
    door: createDoor({}, PLAIN_DOCUMENTS),
    maxBodyBytes: 65_536,
    scopes: { deadlines: new Deadlines(60_000), recorder: SILENT, sample: () => false, process: 'test' },
    asking: { transports, recorder: SILENT, graph: 'generated', log },
    recording: { recorder: SILENT, graph: 'generated', gatewayId: 'test' },
    log,
  }
  return {
    sdl,
    subgraphs,
    async answer({ document, text, variables }, store, drawn) {
      draw = drawn
      for (const one of subgraphs) Object.assign(one, { store, drawn })
      const scope = {
        requestId: 'r',
        traceId: '0'.repeat(32),
        client: { name: 'test', version: '' },
        principal: undefined,
        startedUs: 0,
        deadlineAt: Number.MAX_SAFE_INTEGER,
        ending: new Ending(),
        noteStop: undefined,
        facts: unknownFacts(),
      }
      const executable = executableOf(text, variables, document)
      const result = await execute(executable, scope, operating as unknown as Parameters<typeof execute>[2])
      return JSON.parse(resultText(result, scope)) as ExecutionResult
    },
  }
}
