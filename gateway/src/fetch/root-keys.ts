import { getOperationAST, parse } from 'graphql'
import { fieldsIn, fragmentsOf } from '../fragments.js'
import { responseKey } from '../response-key.js'
import type { Request } from './step.js'

/**
 * The response keys that a root fetch would have filled, by the client's names. Only read when such a fetch failed,
 * so the text is parsed then. Conditions were decided before it was planned: what it names it asks for.
 */
export function rootKeys(request: Request): string[] {
  const document = parse(request.query, { noLocation: true })
  const root = getOperationAST(document)?.selectionSet
  const keys = new Set(root === undefined ? [] : fieldsIn(root, fragmentsOf(document)).map(responseKey))
  return [...keys].map((key) => renamed(key, request))
}

function renamed(key: string, request: Request): string {
  return request.renames.find((rename) => rename.way.length === 0 && rename.key === key)?.to ?? key
}
