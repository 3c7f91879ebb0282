import {
  type GraphQLCompositeType,
  type GraphQLError,
  type GraphQLOutputType,
  type GraphQLSchema,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { coded } from '../errors.js'
import { type Fields, isFields } from '../fetch/merge.js'
import { type Path, pathKeys } from '../fetch/path.js'
import type { Executable } from '../executable.js'
import { isIncluded } from '../shape/is-included.js'
import { type Asked, MAX_DENIALS, type Possible } from './asked.js'

export interface Restoring {
  readonly schema: GraphQLSchema
  readonly typeKey: string
  readonly variables: Executable['variables']
  /** One is added for each place at which something is missing. */
  readonly errors: GraphQLError[]
}

const BUBBLE: unique symbol = Symbol('bubble')

/**
 * The answer to a filtered operation as the answer to what was asked: null at every place of which the caller may not see
 * the value, spread to the nearest nullable place where null is none (GraphQL specification, section 6.4.4), in the order
 * in which the client asked.
 */
export function restore(
  data: Fields,
  asked: readonly Asked[],
  root: GraphQLCompositeType,
  restoring: Restoring,
): unknown {
  const { stackTraceLimit } = Error
  // Nobody reads where these errors were made, and finding out is half of what they cost.
  Error.stackTraceLimit = 0
  try {
    return restoreValue(data, root, { below: asked, path: undefined }, restoring)
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

interface Place {
  readonly type: Possible
  readonly path: Path | undefined
}

function restoreObject(
  source: Fields,
  asked: readonly Asked[],
  { type, path }: Place,
  restoring: Restoring,
): Fields | typeof BUBBLE {
  const result = Object.create(null) as Fields
  for (const [key, group] of grouped(asked, type, restoring.variables)) {
    const [first] = group
    if (first === undefined) continue
    const declared = type.getFields()[first.name]?.type
    const here = { prev: path, key }
    let value: unknown
    if (group.some(({ denied }) => denied.has(type.name))) {
      deny(`${type.name}.${first.name}`, here, restoring)
      value = isNonNullType(declared) ? BUBBLE : null
    } else if (!Object.hasOwn(source, key)) {
      continue
    } else if (declared !== undefined && group.some(({ isTouched }) => isTouched)) {
      const below = group.flatMap((one) => one.below ?? [])
      value = restoreValue(source[key], declared, { below, path: here }, restoring)
    } else {
      value = source[key]
    }
    if (value === BUBBLE) return BUBBLE
    result[key] = value
  }
  return result
}

/** The selections that are meant for objects of this type with these variables, by response key. */
function grouped(
  asked: readonly Asked[],
  type: Possible,
  variables: Executable['variables'],
): ReadonlyMap<string, readonly Asked[]> {
  const groups = new Map<string, Asked[]>()
  for (const one of asked) {
    if (!one.types.has(type.name) || !isIncluded(one.conditions, variables)) continue
    const group = groups.get(one.key)
    if (group === undefined) groups.set(one.key, [one])
    else group.push(one)
  }
  return groups
}

function restoreValue(
  value: unknown,
  type: GraphQLOutputType,
  at: { readonly below: readonly Asked[]; readonly path: Path | undefined },
  restoring: Restoring,
): unknown {
  if (isNonNullType(type)) {
    return restoreValue(value, type.ofType as GraphQLOutputType, at, restoring) ?? BUBBLE
  }
  if (isListType(type)) {
    if (!Array.isArray(value)) return null
    const items: unknown[] = []
    for (const [index, item] of value.entries()) {
      const path = { prev: at.path, key: index }
      const restored = restoreValue(item, type.ofType as GraphQLOutputType, { ...at, path }, restoring)
      if (restored === BUBBLE) return null
      items.push(restored)
    }
    return items
  }
  if (!isFields(value)) return null
  const named = isObjectType(type) ? type : restoring.schema.getType(String(value[restoring.typeKey]))
  // An object of which nobody knows what it is may be one that the caller may not see.
  if (!isObjectType(named) && !isInterfaceType(named)) return null
  const restored = restoreObject(value, at.below, { type: named, path: at.path }, restoring)
  return restored === BUBBLE ? null : restored
}

function deny(field: string, path: Path, { errors }: Restoring): void {
  if (errors.length < MAX_DENIALS) errors.push(denied(field, pathKeys(path)))
}

/** What a caller is told of a field that it may not see. */
export function denied(field: string, path: readonly (string | number)[]): GraphQLError {
  return coded('UNAUTHORIZED_FIELD_OR_TYPE', `The caller may not see "${field}".`, { path })
}
