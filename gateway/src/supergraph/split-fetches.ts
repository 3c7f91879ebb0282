import type {
  BatchFetchNode,
  FetchNode,
  PlanNode,
  RequiresSelection,
} from '@graphql-hive/router-query-planner'
import { type DocumentNode, Kind, parse, print, type SelectionNode, type SelectionSetNode } from 'graphql'
import { type Fragments, fragmentsOf } from '../fragments.js'
import { onlyUsed } from '../plan/only-used.js'

/** How what one face is asked for is divided, where its fields require one field with other arguments each. */
export interface Division {
  readonly places: number
  placeOf(type: string, field: string): number
  /** Whether a field is read for a place. */
  isRead(name: string, place: number): boolean
}

/** The same plan with a fetch for each place of a face: a representation has one value of a field. */
export function splitFetches(node: PlanNode, divisions: ReadonlyMap<string, Division>): PlanNode {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map((one) => splitFetches(one, divisions)) }
    case 'Flatten':
      return { ...node, node: splitFetches(node.node, divisions) }
    case 'Fetch':
    case 'BatchFetch': {
      const division = divisions.get(node.serviceName)
      if (division === undefined) return node
      const places = Array.from({ length: division.places }, (_, place) => place)
      const nodes = places.flatMap((place) => partOf(node, place, division) ?? [])
      const [only] = nodes
      return nodes.length === 1 && only !== undefined ? only : { kind: 'Parallel', nodes }
    }
    default:
      return node
  }
}

function partOf<T extends FetchNode | BatchFetchNode>(
  node: T,
  place: number,
  division: Division,
): T | undefined {
  const document = parse(node.operation, { noLocation: true })
  const fragments = fragmentsOf(document)
  const lookups = new Set<string>()
  const definitions = document.definitions.flatMap((one) => {
    if (one.kind !== Kind.OPERATION_DEFINITION) return []
    const selections = one.selectionSet.selections.flatMap((lookup): SelectionNode[] => {
      if (lookup.kind !== Kind.FIELD || lookup.selectionSet === undefined) return []
      const selectionSet = within(lookup.selectionSet, '', { place, division, fragments })
      if (selectionSet.selections.length === 0) return []
      lookups.add((lookup.alias ?? lookup.name).value)
      return [{ ...lookup, selectionSet }]
    })
    return [{ ...one, selectionSet: { ...one.selectionSet, selections } }]
  })
  if (lookups.size === 0) return undefined
  const { document: used, variables } = onlyUsed({ ...document, definitions } satisfies DocumentNode)
  const read = (list: RequiresSelection[]) => readAt(list, place, division)
  return {
    ...node,
    operation: print(used),
    variableUsages: node.variableUsages?.filter((name) => variables.has(name)) ?? [],
    ...('entityBatch' in node
      ? {
          entityBatch: {
            aliases: node.entityBatch.aliases
              .filter(({ alias }) => lookups.has(alias))
              .map((one) => ({ ...one, requires: read(one.requires) })),
          },
        }
      : { requires: read(node.requires ?? []) }),
  }
}

interface Dividing {
  readonly place: number
  readonly division: Division
  readonly fragments: Fragments
}

/** What of a lookup is of a place, with its fragments written out. */
function within(
  { selections, ...set }: SelectionSetNode,
  type: string,
  dividing: Dividing,
): SelectionSetNode {
  const { place, division, fragments } = dividing
  const left = selections.flatMap((one): SelectionNode[] => {
    if (one.kind === Kind.FIELD) {
      const isHere = one.name.value !== '__typename' && division.placeOf(type, one.name.value) === place
      return isHere ? [spelledOut(one, fragments)] : []
    }
    const fragment = one.kind === Kind.INLINE_FRAGMENT ? one : fragments.get(one.name.value)
    if (fragment === undefined) return []
    const selectionSet = within(fragment.selectionSet, fragment.typeCondition?.name.value ?? type, dividing)
    if (selectionSet.selections.length === 0) return []
    const { typeCondition } = fragment
    return [{ kind: Kind.INLINE_FRAGMENT, ...(typeCondition && { typeCondition }), selectionSet }]
  })
  return { ...set, selections: left }
}

/** The same with the fragments in it written out. */
function spelledOut(one: SelectionNode, fragments: Fragments): SelectionNode {
  const fragment = one.kind === Kind.FRAGMENT_SPREAD ? fragments.get(one.name.value) : undefined
  const { selectionSet } = one.kind === Kind.FRAGMENT_SPREAD ? (fragment ?? {}) : one
  if (selectionSet === undefined) return one
  const selections = selectionSet.selections.map((inner) => spelledOut(inner, fragments))
  const inner = { ...selectionSet, selections }
  if (one.kind !== Kind.FRAGMENT_SPREAD) return { ...one, selectionSet: inner }
  return {
    kind: Kind.INLINE_FRAGMENT,
    ...(fragment && { typeCondition: fragment.typeCondition }),
    selectionSet: inner,
  }
}

function readAt(list: readonly RequiresSelection[], place: number, division: Division): RequiresSelection[] {
  return list.flatMap((one): RequiresSelection[] => {
    if (one.kind === 'FragmentSpread') return [one]
    if (one.kind === 'Field' && !division.isRead(one.alias ?? one.name, place)) return []
    return [
      {
        ...one,
        ...(one.selections ? { selections: readAt(one.selections, place, division) } : {}),
      } as RequiresSelection,
    ]
  })
}
