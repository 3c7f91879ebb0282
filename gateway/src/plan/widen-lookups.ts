import { type DocumentNode, Kind, parse, type SelectionSetNode } from 'graphql'
import type { EntityStep, Lookup, Require, Segment, Step } from '../fetch/step.js'
import { fieldsIn, fragmentsOf } from '../fragments.js'
import { responseKey } from '../response-key.js'

/**
 * The same steps with lookups at an @interfaceObject for all types that the operation selects their fields of. Where it
 * selects a field of the interface for several object types, the planner (0.0.38) makes one lookup of them and keeps only
 * the last type.
 */
export function widenLookups(step: Step, normalized: DocumentNode): Step {
  const [operation] = normalized.definitions
  return operation?.kind === Kind.OPERATION_DEFINITION ? within(step, operation.selectionSet) : step
}

function within(step: Step, operation: SelectionSetNode): Step {
  switch (step.kind) {
    case 'sequence':
    case 'parallel':
      return { ...step, steps: step.steps.map((one) => within(one, operation)) }
    case 'entities':
      return { ...step, lookups: step.lookups.map((one) => widened(one, step, operation)) }
    case 'root':
    case 'subscription':
      return step
  }
}

function widened(lookup: Lookup, { request }: EntityStep, operation: SelectionSetNode): Lookup {
  const [only, ...others] = lookup.requires
  const type = interfaceOf(lookup)
  if (type === undefined || only?.kind !== 'on' || only.type === type || others.length > 0) return lookup
  const keys = lookedUp(parse(request.query, { noLocation: true }), lookup.alias)
  const types = new Set([only.type])
  for (const way of lookup.ways)
    for (const set of setsAt([operation], way)) addConditions(set, type, keys, types)
  // What is selected whatever the type is, is selected for all.
  const asked = types.has(type) ? [type] : [...types]
  return { ...lookup, requires: asked.map((one): Require => ({ ...only, type: one })) }
}

/** The interface that representations are said to be of; undefined when the lookup is at no @interfaceObject. */
function interfaceOf({ sets }: Lookup): string | undefined {
  const [set, ...others] = sets
  const [of, ...rest] = set?.way ?? []
  if (set === undefined || others.length > 0 || typeof of !== 'object' || rest.length > 0) return undefined
  return of.types.length === 1 && of.types[0] === set.to ? set.to : undefined
}

/** The response keys that a lookup gives. */
function lookedUp(document: DocumentNode, alias: string): ReadonlySet<string> {
  const fragments = fragmentsOf(document)
  const keys = new Set<string>()
  for (const one of document.definitions) {
    if (one.kind !== Kind.OPERATION_DEFINITION) continue
    for (const lookup of one.selectionSet.selections) {
      if (lookup.kind !== Kind.FIELD || responseKey(lookup) !== alias || !lookup.selectionSet) continue
      for (const field of fieldsIn(lookup.selectionSet, fragments)) keys.add(responseKey(field))
    }
  }
  keys.delete('__typename')
  return keys
}

/** What an operation without spreads selects where a way leads. */
function setsAt(
  sets: readonly SelectionSetNode[],
  [segment, ...rest]: readonly Segment[],
): readonly SelectionSetNode[] {
  if (segment === undefined) return sets
  return setsAt(typeof segment === 'string' ? sets.flatMap((set) => setsOf(set, segment)) : sets, rest)
}

function setsOf({ selections }: SelectionSetNode, key: string): SelectionSetNode[] {
  return selections.flatMap((one) => {
    if (one.kind === Kind.INLINE_FRAGMENT) return setsOf(one.selectionSet, key)
    if (one.kind !== Kind.FIELD || responseKey(one) !== key) return []
    return one.selectionSet ?? []
  })
}

function addConditions(
  { selections }: SelectionSetNode,
  condition: string,
  keys: ReadonlySet<string>,
  types: Set<string>,
): void {
  for (const one of selections) {
    if (one.kind === Kind.INLINE_FRAGMENT)
      addConditions(one.selectionSet, one.typeCondition?.name.value ?? condition, keys, types)
    else if (one.kind === Kind.FIELD && keys.has(responseKey(one))) types.add(condition)
  }
}
