import { Kind, parse, print, type SelectionNode, type SelectionSetNode } from 'graphql'
import type { EntityStep, Request, Require, Step } from '../fetch/step.js'
import type { Members } from '../supergraph/members.js'
import type { TypeNames } from '../supergraph/type-names.js'
import { ELSEWHERE } from '../supergraph/whole-unions.js'
import { ROOT_TYPES } from '../root-types.js'
import { type Fragments, fragmentsOf } from '../fragments.js'
import { TYPENAME } from '../normalize.js'
import { onlyUsed } from './only-used.js'

interface Within {
  readonly members: Members
  readonly types: TypeNames
}

/**
 * The same steps without what was selected of members that a subgraph's union does not have, and without fetches for
 * objects that only such a selection would give. Undefined when nothing is left.
 */
export function withinMembers(step: Step, within: Within): Step | undefined {
  switch (step.kind) {
    case 'sequence':
    case 'parallel': {
      const steps = step.steps.flatMap((one) => withinMembers(one, within) ?? [])
      return steps.length === 0 ? undefined : { ...step, steps }
    }
    case 'entities':
      return entities(step, within)
    case 'root':
    case 'subscription':
      return { ...step, request: request(step.request, within) }
  }
}

function entities(step: EntityStep, within: Within): EntityStep | undefined {
  const lookups = step.lookups.map((one) => ({ ...one, requires: one.requires.filter(isSomewhere) }))
  const isVain = lookups.every(({ requires }) => requires.length === 0)
  if (isVain) return undefined
  // What a batch asks for by lookups that are left without requirements stays theirs: nothing can be represented.
  const kept = lookups.map((one, index) => (one.requires.length === 0 ? (step.lookups[index] ?? one) : one))
  return { ...step, lookups: kept, request: request(step.request, within) }
}

function isSomewhere(one: Require): boolean {
  return one.kind !== 'on' || !one.inner.some((inner) => inner.kind === 'field' && inner.read === ELSEWHERE)
}

function request(from: Request, within: Within): Request {
  const document = parse(from.query, { noLocation: true })
  const fragments = fragmentsOf(document)
  const cutting: Cutting = { ...within, subgraph: from.subgraph, fragments, isCut: false }
  const definitions = document.definitions.map((one) => {
    if (one.kind === Kind.OPERATION_DEFINITION)
      return { ...one, selectionSet: cut(one.selectionSet, ROOT_TYPES[one.operation], cutting) }
    if (one.kind !== Kind.FRAGMENT_DEFINITION) return one
    return { ...one, selectionSet: cut(one.selectionSet, one.typeCondition.name.value, cutting) }
  })
  if (!cutting.isCut) return from
  const used = onlyUsed({ ...document, definitions })
  return {
    ...from,
    query: print(used.document),
    variables: from.variables.filter((name) => used.variables.has(name)),
  }
}

interface Cutting extends Within {
  readonly subgraph: string
  readonly fragments: Fragments
  isCut: boolean
}

function cut(set: SelectionSetNode, parent: string | undefined, cutting: Cutting): SelectionSetNode {
  const { members, types, subgraph, fragments } = cutting
  const own = parent === undefined ? undefined : members.of(subgraph, parent)
  const selections = set.selections.flatMap((one): SelectionNode[] => {
    if (one.kind === Kind.FIELD) {
      if (one.selectionSet === undefined) return [one]
      return [{ ...one, selectionSet: cut(one.selectionSet, types.below(parent, one.name.value), cutting) }]
    }
    const condition =
      one.kind === Kind.INLINE_FRAGMENT
        ? one.typeCondition?.name.value
        : fragments.get(one.name.value)?.typeCondition.name.value
    if (own !== undefined && condition !== undefined && condition !== parent && !own.has(condition)) {
      cutting.isCut = true
      return []
    }
    if (one.kind === Kind.FRAGMENT_SPREAD) return [one]
    return [{ ...one, selectionSet: cut(one.selectionSet, condition ?? parent, cutting) }]
  })
  return { ...set, selections: selections.length === 0 ? [TYPENAME] : selections }
}
