import type { PlanNode, RequiresSelection } from '@graphql-hive/router-query-planner'
import { type DocumentNode, Kind, parse, type SelectionSetNode, visit } from 'graphql'
import { mixesArguments } from './argument-faults.js'
import { asksInterface } from './interface-faults.js'
import { asksByItsOwn } from './order-faults.js'
import { argument, fieldsIn, flag, graphNames, isComposite, selectionOf } from './sdl.js'
import { namedType } from './subgraph-types.js'
import { ROOT_TYPES } from '../root-types.js'
import { fragmentsOf } from '../fragments.js'

/** Says what is wrong with a plan that would give wrong values; another form of the supergraph may give a right one. */
export type FaultOf = (plan: PlanNode) => string | undefined

/**
 * What the planner (0.0.38) is known to plan wrongly: one representation for fields that @require one field with other
 * arguments each, fields of an interface that require something of an object, and what is selected deeper than @provides
 * goes where a type leads to itself. For the latter there is another form of the supergraph, in which nothing is provided.
 */
export function planFaults(supergraph: DocumentNode): {
  readonly faultOf: FaultOf
  readonly withoutProvides: DocumentNode | undefined
} {
  const provided = deepProvides(supergraph)
  const isOfInterface = asksInterface(supergraph)
  const isRequiring = supergraph.definitions.some(
    (type) =>
      isComposite(type) &&
      type.fields?.some((field) => field.directives?.some((one) => argument(one, 'requires') !== undefined)),
  )
  const isMixed = mixesArguments(supergraph)
  const faultOf: FaultOf = (plan) => {
    if (isRequiring && asksByItsOwn(plan))
      return 'The planner asked for an object by a key that comes with it.'
    const fetches = fetchesOf(plan)
    if (isMixed?.(fetches) === true) return 'The planner mixed up a field with other arguments.'
    for (const fetch of fetches) {
      if (fetch.requires.some((one) => hasTwoValues(one)))
        return 'The planner made one representation of two values of a field.'
      if (provided !== undefined && asksExternal(fetch, provided))
        return 'The planner took a field for provided that is not.'
      if (isOfInterface?.(fetch.subgraph, fetch.operation) === true)
        return 'The planner asked an interface for what an object requires something for.'
    }
    return undefined
  }
  return { faultOf, withoutProvides: provided === undefined ? undefined : unprovided(supergraph) }
}

function unprovided(supergraph: DocumentNode): DocumentNode {
  return visit(supergraph, {
    Argument: (one, _key, _parent, _path, ancestors) => {
      const of = ancestors.at(-1)
      const isJoin = of !== undefined && 'kind' in of && of.kind === Kind.DIRECTIVE
      return isJoin && of.name.value === 'join__field' && one.name.value === 'provides' ? null : undefined
    },
  })
}

interface Fetch {
  readonly subgraph: string
  readonly operation: string
  readonly requires: readonly (readonly RequiresSelection[])[]
}

function fetchesOf(node: PlanNode): Fetch[] {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap(fetchesOf)
    case 'Flatten':
      return fetchesOf(node.node)
    case 'Fetch':
      return [fetchOf(node, [node.requires ?? []])]
    case 'BatchFetch':
      return [
        fetchOf(
          node,
          node.entityBatch.aliases.map((one) => one.requires),
        ),
      ]
    case 'Subscription':
      return fetchesOf(node.primary)
    default:
      return []
  }
}

function fetchOf(node: { serviceName: string; operation: string }, requires: Fetch['requires']): Fetch {
  return { subgraph: node.serviceName, operation: node.operation, requires }
}

/** Whether what stands under two names in the data would be one field of the representation. */
function hasTwoValues(selections: readonly RequiresSelection[]): boolean {
  const reads = new Map<string, string>()
  const look = (list: readonly RequiresSelection[], at: string): boolean =>
    list.some((one) => {
      if (one.kind === 'InlineFragment') return look(one.selections ?? [], `${at} ${one.typeCondition}`)
      if (one.kind !== 'Field') return false
      const key = `${at}.${one.alias ?? one.name}`
      if ((reads.get(key) ?? one.name) !== one.name) return true
      reads.set(key, one.name)
      return look(one.selections ?? [], key)
    })
  return look(selections, '')
}

/** Types of fields by `Type.field`; what is external and provided by `Type.field subgraph`. */
interface Provided {
  readonly types: ReadonlyMap<string, string>
  readonly externals: ReadonlySet<string>
  readonly provides: ReadonlyMap<string, SelectionSetNode>
}

/** Undefined when nothing provides objects within objects: the planner's views cannot lead back to themselves then. */
function deepProvides(supergraph: DocumentNode): Provided | undefined {
  const names = graphNames(supergraph)
  const types = new Map<string, string>()
  const externals = new Set<string>()
  const provides = new Map<string, SelectionSetNode>()
  let isDeep = false
  for (const type of supergraph.definitions) {
    if (!isComposite(type)) continue
    for (const field of type.fields ?? []) {
      const coordinate = `${type.name.value}.${field.name.value}`
      types.set(coordinate, namedType(field.type))
      for (const join of field.directives ?? []) {
        const key = `${coordinate} ${names.get(argument(join, 'graph') ?? '') ?? ''}`
        if (flag(join, 'external') === true) externals.add(key)
        const given = argument(join, 'provides')
        if (given === undefined) continue
        const selection = selectionOf(given)
        provides.set(key, selection)
        isDeep ||= fieldsIn(selection).some((one) => one.selectionSet !== undefined)
      }
    }
  }
  return isDeep ? { types, externals, provides } : undefined
}

/** Whether the fetch asks its subgraph for a field that is another's and not provided there. */
function asksExternal(fetch: Fetch, { types, externals, provides }: Provided): boolean {
  const document = parse(fetch.operation, { noLocation: true })
  const fragments = fragmentsOf(document)
  const look = (
    set: SelectionSetNode | undefined,
    parent: string,
    given: readonly SelectionSetNode[],
  ): boolean =>
    (set?.selections ?? []).some((one) => {
      if (one.kind === Kind.INLINE_FRAGMENT)
        return look(one.selectionSet, one.typeCondition?.name.value ?? parent, given)
      if (one.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(one.name.value)
        return look(fragment?.selectionSet, fragment?.typeCondition.name.value ?? parent, given)
      }
      const coordinate = `${parent}.${one.name.value}`
      const key = `${coordinate} ${fetch.subgraph}`
      const here = given.flatMap(fieldsIn).filter(({ name }) => name.value === one.name.value)
      if (externals.has(key) && here.length === 0) return true
      const own = provides.get(key)
      const inner = here.flatMap(({ selectionSet }) => selectionSet ?? [])
      return look(one.selectionSet, types.get(coordinate) ?? '', own === undefined ? inner : [...inner, own])
    })
  return document.definitions.some(
    (one) => one.kind === Kind.OPERATION_DEFINITION && look(one.selectionSet, ROOT_TYPES[one.operation], []),
  )
}
