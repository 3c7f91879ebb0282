import { type OperationDefinitionNode, validate } from 'graphql'
import { LRUCache } from 'lru-cache'
import { permitted } from '../authorize/authorize.js'
import { RULES } from '../defer/rules.js'
import type { Executable } from '../executable.js'
import type { Plans } from '../plan.js'
import type { Supergraph } from './supergraph.js'

/** Operations whose uses are counted; the least recently used is forgotten. */
const MAX_COUNTED = 2_000
/** Operations that are planned before a new supergraph serves. */
const MAX_WARMED = 100
/** A swap does not wait longer than this for plans. */
const WARM_MS = 5_000

export interface CountedPlans extends Plans {
  /** The operations that were asked for most, most used first. */
  mostUsed(): readonly Executable[]
}

interface Counted {
  uses: number
  readonly executable: Executable
}

/** Plans that count which operations they are asked for. */
export function countUses(plans: Plans): CountedPlans {
  const counted = new LRUCache<string, Counted>({ max: MAX_COUNTED })
  const count = (executable: Executable) => {
    const key = executable.inParts === true ? `${executable.id} in parts` : executable.id
    const known = counted.get(key)
    if (known !== undefined) known.uses += 1
    else counted.set(key, { uses: 1, executable: { ...executable, variables: booleansOf(executable) } })
  }
  return {
    plan(executable) {
      const planned = plans.plan(executable)
      count(executable)
      return planned
    },
    planParts(executable, authorized, variables) {
      const planned = plans.planParts(executable, authorized, variables)
      // What was left out for one caller is nobody's most used operation.
      if (authorized.part === undefined) count(executable)
      return planned
    },
    readyParts: () => plans.readyParts(),
    get size() {
      return plans.size
    },
    mostUsed: () =>
      [...counted.values()]
        .sort((a, b) => b.uses - a.uses)
        .slice(0, MAX_WARMED)
        .map(({ executable }) => executable),
  }
}

/** Only these decide a plan, by @skip and @include; the rest may be large, or nobody's business. */
function booleansOf({ variables }: Executable): Executable['variables'] {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => typeof value === 'boolean'))
}

/**
 * Makes the plans of a new supergraph for the operations that were used most with the old one, so that the first callers
 * after a swap do not wait for the planner. What the new graph does not know is left out. Never rejects.
 */
export async function warm(plans: Plans, supergraph: Supergraph, used: readonly Executable[]): Promise<void> {
  const until = Date.now() + WARM_MS
  for (const executable of used) {
    if (Date.now() >= until) return
    if (validate(supergraph.apiSchema, executable.document, RULES, { maxErrors: 1 }).length > 0) continue
    try {
      const planned = plans.plan(executable)
      const variables = withDefaults(planned.operation, executable.variables)
      if (executable.inParts !== true) await planned.routeFor(variables)
      else await plans.planParts(executable, permitted(executable), variables)
    } catch {
      // The operation meets the same when it is asked for, and is told why.
    }
  }
}

function withDefaults(
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: Executable['variables'],
): Executable['variables'] {
  const defaults: Record<string, unknown> = {}
  for (const { variable, defaultValue } of variableDefinitions) {
    if (defaultValue?.kind === 'BooleanValue') defaults[variable.name.value] = defaultValue.value
  }
  return { ...defaults, ...given }
}
