import type { FlattenNodePathSegment, PlanNode, RequiresSelection } from '@graphql-hive/router-query-planner'
import { Kind, parse, type SelectionSetNode } from 'graphql'
import { type Fragments, fragmentsOf } from '../fragments.js'
import { responseKey } from '../response-key.js'

/** What is in the data by then, by the way to it. */
type Known = Map<string, Set<string>>

/**
 * Whether a plan asks for an object by a key that only comes with what is asked: the planner (0.0.38) makes one fetch of
 * one by which a key is fetched, and of one by that key.
 */
export function asksByItsOwn(node: PlanNode): boolean {
  return asks(node, '', new Map())
}

function asks(node: PlanNode, way: string, known: Known): boolean {
  switch (node.kind) {
    case 'Sequence':
      return node.nodes.some((one) => asks(one, way, known))
    case 'Parallel': {
      const before = new Map([...known].map(([at, keys]) => [at, new Set(keys)]))
      return node.nodes.some((one) => {
        const own = new Map([...before].map(([at, keys]) => [at, new Set(keys)]))
        const isFound = asks(one, way, own)
        for (const [at, keys] of own) for (const key of keys) put(known, at, key)
        return isFound
      })
    }
    case 'Flatten':
      return asks(node.node, to(way, node.path), known)
    case 'Fetch':
      return looksUp(
        [{ alias: '_entities', paths: [way], requires: node.requires ?? [] }],
        node.operation,
        known,
      )
    case 'BatchFetch': {
      const lookups = node.entityBatch.aliases.map(({ alias, paths, requires }) => {
        return { alias, requires, paths: paths.map((path) => to(way, path)) }
      })
      return looksUp(lookups, node.operation, known)
    }
    case 'Subscription':
      return looksUp([], node.primary.operation, known)
    default:
      return false
  }
}

/** Where a path leads, whatever the types on it. */
function to(way: string, path: readonly FlattenNodePathSegment[]): string {
  return path.reduce(
    (at, one) => (typeof one === 'object' && 'Field' in one ? `${at}/${one.Field}` : at),
    way,
  )
}

interface Lookup {
  readonly alias: string
  readonly paths: readonly string[]
  readonly requires: readonly RequiresSelection[]
}

function looksUp(lookups: readonly Lookup[], operation: string, known: Known): boolean {
  const document = parse(operation, { noLocation: true })
  const fragments = fragmentsOf(document)
  const [query] = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION)
  if (query === undefined) return false
  const own: Known = new Map()
  const [first] = lookups
  const isOfEntities = first !== undefined && first.requires.length > 0
  if (!isOfEntities) take(query.selectionSet, first?.paths[0] ?? '', { fragments, into: own })
  for (const one of isOfEntities ? query.selectionSet.selections : []) {
    if (one.kind !== Kind.FIELD || one.selectionSet === undefined) continue
    const paths = lookups.find(({ alias }) => alias === responseKey(one))?.paths ?? []
    for (const path of paths) take(one.selectionSet, path, { fragments, into: own })
  }
  const isFound = lookups.some(({ paths, requires }) =>
    readOf(requires).some((key) =>
      paths.some((at) => known.get(at)?.has(key) !== true && own.get(at)?.has(key) === true),
    ),
  )
  for (const [at, keys] of own) for (const key of keys) put(known, at, key)
  return isFound
}

function readOf(selections: readonly RequiresSelection[]): string[] {
  return selections.flatMap((one) => {
    if (one.kind === 'InlineFragment') return readOf(one.selections)
    return one.kind === 'Field' && one.name !== '__typename' ? [one.name] : []
  })
}

interface Taking {
  readonly fragments: Fragments
  readonly into: Known
}

function take({ selections }: SelectionSetNode, at: string, taking: Taking): void {
  for (const one of selections) {
    if (one.kind === Kind.FIELD) {
      put(taking.into, at, responseKey(one))
      if (one.selectionSet !== undefined) take(one.selectionSet, `${at}/${responseKey(one)}`, taking)
      continue
    }
    const inner = one.kind === Kind.INLINE_FRAGMENT ? one : taking.fragments.get(one.name.value)
    if (inner !== undefined) take(inner.selectionSet, at, taking)
  }
}

function put(known: Known, at: string, key: string): void {
  const keys = known.get(at)
  if (keys === undefined) known.set(at, new Set([key]))
  else keys.add(key)
}
