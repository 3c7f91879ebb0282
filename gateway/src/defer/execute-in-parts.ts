import { nowUs } from '@lighthouse/analytics/recorder/clock'
import type { Authorized } from '../authorize/authorize.js'
import { coded } from '../errors.js'
import type { Executable } from '../executable.js'
import { type Executing, executing, type Permitted } from '../executing.js'
import { begun, fetch } from '../fetch/fetch.js'
import type { Payload } from '../http/parts.js'
import { overLimit } from '../limits.js'
import { masked } from '../masked.js'
import type { Result } from '../result.js'
import type { Scope } from '../scope.js'
import { shape } from '../shape.js'
import { noted } from '../note-stops.js'
import { type OperationVariables, variablesOf } from '../variables.js'
import { deliver } from './deliver.js'
import type { PlannedPortion } from './planned-portion.js'
import { type Pending, pendingIn } from './run-part.js'

/**
 * Runs one query or mutation of a valid document whose client takes an answer in parts: the same steps as `execute`, for
 * what is answered first, and what comes later as a generator that has not begun. Never rejects.
 */
export function executeInParts(executable: Executable, scope: Scope, operating: Executing): Promise<Result> {
  return executing(executable, scope, operating, run)
}

async function run(permitted: Permitted): Promise<Result> {
  const { executable, authorized, scope, operating, startedUs } = permitted
  const { facts, noteStop } = scope
  const { apiSchema: schema } = operating.supergraph
  const variables = variablesOf(schema, executable.definition, executable.variables)
  if (!('given' in variables)) return { errors: variables }
  const { given, coerced } = variables
  const first = await noted(noteStop, 'plan', () =>
    operating.plans.planParts(executable, authorized, coerced),
  )
  facts.planUs = nowUs() - startedUs
  const gathering = begun({ ...operating.asking, scope }, given)
  const { fetching } = first
  if (fetching !== undefined) await noted(noteStop, 'fetch', () => fetch(fetching, gathering))
  const planned = { schema, operation: first.operation, fragments: new Map() }
  const shaped = noted(noteStop, 'shape', () => shape(planned, first.shape, { ...gathering, coerced }))
  const settle = settling(executable, authorized)
  const result = authorized.part === undefined ? authorized.settle(shaped) : settle(first, shaped)
  const answered = { ...result, text: result.text, data: gathering.data, from: [] }
  const pending = pendingIn(first, answered, operating.supergraph)
  if (pending.length === 0) return result
  return { ...result, later: later(pending, { result, settle, variables, permitted }) }
}

type Settle = (portion: PlannedPortion, result: Result) => Result

/** What a caller may not see of a portion is put back into its answer as null. */
function settling({ variables }: Executable, { part }: Authorized): Settle {
  if (part === undefined) return (_, result) => result
  return ({ executable }, result) => part({ ...executable, variables }).settle(result)
}

interface Leaving {
  readonly result: Result
  readonly settle: Settle
  readonly variables: OperationVariables
  readonly permitted: Permitted
}

function later(pending: readonly Pending[], leaving: Leaving): AsyncGenerator<Payload, void> {
  const { result, settle, variables, permitted } = leaving
  const { scope, operating, startedUs } = permitted
  const limits = operating.door.limits.of(scope.principal)
  // The headers of the answer are with the client before anything of this runs.
  const { answerHeaders: _, freshness: __, ...rest } = scope
  const asking = { ...operating.asking, scope: rest }
  return deliver(pending, {
    scope,
    running: { asking, ...variables, supergraph: operating.supergraph, settle },
    maxBytes: limits.maxResponseBytes - Buffer.byteLength(result.text ?? ''),
    tooLarge(path) {
      const { code, message, extensions } = overLimit('maxResponseBytes', limits.maxResponseBytes + 1, limits)
      return coded(code, message, { path, extensions })
    },
    masked: (cause) => masked(cause, scope, operating.log),
    stop() {
      scope.facts.executeUs = nowUs() - startedUs - scope.facts.planUs
      scope.ending.end(coded('DEADLINE_EXCEEDED', 'Nobody waits for more of this answer.'))
    },
  })
}
