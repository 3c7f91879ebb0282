import { type PlanNode, QueryPlanner } from '@graphql-hive/router-query-planner'
import type { FaultOf } from './plan-faults.js'

/** One operation for the planner: a normalised document, and the number drawn for progressive @override (0 to 100). */
export interface PlanQuestion {
  readonly text: string
  readonly drawn: number
}

/** A question as planners are asked it. */
export interface Phrased {
  readonly sdl: string
  readonly text: string
  /** A plan of this as one for the question; the same unless given. */
  restored?(plan: PlanNode): PlanNode
}

/** A form of a supergraph, as it is for a question; undefined where it has nothing to offer for it. */
export type PlanningForm = (text: string) => Phrased | undefined

/** A supergraph as planners are given it: in several forms, each tried when the one before gave no plan. */
export interface Plannable {
  readonly planningSdl: string
  readonly otherForms: readonly PlanningForm[]
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
  const planners = new WeakMap<Plannable, Map<string, QueryPlanner>>()
  return {
    async plan(supergraph, { text, drawn }) {
      const known = planners.get(supergraph) ?? new Map<string, QueryPlanner>()
      planners.set(supergraph, known)
      if (supergraph.planner !== undefined) known.set(supergraph.planningSdl, supergraph.planner)
      return firstPlan(supergraph, text, (asked) => {
        const planner = known.get(asked.sdl) ?? new QueryPlanner(asked.sdl)
        known.set(asked.sdl, planner)
        return planner.plan(asked.text, null, new Set(), drawn).node ?? undefined
      })
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

/** The plan of the first form of a supergraph that gives one. Rejects with {@link PlanningFailed} when none does. */
export async function firstPlan(
  { planningSdl, otherForms, faultOf }: Plannable,
  text: string,
  ask: (asked: Phrased) => Promise<PlanNode | undefined> | PlanNode | undefined,
): Promise<PlanNode | undefined> {
  let first: unknown
  const forms: readonly PlanningForm[] = [() => ({ sdl: planningSdl, text }), ...otherForms]
  for (const form of forms) {
    const asked = form(text)
    if (asked === undefined) continue
    try {
      const given = await ask(asked)
      const plan = given === undefined ? undefined : (asked.restored?.(given) ?? given)
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
