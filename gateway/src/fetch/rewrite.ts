import type { TypeNames } from '../supergraph/type-names.js'
import { type Fields, isFields } from './merge.js'
import type { Rewrite } from './step.js'

/** Renames the keys that the planner aliased, in place, wherever the way of each rename leads. */
export function renameKeys(data: unknown, renames: readonly Rewrite[], types: TypeNames): void {
  for (const rename of renames) {
    walk(data, rename, 0, types, (object) => {
      if (!(rename.key in object)) return
      object[rename.to] = object[rename.key]
      delete object[rename.key]
    })
  }
}

function walk(
  value: unknown,
  rewrite: Rewrite,
  at: number,
  types: TypeNames,
  visit: (object: Fields) => void,
): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, rewrite, at, types, visit)
    return
  }
  if (!isFields(value)) return
  const part = rewrite.way[at]
  if (part === undefined) {
    visit(value)
  } else if (typeof part === 'string') {
    walk(value[part], rewrite, at + 1, types, visit)
  } else {
    const typename = value['__typename']
    if (typeof typename !== 'string' || !part.types.some((type) => types.satisfies(typename, type))) return
    walk(value, rewrite, at + 1, types, visit)
  }
}
