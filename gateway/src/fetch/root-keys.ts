import { Kind, parse, type SelectionSetNode } from 'graphql'
import { responseKey } from '../response-key.js'
import type { Request } from './step.js'

/**
 * The response keys that a root fetch would have filled, by the client's names. Only read when such a fetch failed,
 * so the text is parsed then. Conditions were decided before it was planned: what it names it asks for.
 */
export function rootKeys(request: Request): string[] {
  const document = parse(request.query, { noLocation: true })
  const sets = new Map<string, SelectionSetNode>()
  let root: SelectionSetNode | undefined
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) sets.set(definition.name.value, definition.selectionSet)
    if (definition.kind === Kind.OPERATION_DEFINITION) root = definition.selectionSet
  }
  const keys = new Set<string>()
  if (root !== undefined) collect(root, sets, keys)
  return [...keys].map((key) => renamed(key, request))
}

function collect(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, SelectionSetNode>,
  keys: Set<string>,
): void {
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) {
      keys.add(responseKey(selection))
      continue
    }
    const inner =
      selection.kind === Kind.INLINE_FRAGMENT ? selection.selectionSet : fragments.get(selection.name.value)
    if (inner !== undefined) collect(inner, fragments, keys)
  }
}

function renamed(key: string, request: Request): string {
  return request.renames.find((rename) => rename.way.length === 0 && rename.key === key)?.to ?? key
}
