import { type PlanNode, QueryPlanner } from '@graphql-hive/router-query-planner'
import type { FaultOf } from './plan-faults.js'

/** One operation for the planner: a normalised document, and the number drawn for progressive @override (0 to 100). */
export interface PlanQuestion {
  readonly text: string
  readonly drawn: number
}

/** A supergraph as planners are given it: in several forms, each tried when the one before gave no plan. */
export interface Plannable {
  readonly planningSdls: readonly string[]
  /** A form gave no plan where this finds a fault in what it gave. */
  readonly faultOf: FaultOf
  /** For deferred parts: planners take long to learn it, and nobody who defers nothing waits for that. */
  readonly isForParts?: true
  /** One that knows the first form already. */
  readonly planner?: QueryPlanner
}

/** No plan was tried: asking again later may help. */
export class PlanningBusy extends Error {}

/** No form of a supergraph gave a plan; it says, and `cause` is, what was wrong with the first. */
export class PlanningFailed extends Error {}

/**
 * Where plans are made. Rejects with {@link PlanningFailed} when the planner finds no way, breaks down or takes too long.
 */
export interface Planning extends AsyncDisposable {
  plan(supergraph: Plannable, question: PlanQuestion): Promise<PlanNode | undefined>
}

/** Plans on this process's own thread: for tests and tools. A panic of the planner ends the process. */
export function planHere(): Planning {
  const planners = new WeakMap<Plannable, (QueryPlanner | undefined)[]>()
  return {
    async plan(supergraph, { text, drawn }) {
      const known = planners.get(supergraph) ?? [supergraph.planner]
      planners.set(supergraph, known)
      return firstPlan(supergraph, (sdl, index) => {
        const planner = (known[index] ??= new QueryPlanner(sdl))
        return planner.plan(text, null, new Set(), drawn).node ?? undefined
      })
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

/** The plan of the first form of a supergraph that gives one. Rejects with {@link PlanningFailed} when none does. */
export async function firstPlan(
  { planningSdls, faultOf }: Plannable,
  ask: (sdl: string, index: number) => Promise<PlanNode | undefined> | PlanNode | undefined,
): Promise<PlanNode | undefined> {
  let first: unknown
  for (const [index, sdl] of planningSdls.entries()) {
    try {
      const plan = await ask(sdl, index)
      const fault = plan === undefined ? undefined : faultOf(plan)
      if (fault === undefined) return plan
      first ??= new Error(fault)
    } catch (cause) {
      if (cause instanceof PlanningBusy) throw cause
      first ??= cause
    }
  }
  throw new PlanningFailed(first instanceof Error ? first.message : String(first), { cause: first })
}
