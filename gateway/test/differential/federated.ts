import { SILENT } from '@lighthouse/analytics/recorder/record'
import type { ExecutionResult } from 'graphql'
import type { Principal } from '@lighthouse/contract/principal'
import { createDoor } from '../../src/admit.js'
import type { Authorize } from '../../src/authorize/authorize.js'
import { Deadlines } from '../../src/deadlines.js'
import { executeInParts } from '../../src/defer/execute-in-parts.js'
import type { PlannedPortion } from '../../src/defer/planned-portion.js'
import { Ending } from '../../src/ending.js'
import { PLAIN_DOCUMENTS } from '../../src/persisted/documents.js'
import { execute } from '../../src/operate.js'
import { createPlans, type Plans } from '../../src/plan.js'
import { resultText } from '../../src/result.js'
import { unknownFacts } from '../../src/scope.js'
import { compose } from '../../src/supergraph/compose.js'
import { createPlanningProcess } from '../../src/supergraph/planning-process.js'
import { loadSupergraph } from '../../src/supergraph/supergraph.js'
import { executableOf } from './executable-of.js'
import { firstSdl } from './first-sdl.js'
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
  /** The same for a client that takes an answer in parts. */
  answerInParts(
    operation: GeneratedOperation,
    store: Store,
    drawn: number,
    caller?: Caller,
  ): Promise<AnswerInParts>
}

/** Who asks, where that matters. */
export interface Caller {
  readonly authorize: Authorize
  readonly principal: Principal | undefined
}

export interface AnswerInParts {
  readonly first: ExecutionResult
  /** What came later, in the order in which it came. */
  readonly increments: readonly (ExecutionResult & {
    readonly path: readonly (string | number)[]
    readonly label?: string
  })[]
  /** The deferred fragments that were planned apart, by the numbers that they were met in. */
  readonly came: ReadonlySet<number>
}

/** Composes a generated graph. Throws when it does not compose: then the generator is wrong. */
export function federate(model: Model): Federated {
  const subgraphs = serveSubgraphs(model)
  const composed = compose(subgraphs.map((one) => ({ name: one.name, sdl: one.sdl })))
  const sdl = model.federation === 1 ? firstSdl(composed) : composed
  const supergraph = loadSupergraph(sdl)
  let draw = 0
  let planned: PlannedPortion | undefined
  const created = createPlans(supergraph, { planning, random: () => draw / 100 })
  const plans: Plans = {
    ...created,
    planParts: async (...of) => (planned = await created.planParts(...of)),
  }
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
  const begin = ({ document, text, variables }: GeneratedOperation, store: Store, drawn: number) => {
    draw = drawn
    for (const one of subgraphs) Object.assign(one, { store, drawn })
    return executableOf(text, variables, document)
  }
  return {
    sdl,
    subgraphs,
    async answer(operation, store, drawn) {
      const scope = newScope()
      const result = await execute(begin(operation, store, drawn), scope, operating as unknown as Executing)
      return JSON.parse(resultText(result, scope)) as ExecutionResult
    },
    async answerInParts(operation, store, drawn, caller) {
      const scope = { ...newScope(), principal: caller?.principal }
      planned = undefined
      const executable = { ...begin(operation, store, drawn), inParts: true as const }
      const executing = { ...operating, authorize: caller?.authorize } as unknown as Executing
      const result = await executeInParts(executable, scope, executing)
      const increments: AnswerInParts['increments'][number][] = []
      for await (const { text } of result.later ?? [])
        increments.push(...(JSON.parse(text) as { incremental: typeof increments }).incremental)
      const first = JSON.parse(resultText(result, scope)) as ExecutionResult
      return { first, increments, came: new Set(numbersIn(planned)) }
    },
  }
}

type Executing = Parameters<typeof execute>[2]

function newScope() {
  return {
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
}

/** Each portion is keyed by its mark, which ends in its number. */
function numbersIn(portion: PlannedPortion | undefined): number[] {
  return (portion?.parts ?? []).flatMap((part) => [
    Number(/\d+$/.exec(part.executable.key)?.[0]),
    ...numbersIn(part),
  ])
}
