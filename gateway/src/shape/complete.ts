import {
  GraphQLError,
  type GraphQLInterfaceType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql'
import { type Fields, isFields } from '../fetch/merge.js'
import { type Path, pathKeys } from '../fetch/path.js'
import type { Known } from './known.js'
import type { Selection, ShapeField } from './selection.js'

export interface Completing {
  readonly schema: GraphQLSchema
  readonly known: Known
  /** Result of the introspection fields of the root, by response key. */
  readonly introspection: Readonly<Record<string, unknown>> | undefined
}

/** Stands for "null in a non-null position": the parent becomes null in its turn. Never leaves this file's callers. */
export const BUBBLE: unique symbol = Symbol('bubble')

/**
 * The selected fields of one object as the client gets them; BUBBLE when a non-null field has no value
 * (GraphQL specification, section 6.4.4).
 */
export function completeObject(
  source: Fields,
  type: GraphQLObjectType | GraphQLInterfaceType,
  selection: Selection,
  path: Path | undefined,
  completing: Completing,
): Fields | typeof BUBBLE {
  // No prototype: a client may call a field `__proto__` or `constructor`.
  const result = Object.create(null) as Fields
  for (const field of selection.fieldsOf(type)) {
    const value = completeField(source, type, field, path, completing)
    if (value === BUBBLE) return BUBBLE
    result[field.key] = value
  }
  return result
}

function completeField(
  source: Fields,
  type: GraphQLObjectType | GraphQLInterfaceType,
  field: ShapeField,
  path: Path | undefined,
  completing: Completing,
): unknown {
  if (field.name === '__typename') return type.name
  if (field.name === '__schema' || field.name === '__type')
    return completing.introspection?.[field.key] ?? null
  const raw = source[field.key]
  // What an object inherits is not what a subgraph gave.
  const value = typeof raw === 'function' ? undefined : raw
  return complete(value, field.type, field, { prev: path, key: field.key }, completing, type)
}

function complete(
  value: unknown,
  type: GraphQLOutputType,
  field: ShapeField,
  path: Path,
  completing: Completing,
  parent: GraphQLObjectType | GraphQLInterfaceType,
): unknown {
  if (isNonNullType(type)) {
    const inner = complete(value, type.ofType as GraphQLOutputType, field, path, completing, parent)
    if (inner !== null) return inner
    const keys = pathKeys(path)
    if (!completing.known.explains(keys, value === undefined)) {
      const message = `Cannot return null for non-nullable field ${parent.name}.${field.name}.`
      completing.known.add(invalid(message, field, keys))
    }
    return BUBBLE
  }
  if (value === null || value === undefined) return null
  if (isListType(type)) return completeList(value, type.ofType, field, path, completing, parent)
  if (isLeafType(type)) return completeLeaf(value, type, field, path, completing)
  if (!isFields(value) || field.below === undefined) {
    completing.known.add(invalid(`Expected an object of type "${type.name}".`, field, pathKeys(path)))
    return null
  }
  const runtime = runtimeType(value, type, field, completing)
  if (runtime === undefined) {
    const message = `Abstract type "${type.name}" has no object type named "${shown(value['__typename'])}" here.`
    completing.known.add(invalid(message, field, pathKeys(path)))
    return null
  }
  const object = completeObject(value, runtime, field.below, path, completing)
  return object === BUBBLE ? null : object
}

function completeList(
  value: unknown,
  itemType: GraphQLOutputType,
  field: ShapeField,
  path: Path,
  completing: Completing,
  parent: GraphQLObjectType | GraphQLInterfaceType,
): unknown {
  if (!Array.isArray(value)) {
    const message = `Expected a list for field ${parent.name}.${field.name}.`
    completing.known.add(invalid(message, field, pathKeys(path)))
    return null
  }
  const items: unknown[] = []
  for (let i = 0; i < value.length; i++) {
    const item = complete(value[i], itemType, field, { prev: path, key: i }, completing, parent)
    if (item === BUBBLE) return null
    items.push(item)
  }
  return items
}

/** Custom scalars pass as they are; built-in ones and enums are held to what the client was promised. */
function completeLeaf(
  value: unknown,
  type: GraphQLLeafType,
  field: ShapeField,
  path: Path,
  completing: Completing,
): unknown {
  if (!isEnumType(type) && !isSpecifiedScalarType(type)) return value
  try {
    return type.serialize(value) ?? null
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    completing.known.add(invalid(message, field, pathKeys(path)))
    return null
  }
}

/** The type of an object in a position of `declared` type; undefined when it is none that the client may see there. */
function runtimeType(
  value: Fields,
  declared: GraphQLOutputType,
  field: ShapeField,
  completing: Completing,
): GraphQLObjectType | GraphQLInterfaceType | undefined {
  if (isObjectType(declared)) return declared
  if (isLeafType(declared) || isListType(declared) || isNonNullType(declared)) return undefined
  const typename = value['__typename']
  const type = typeof typename === 'string' ? completing.schema.getType(typename) : undefined
  if (isObjectType(type) && completing.schema.isSubType(declared, type)) return type
  // An @interfaceObject subgraph knows the interface only; that is enough unless the client asked for the type.
  if (!isInterfaceType(declared) || (typename !== undefined && !isInterfaceType(type))) return undefined
  const asksForType = field.below?.fieldsOf(declared).some((one) => one.name === '__typename') === true
  return asksForType ? undefined : declared
}

function shown(typename: unknown): string {
  return typeof typename === 'string' ? typename : 'unknown'
}

function invalid(message: string, field: ShapeField, path: readonly (string | number)[]): GraphQLError {
  return new GraphQLError(message, { nodes: field.nodes, path, extensions: { code: 'SUBGRAPH_ERROR' } })
}
