import { getNamedType, GraphQLError, type GraphQLObjectType, type GraphQLSchema, isObjectType } from 'graphql'
import { clientKey } from '../alias.js'
import { type Fields, isFields } from '../fetch/merge.js'
import type { Selection } from './selection.js'

/** Where an answer begins: what the client selected of the root. */
export interface Root {
  readonly schema: GraphQLSchema
  readonly type: GraphQLObjectType
  readonly selection: Selection
}

type Keys = readonly (string | number)[]

/**
 * What a client is told of the errors that fetching came upon: under its own names, and without those of what it selected
 * of objects of other types only. The planner merges what it fetches for objects of several types that stand in one place.
 * A path ends where what is behind was not asked for by the client: it may be what clients must not know of.
 */
export function toldErrors(errors: readonly GraphQLError[], data: Fields, root: Root): GraphQLError[] {
  return errors.flatMap((error) => {
    const { message, path, extensions } = error
    if (path === undefined) return [error]
    const selected = path.slice(0, selectedLength(path, root.selection))
    if (selected.length === path.length && isOfOthers(path, data, root)) return []
    const keys = selected.map((key) => (typeof key === 'string' ? clientKey(key) : key))
    return [new GraphQLError(message, { path: keys.length === 0 ? null : keys, extensions })]
  })
}

/** How much of a path leads through what the client selected, of objects of whatever type. */
function selectedLength(path: Keys, whole: Selection): number {
  let selection = whole
  for (const [at, key] of path.entries()) {
    if (typeof key === 'number') continue
    const { dataKeys, below } = selection.ofAnyType(clientKey(key))
    if (!dataKeys.includes(key)) return at
    selection = below
  }
  return path.length
}

/** Looks at objects as they are: an error under null, or under what was not given, is told. */
function isOfOthers(path: Keys, data: Fields, { schema, type: root, selection: whole }: Root): boolean {
  let value: unknown = data
  let declared: unknown = root
  let selection: Selection | undefined = whole
  for (const key of path) {
    if (typeof key === 'number') {
      value = Array.isArray(value) ? value[key] : undefined
      continue
    }
    if (!isFields(value) || selection === undefined) return false
    const object = value
    const named = object['__typename']
    const type = typeof named === 'string' ? schema.getType(named) : declared
    if (!isObjectType(type)) return false
    const fields = selection.fieldsOf(type)
    const field = fields.find(({ dataKey }) => dataKey === key)
    if (field === undefined) {
      // Where something is missing, whatever went wrong there may be why.
      return fields.every(({ name, dataKey }) => name === '__typename' || object[dataKey] !== undefined)
    }
    value = object[field.dataKey]
    declared = getNamedType(field.type)
    selection = field.below
  }
  return false
}
