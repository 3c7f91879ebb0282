import type { TypeNames } from '../supergraph/type-names.js'

export type Fields = Record<string, unknown>

/** True for what JSON calls an object. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Merges what a subgraph answered for an object into that object, in place: later fetches hold references to the same
 * objects. Objects merge key by key and lists of one length element by element; a null never hides an object that
 * another subgraph gave, and an interface's name (from an @interfaceObject subgraph) never hides an object type's.
 */
export function mergeInto(target: Fields, source: Fields, types: TypeNames): void {
  for (const key of Object.keys(source)) {
    // Would replace the object's prototype instead of setting a field.
    if (key === '__proto__') continue
    const incoming = source[key]
    const existing = target[key]
    if (key === '__typename' && typeof existing === 'string' && typeof incoming === 'string') {
      if (types.isObject(existing) && !types.isObject(incoming)) continue
    }
    target[key] = merged(existing, incoming, types)
  }
}

function merged(existing: unknown, incoming: unknown, types: TypeNames): unknown {
  if (existing === incoming || typeof existing !== 'object' || existing === null) return incoming
  if (typeof incoming !== 'object' || incoming === null) return existing
  if (Array.isArray(existing)) {
    if (!Array.isArray(incoming) || existing.length !== incoming.length) return incoming
    if (Object.isFrozen(existing)) return incoming
    for (let i = 0; i < existing.length; i++) existing[i] = merged(existing[i], incoming[i], types)
    return existing
  }
  if (!isFields(incoming) || Object.isFrozen(existing)) return incoming
  mergeInto(existing as Fields, incoming, types)
  return existing
}

/**
 * A deep copy of response data. Taken for every further place that one de-duplicated entity serves, because later
 * fetches write into each place by itself.
 */
export function copied<T>(value: T): T
export function copied(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item: unknown) => copied(item))
  const copy: Fields = {}
  for (const key of Object.keys(value)) {
    if (key !== '__proto__') copy[key] = copied((value as Fields)[key])
  }
  return copy
}
