import { type FieldNode, Kind, type SelectionSetNode } from 'graphql'
import type { Fragments } from '../fragments.js'
import { responseKey } from '../response-key.js'

/** What is selected of the objects of one place, of whatever type and on whatever condition, by response key. */
export function fieldsOfAnyType(
  sets: readonly SelectionSetNode[],
  fragments: Fragments,
): ReadonlyMap<string, readonly FieldNode[]> {
  const groups = new Map<string, FieldNode[]>()
  const spread = new Set<string>()
  const collect = ({ selections }: SelectionSetNode) => {
    for (const one of selections) {
      if (one.kind === Kind.FIELD) {
        const key = responseKey(one)
        groups.set(key, [...(groups.get(key) ?? []), one])
      } else if (one.kind === Kind.INLINE_FRAGMENT) {
        collect(one.selectionSet)
      } else if (!spread.has(one.name.value)) {
        spread.add(one.name.value)
        const fragment = fragments.get(one.name.value)
        if (fragment !== undefined) collect(fragment.selectionSet)
      }
    }
  }
  for (const set of sets) collect(set)
  return groups
}
