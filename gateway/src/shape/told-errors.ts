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
 */
export function toldErrors(errors: readonly GraphQLError[], data: Fields, root: Root): GraphQLError[] {
  return errors.flatMap((error) => {
    const { message, path, extensions } = error
    if (path === undefined) return [error]
    if (isOfOthers(path, data, root)) return []
    const keys = path.map((key) => (typeof key === 'string' ? clientKey(key) : key))
    return [new GraphQLError(message, { path: keys, extensions })]
  })
}

/** Looks at objects as they are: an error under null, or under what was not given, is told. */
function isOfOthers(path: Keys, data: Fields, { schema, type: root, selection: whole }: Root): boolean {
  let value: unknown = data
  let declared: unknown = root
  let selection: Selection | undefined = whole
  for (const [at, key] of path.entries()) {
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
      const isWhole = fields.every(
        ({ name, dataKey }) => name === '__typename' || object[dataKey] !== undefined,
      )
      return isWhole && isSelected(path.slice(0, at + 1), whole)
    }
    value = object[field.dataKey]
    declared = getNamedType(field.type)
    selection = field.below
  }
  return false
}

/** True where the client selected what a path leads to, of objects of some type. */
function isSelected(path: Keys, whole: Selection): boolean {
  const keys = path.filter((key) => typeof key === 'string')
  let selection = whole
  for (const [at, key] of keys.entries()) {
    const { dataKeys, below } = selection.ofAnyType(clientKey(key))
    if (at === keys.length - 1) return dataKeys.includes(key)
    selection = below
  }
  return false
}
