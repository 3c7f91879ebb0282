import type { TypeNames } from '../supergraph/supergraph.js'
import { type Fields, isFields } from './merge.js'
import type { Require } from './step.js'

/** Values of the operation's variables by name, coerced. */
export type Variables = Readonly<Record<string, unknown>>

/**
 * What a subgraph needs to know of an object to resolve it, taken from the object; undefined when no condition fits
 * its type or a needed field was never given (its fetch failed, or its entity was not found): such an object is left
 * out of the lookup. An explicit null is given on: a nullable key or requirement may be null.
 */
export function represent(
  object: Fields,
  requires: readonly Require[],
  variables: Variables,
  types: TypeNames,
): Fields | undefined {
  const representation: Fields = {}
  let fits = false
  for (const require of requires) {
    if (require.kind === 'field') {
      if (!take(object, require, representation, variables, types)) return undefined
      fits = true
      continue
    }
    if (!applies(object, require, variables, types)) continue
    fits = true
    for (const inner of require.inner) {
      if (!takeAny(object, inner, representation, variables, types)) return undefined
    }
  }
  if (!fits) return undefined
  if (representation['__typename'] === undefined) representation['__typename'] = object['__typename']
  return typeof representation['__typename'] === 'string' ? representation : undefined
}

function takeAny(
  object: Fields,
  require: Require,
  into: Fields,
  variables: Variables,
  types: TypeNames,
): boolean {
  if (require.kind === 'field') return take(object, require, into, variables, types)
  if (!applies(object, require, variables, types)) return true
  return require.inner.every((inner) => takeAny(object, inner, into, variables, types))
}

function take(
  object: Fields,
  require: Require & { kind: 'field' },
  into: Fields,
  variables: Variables,
  types: TypeNames,
): boolean {
  const value = object[require.read]
  if (value === undefined) return false
  const taken = require.inner.length === 0 ? value : takeInner(value, require.inner, variables, types)
  if (taken === undefined) return false
  const before = into[require.write]
  into[require.write] = isFields(before) && isFields(taken) ? { ...before, ...taken } : taken
  return true
}

function takeInner(
  value: unknown,
  requires: readonly Require[],
  variables: Variables,
  types: TypeNames,
): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => takeInner(item, requires, variables, types))
    return items.includes(undefined) ? undefined : items
  }
  if (!isFields(value)) return value
  const inner: Fields = {}
  return requires.every((require) => takeAny(value, require, inner, variables, types)) ? inner : undefined
}

/** An object without a type name comes from a field of one type, so that every condition on it holds. */
function applies(
  object: Fields,
  require: Require & { kind: 'on' },
  variables: Variables,
  types: TypeNames,
): boolean {
  if (require.skipIf !== undefined && variables[require.skipIf] === true) return false
  if (require.includeIf !== undefined && variables[require.includeIf] !== true) return false
  const typename = object['__typename']
  return typeof typename !== 'string' || types.satisfies(typename, require.type)
}
