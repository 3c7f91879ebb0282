import type { SubgraphError } from '@lighthouse/contract/subgraph-request'
import { rounded } from '../exact-json.js'
import { isFields } from './merge.js'

/** Each is placed, told and written, which takes long for very many: a list may have one for each of its items. */
const MAX_ERRORS = 1_000

/**
 * The `errors` of what came over the wire, of which nothing is known: servers write `"errors": null` where there are none,
 * and paths, extensions and messages of any shape. What is no list is one error, since something was meant by it. Of very many
 * the first are told, and how many more there are.
 */
export function readErrors(errors: unknown): SubgraphError[] {
  if (errors === null || errors === undefined) return []
  const all = Array.isArray(errors) ? (errors as unknown[]) : [errors]
  if (all.length <= MAX_ERRORS) return all.map(readError)
  const message = `${all.length - MAX_ERRORS} more errors are not told.`
  return [...all.slice(0, MAX_ERRORS).map(readError), { message }]
}

function readError(error: unknown): SubgraphError {
  if (typeof error === 'string') return { message: error }
  if (!isFields(error)) return { message: UNKNOWN }
  const { message, path, extensions } = error
  return {
    message: typeof message === 'string' ? message : UNKNOWN,
    ...(Array.isArray(path) && path.every(isKey) && { path }),
    ...(isFields(extensions) && { extensions: rounded(extensions) }),
  }
}

const UNKNOWN = 'Unknown error.'

/** A response key, or an index of a list. */
function isKey(key: unknown): key is string | number {
  return typeof key === 'string' || (Number.isInteger(key) && (key as number) >= 0)
}
