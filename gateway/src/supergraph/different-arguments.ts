import { type FieldNode, print, type SelectionSetNode } from 'graphql'
import { fieldsIn } from './sdl.js'

/**
 * Puts what a field requires to the first group of its kind that asks for no field with other arguments, for a
 * representation has one value of a field; which one that is.
 */
export function placeOf(
  requires: SelectionSetNode,
  groups: Map<string, SelectionSetNode[][]>,
  kind: string,
): number {
  const known = groups.get(kind) ?? []
  groups.set(kind, known)
  const fit = known.findIndex((group) => group.every((other) => !differ(requires, other)))
  if (fit >= 0) known[fit]?.push(requires)
  else known.push([requires])
  return fit >= 0 ? fit : known.length - 1
}

function differ(one: SelectionSetNode, other: SelectionSetNode): boolean {
  return fieldsIn(one).some((field) =>
    fieldsIn(other).some((same) => {
      if (field.name.value !== same.name.value) return false
      const text = (node: FieldNode) =>
        (node.arguments ?? [])
          .map((given) => print(given))
          .sort()
          .join()
      if (text(field) !== text(same)) return true
      return field.selectionSet !== undefined && same.selectionSet !== undefined
        ? differ(field.selectionSet, same.selectionSet)
        : false
    }),
  )
}
