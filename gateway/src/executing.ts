import { nowUs } from '@lighthouse/analytics/recorder/clock'
import { GraphQLError } from 'graphql'
import type { Door } from './admit.js'
import { type Authorize, type Authorized, permitted } from './authorize/authorize.js'
import type { Executable } from './executable.js'
import type { Asking } from './fetch/subgraph.js'
import { masked } from './masked.js'
import type { Plans } from './plan.js'
import type { Result } from './result.js'
import type { Log, Scope } from './scope.js'
import type { Supergraph } from './supergraph/supergraph.js'

/** What running an operation needs, whatever it came over. */
export interface Executing {
  readonly supergraph: Supergraph
  readonly plans: Plans
  /** Absent where the supergraph demands nothing of callers. */
  readonly authorize?: Authorize | undefined
  readonly door: Door
  readonly asking: Omit<Asking, 'scope'>
  readonly log: Log
}

/** An operation that its caller may run. */
export interface Permitted {
  readonly executable: Executable
  readonly authorized: Authorized
  readonly scope: Scope
  readonly operating: Executing
  /** When its execution began, in microseconds. */
  readonly startedUs: number
}

/**
 * What stands around the steps that execute an operation: it is noted what it is and how long it took; nothing is done of
 * one that its caller may not run; and what a step throws becomes the answer's error, faults of ours masked and logged.
 * Never rejects.
 */
export async function executing(
  executable: Executable,
  scope: Scope,
  operating: Executing,
  steps: (permitted: Permitted) => Promise<Result>,
): Promise<Result> {
  const { facts } = scope
  const startedUs = nowUs()
  const { name, operation } = executable.definition
  facts.operation = name?.value ?? facts.operation
  facts.type = operation
  try {
    const authorized = operating.authorize?.(executable, scope) ?? permitted(executable)
    if (authorized.refused !== undefined) return { errors: authorized.refused }
    return await steps({ executable, authorized, scope, operating, startedUs })
  } catch (cause) {
    if (cause instanceof GraphQLError) return { errors: [cause] }
    return { errors: [masked(cause, scope, operating.log)] }
  } finally {
    facts.executeUs = nowUs() - startedUs - facts.planUs
  }
}
