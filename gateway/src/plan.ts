import type { PlanNode } from '@graphql-hive/router-query-planner'
import {
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  print,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import { Names } from './alias.js'
import type { Authorized } from './authorize/authorize.js'
import { conditionVariables } from './conditions.js'
import { type AskPlanner, PartPlans } from './defer/part-plans.js'
import type { PlannedFirst } from './defer/planned-portion.js'
import type { Executable, Operation } from './executable.js'
import { compileFetch, type Fetching } from './fetch/fetch.js'
import type { Request, Step } from './fetch/step.js'
import type { Variables } from './fetch/payload.js'
import { type Fragments, fragmentsOf } from './fragments.js'
import { normalize } from './normalize.js'
import { stepsOf } from './plan/steps.js'
import { Remembered } from './remembered.js'
import { compileShape, type Shape } from './shape.js'
import { Selection } from './shape/selection.js'
import { PlanningBusy, planHere, type Planning } from './supergraph/planning.js'
import type { Supergraph } from './supergraph/supergraph.js'
import { type OperationVariables, variablesOf } from './variables.js'

/** Routes of one operation, one for each combination of its @skip and @include variables that was met. */
const MAX_ROUTES = 64

/** One operation, ready to be run for any variables. */
export interface Planned {
  readonly schema: GraphQLSchema
  readonly operation: OperationDefinitionNode
  readonly fragments: Fragments
  readonly rootType: GraphQLObjectType
  /**
   * The route for these variables: one for each combination of the booleans that @skip and @include read. Itself where it
   * is known. Rejects with PlanningFailed when the planner finds no way through the supergraph.
   */
  routeFor(variables: Variables): Route | Promise<Route>
}

/** An operation whose conditions are decided: how to ask for it and what to answer. */
export interface Route {
  /** What a subscription subscribes to; its events are what is fetched first. */
  readonly subscription: Request | undefined
  /** Undefined when subgraphs have nothing (more) to answer. */
  readonly fetching: Fetching | undefined
  readonly shape: Shape
}

export interface Plans {
  /** The plan of an operation, from the cache when it was met before. Throws a GraphQLError when the schema has no such root. */
  plan(executable: Executable): Planned
  /** The same, planned as a first answer and what comes later. */
  planParts(executable: Executable, authorized: Authorized, variables: Variables): Promise<PlannedFirst>
  /** Makes ahead what the first plan in parts would have to wait for. Never rejects. */
  readyParts(): Promise<void>
  readonly size: number
}

/** An operation with its variables coerced and its route chosen, or what its variables are refused for. */
export type Ready =
  | { readonly planned: Planned; readonly variables: OperationVariables; readonly route: Route }
  | { readonly planned: Planned; readonly errors: readonly GraphQLError[] }

/** Readies one operation of a valid document. Rejects or throws what {@link Plans.plan} and {@link Planned.routeFor} do. */
export function plan(executable: Executable, plans: Plans): Ready | Promise<Ready> {
  const planned = plans.plan(executable)
  const variables = variablesOf(planned.schema, planned.operation, executable.variables)
  if (!('given' in variables)) return { planned, errors: variables }
  const route = planned.routeFor(variables.coerced)
  return route instanceof Promise
    ? route.then((found) => ({ planned, variables, route: found }))
    : { planned, variables, route }
}

export interface PlansOptions {
  /** Where plans are made; on this thread unless given. */
  readonly planning?: Planning
  /** From 0 to 1, drawn for progressive @override. */
  readonly random?: () => number
}

/** Plans operations for one supergraph and remembers the plans. */
export function createPlans(supergraph: Supergraph, options: PlansOptions = {}): Plans {
  const { planning = planHere(), random = Math.random } = options
  const cache = new Remembered<Planned>()
  const inParts = new PartPlans(supergraph)
  const percentages = supergraph.planner.overridePercentages
  // Progressive @override draws a number for each operation; plans differ only by which percentages it is under.
  const draw = () => (percentages.length === 0 ? 0 : random() * 100)
  const activeAt = (drawn: number) => percentages.filter((percentage) => drawn <= percentage).join()
  return {
    plan(executable) {
      const drawn = draw()
      const active = activeAt(drawn)
      const key = active === '' ? executable.id : `${executable.id} ${active}`
      const known = cache.get(key)
      if (known !== undefined) return known
      const planned = planOperation(executable, supergraph, (text) =>
        planning.plan(supergraph, { text, drawn }),
      )
      cache.set(key, planned, executable.query)
      return planned
    },
    planParts(executable, authorized, variables) {
      const drawn = draw()
      const ask: AskPlanner = (known, text) => planning.plan(known, { text, drawn })
      return inParts.plan({ executable, authorized, variables, active: activeAt(drawn), ask })
    },
    readyParts: () => inParts.ready((known, text) => planning.plan(known, { text, drawn: 0 })),
    get size() {
      return cache.size
    },
  }
}

function planOperation(
  { document, definition: operation }: Operation,
  supergraph: Supergraph,
  ask: (text: string) => Promise<PlanNode | undefined>,
): Planned {
  const schema = supergraph.apiSchema
  const rootType = schema.getRootType(operation.operation)
  if (!rootType)
    throw new GraphQLError(`The schema has no ${operation.operation} type.`, {
      nodes: operation,
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    })
  const fragments = fragmentsOf(document)
  const names = new Names(operation, fragments)
  const conditions = conditionVariables(document, CONDITIONS)
  // What the planner cannot plan stays refused: asking again would only cost again.
  const routes = new LRUCache<string, Route | Promise<Route>>({ max: MAX_ROUTES })
  const routeFor = (variables: Variables) => {
    let key = ''
    for (const name of conditions) key += variables[name] === true ? '1' : '0'
    const known = routes.get(key)
    if (known !== undefined) return known
    const deciding = { schema, fragments, variables, names }
    const normal = normalize(operation, rootType, {
      ...deciding,
      hiding: supergraph.hiding,
      shared: supergraph.shared,
    })
    const node = normal === undefined ? Promise.resolve(undefined) : ask(print(normal))
    const route = node.then((found) => ({
      ...(found === undefined || normal === undefined
        ? NOTHING
        : compile(stepsOf(found, supergraph, normal), supergraph)),
      shape: compileShape(schema, rootType, new Selection([operation.selectionSet], deciding)),
    }))
    routes.set(key, route)
    route.then(
      (found) => routes.set(key, found),
      (cause: unknown) => {
        if (cause instanceof PlanningBusy) routes.delete(key)
      },
    )
    return route
  }
  return { schema, operation, fragments, rootType, routeFor }
}

/** What decides a route. */
const CONDITIONS: ReadonlySet<string> = new Set(['skip', 'include'])

const NOTHING = { subscription: undefined, fetching: undefined }

/** The planner puts a subscription first and what fills its events in after it. */
function compile(step: Step | undefined, { types }: Supergraph): Pick<Route, 'subscription' | 'fetching'> {
  if (step === undefined) return NOTHING
  if (step.kind === 'subscription') return { subscription: step.request, fetching: undefined }
  const [head, ...tail] = step.kind === 'sequence' ? step.steps : []
  if (head?.kind !== 'subscription') return { subscription: undefined, fetching: compileFetch(step, types) }
  return {
    subscription: head.request,
    fetching: compileFetch({ kind: 'sequence', steps: tail }, types),
  }
}
