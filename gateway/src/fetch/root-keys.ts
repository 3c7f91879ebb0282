import { getOperationAST, Kind, parse, type SelectionSetNode } from 'graphql'
import { type Fragments, fragmentsOf } from '../fragments.js'
import { responseKey } from '../response-key.js'
import type { Request } from './step.js'

/**
 * The response keys that a root fetch would have filled, by the client's names. Only read when such a fetch failed,
 * so the text is parsed then. Conditions were decided before it was planned: what it names it asks for.
 */
export function rootKeys(request: Request): string[] {
  const document = parse(request.query, { noLocation: true })
  const root = getOperationAST(document)?.selectionSet
  const keys = new Set<string>()
  if (root !== undefined) collect(root, fragmentsOf(document), keys)
  return [...keys].map((key) => renamed(key, request))
}

function collect(set: SelectionSetNode, fragments: Fragments, keys: Set<string>): void {
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) {
      keys.add(responseKey(selection))
      continue
    }
    const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
    if (inner !== undefined) collect(inner.selectionSet, fragments, keys)
  }
}

function renamed(key: string, request: Request): string {
  return request.renames.find((rename) => rename.way.length === 0 && rename.key === key)?.to ?? key
}
