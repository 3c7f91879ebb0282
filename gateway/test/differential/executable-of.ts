import { type DocumentNode, parse } from 'graphql'
import { type Executable, operationOf } from '../../src/executable.js'

/** The one operation of a document, as the life-cycle hands it on; its text is its key. */
export function executableOf(
  query: string,
  variables: Executable['variables'] = {},
  document: DocumentNode = parse(query),
): Executable {
  const operation = operationOf({ document, query, key: query }, undefined)
  if (operation === undefined) throw new Error('The document has not one operation.')
  return { ...operation, variables }
}
