import { setImmediate as nextTurn } from 'node:timers/promises'
import type { PlanNode } from '@graphql-hive/router-query-planner'
import { parse } from 'graphql'
import { LRUCache } from 'lru-cache'
import { Names } from '../alias.js'
import type { Authorized } from '../authorize/authorize.js'
import { conditionVariables } from '../conditions.js'
import type { Executable } from '../executable.js'
import type { Variables } from '../fetch/payload.js'
import { type Fragments, fragmentsOf } from '../fragments.js'
import { Remembered } from '../remembered.js'
import { orderKeys } from '../supergraph/order-keys.js'
import { PlanningBusy, type Plannable } from '../supergraph/planning.js'
import { plannableOf, type Supergraph } from '../supergraph/supergraph.js'
import { wholeUnions } from '../supergraph/whole-unions.js'
import { Entities } from './entities.js'
import { withEntries } from './entries.js'
import { planFirst } from './plan-parts.js'
import type { PlannedFirst } from './planned-portion.js'
import { split } from './split.js'
import { Unplannable } from './unplannable.js'

/** Plans of one operation, one for each combination of its conditions that was met. */
const MAX_COMBINATIONS = 16

/** Asks the planner about a supergraph; the same number is drawn for all portions of an operation. */
export type AskPlanner = (supergraph: Plannable, text: string) => Promise<PlanNode | undefined>

/** What is planned: an operation of a valid document, for a caller. */
export interface Partable {
  readonly executable: Executable
  readonly authorized: Authorized
  /** Coerced. */
  readonly variables: Variables
  /** Which progressive overrides hold. */
  readonly active: string
  readonly ask: AskPlanner
}

interface Known {
  readonly fragments: Fragments
  readonly names: Names
  readonly conditions: readonly string[]
  readonly plans: LRUCache<string, Promise<PlannedFirst>>
}

/** Plans operations in parts, and remembers the plans. */
export class PartPlans {
  readonly #supergraph: Supergraph
  readonly #known = new Remembered<Known>()
  #ground: Promise<Ground> | undefined

  constructor(supergraph: Supergraph) {
    this.#supergraph = supergraph
  }

  /** Has made, and the planner learn, what planning in parts stands on. Never rejects. */
  async ready(ask: AskPlanner): Promise<void> {
    try {
      const { entries } = await this.#grounded()
      await ask(entries, '{__typename}')
    } catch {
      // Whoever defers something meets the same, and is told why.
    }
  }

  /** Made once: ahead, or when the first operation is planned in parts. */
  #grounded(): Promise<Ground> {
    return (this.#ground ??= groundOf(this.#supergraph))
  }

  /** The first portion of an operation and what comes later of it. Rejects as the planner does. */
  plan({ executable, authorized, variables, active, ask }: Partable): Promise<PlannedFirst> {
    const known = this.#operation(executable, `${authorized.key} ${executable.id} ${active}`)
    const decided = Object.fromEntries(known.conditions.map((name) => [name, variables[name] === true]))
    const key = Object.values(decided).map(Number).join('')
    const before = known.plans.get(key)
    if (before !== undefined) return before
    const permitted = (portion: Executable) => authorized.part?.(portion).executable ?? portion
    const planning = this.#plan(executable, known, { decided, permitted, ask })
    known.plans.set(key, planning)
    // What the planner cannot plan stays refused: asking again would only cost again.
    planning.catch((cause: unknown) => {
      if (cause instanceof PlanningBusy) known.plans.delete(key)
    })
    return planning
  }

  #operation(executable: Executable, key: string): Known {
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const fragments = fragmentsOf(executable.document)
    const found = {
      fragments,
      names: new Names(executable.definition, fragments),
      conditions: conditionVariables(executable.document, CONDITIONS),
      plans: new LRUCache<string, Promise<PlannedFirst>>({ max: MAX_COMBINATIONS }),
    }
    this.#known.set(key, found, executable.query)
    return found
  }

  async #plan(
    executable: Executable,
    { fragments, names }: Known,
    { decided, permitted, ask }: Deciding,
  ): Promise<PlannedFirst> {
    const supergraph = this.#supergraph
    const { entities, entries } = await this.#grounded()
    const inline = new Set<string>()
    const splitting = { schema: supergraph.apiSchema, fragments, variables: decided, entities, inline }
    const planning = {
      supergraph,
      names,
      permitted,
      ask: once((text) => ask(supergraph, text)),
      askEntries: once((text) => ask(entries, text)),
    }
    // Each time more fragments are left where they are; with all of them, it is the plan of the whole operation.
    for (;;) {
      try {
        return await planFirst(split(executable, splitting), planning)
      } catch (cause) {
        if (!(cause instanceof Unplannable)) throw cause
        for (const mark of cause.marks) inline.add(mark)
      }
    }
  }
}

/** What is left where it is changes few of the documents that are planned. */
function once(ask: (text: string) => Promise<PlanNode | undefined>): typeof ask {
  const asked = new Map<string, Promise<PlanNode | undefined>>()
  return (text) => {
    const known = asked.get(text) ?? ask(text)
    asked.set(text, known)
    return known
  }
}

interface Deciding {
  readonly decided: Variables
  readonly permitted: (executable: Executable) => Executable
  readonly ask: AskPlanner
}

const CONDITIONS: ReadonlySet<string> = new Set(['skip', 'include', 'defer'])

/** What planning in parts stands on, of one supergraph. */
interface Ground {
  readonly entities: Entities
  readonly entries: Plannable
}

/** A large supergraph takes a while: others have their turn between the steps. */
async function groundOf({ sdl, apiSchema }: Supergraph): Promise<Ground> {
  const document = parse(sdl, { noLocation: true })
  await nextTurn()
  const entities = new Entities(document, apiSchema)
  const ordered = orderKeys(wholeUnions(document) ?? document)
  await nextTurn()
  const withAll = withEntries(ordered)
  await nextTurn()
  return { entities, entries: { ...plannableOf(withAll), isForParts: true } }
}
