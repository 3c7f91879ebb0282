import { nowUs } from '@lighthouse/analytics/recorder/clock'
import { GraphQLError } from 'graphql'
import { type Authorized, permitted } from '../authorize/authorize.js'
import { coded } from '../errors.js'
import type { Executable } from '../executable.js'
import { begun, fetch } from '../fetch/fetch.js'
import type { Payload } from '../http/parts.js'
import { overLimit } from '../limits.js'
import { masked, type Operating } from '../operate.js'
import type { Result } from '../result.js'
import type { Scope } from '../scope.js'
import { shape } from '../shape.js'
import { noted } from '../note-stops.js'
import { type OperationVariables, variablesOf } from '../variables.js'
import { deliver } from './deliver.js'
import type { PlannedPortion } from './planned-portion.js'
import { type Pending, pendingIn } from './run-part.js'

type Executing = Omit<Operating, 'respond' | 'events' | 'streaming'>

/**
 * Runs one query or mutation of a valid document whose client takes an answer in parts: the same steps as `execute`, for
 * what is answered first, and what comes later as a generator that has not begun. Never rejects.
 */
export async function executeInParts(
  executable: Executable,
  scope: Scope,
  operating: Executing,
): Promise<Result> {
  const { facts, noteStop } = scope
  const started = nowUs()
  const { apiSchema: schema } = operating.supergraph
  const { definition } = executable
  facts.operation = definition.name?.value ?? facts.operation
  facts.type = definition.operation
  try {
    const authorized = operating.authorize?.(executable, scope) ?? permitted(executable)
    if (authorized.refused !== undefined) return { errors: authorized.refused }
    const variables = variablesOf(schema, definition, executable.variables)
    if (!('given' in variables)) return { errors: variables }
    const { given, coerced } = variables
    const first = await noted(noteStop, 'plan', () =>
      operating.plans.planParts(executable, authorized, coerced),
    )
    facts.planUs = nowUs() - started
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
    return { ...result, later: later(pending, { result, settle, variables, scope, operating, started }) }
  } catch (cause) {
    if (cause instanceof GraphQLError) return { errors: [cause] }
    return { errors: [masked(cause, scope, operating.log)] }
  } finally {
    facts.executeUs = nowUs() - started - facts.planUs
  }
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
  readonly scope: Scope
  readonly operating: Executing
  readonly started: number
}

function later(pending: readonly Pending[], leaving: Leaving): AsyncGenerator<Payload, void> {
  const { result, settle, variables, scope, operating, started } = leaving
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
      scope.facts.executeUs = nowUs() - started - scope.facts.planUs
      scope.ending.end(coded('DEADLINE_EXCEEDED', 'Nobody waits for more of this answer.'))
    },
  })
}
