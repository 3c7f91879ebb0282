import type { PlanNode } from '@graphql-hive/router-query-planner'
import { type DocumentNode, Kind, parse, type SelectionNode, type SelectionSetNode } from 'graphql'
import { type Fragments, fragmentsOf } from '../fragments.js'
import { isEntry } from './entries.js'

/** A plan that begins at objects which are there already. */
export interface EntryPlan {
  /** What is left to fetch; undefined when nothing is. */
  readonly node: PlanNode | undefined
  /** What was planned; undefined when nothing was. */
  readonly document: DocumentNode | undefined
  /** What it needs to know of the objects, by the root field at which it enters. */
  readonly keys: ReadonlyMap<string, SelectionSetNode>
}

/** Takes the entries out of a plan: what would be asked of them is what the objects must bring. */
export function entryPlanOf(node: PlanNode | undefined, document: DocumentNode): EntryPlan {
  const keys = new Map<string, SelectionSetNode>()
  const rest = node === undefined ? undefined : without(node, keys)
  return { node: rest, document, keys }
}

function without(node: PlanNode, keys: Map<string, SelectionSetNode>): PlanNode | undefined {
  if (node.kind === 'Sequence' || node.kind === 'Parallel') {
    const nodes = node.nodes.flatMap((one) => without(one, keys) ?? [])
    return nodes.length === 0 ? undefined : { ...node, nodes }
  }
  if (node.kind !== 'Fetch' || !isEntry(node.serviceName)) return node
  const document = parse(node.operation, { noLocation: true })
  const fragments = fragmentsOf(document)
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue
    for (const one of definition.selectionSet.selections) {
      if (one.kind === Kind.FIELD && one.selectionSet !== undefined) {
        keys.set(one.name.value, spelledOut(one.selectionSet, fragments))
      }
    }
  }
  return undefined
}

/** The planner writes what it selects twice of one type as a fragment. */
function spelledOut({ selections, ...set }: SelectionSetNode, fragments: Fragments): SelectionSetNode {
  const written = selections.flatMap((one): readonly SelectionNode[] => {
    if (one.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = fragments.get(one.name.value)
      return fragment === undefined ? [] : spelledOut(fragment.selectionSet, fragments).selections
    }
    if (one.selectionSet === undefined) return [one]
    return [{ ...one, selectionSet: spelledOut(one.selectionSet, fragments) }]
  })
  return { ...set, selections: written }
}
