import { type Fields, isFields } from '../fetch/merge.js'
import type { Trail } from './marks.js'

/** An object of an answer to which a part adds something. */
export interface Place {
  /** As subgraphs gave it. */
  readonly object: Fields
  readonly path: readonly (string | number)[]
}

/**
 * The objects that a trail leads to, of those that stand in the answer as it was sent: where that has null there is
 * nothing to add, whatever subgraphs gave. `from` is where the answer stands itself.
 */
export function placesOf(answer: unknown, data: Fields, trail: Trail, from: Place['path']): Place[] {
  const places: Place[] = []
  const follow = (shown: unknown, given: unknown, at: number, path: Place['path']): void => {
    if (Array.isArray(shown)) {
      if (!Array.isArray(given)) return
      for (const [index, item] of shown.entries()) follow(item, given[index], at, [...path, index])
      return
    }
    if (!isFields(shown) || !isFields(given)) return
    const stride = trail[at]
    if (stride === undefined) places.push({ object: given, path })
    else if ('key' in stride) follow(shown[stride.key], given[stride.read], at + 1, [...path, stride.key])
    else if (stride.types.has(String(given['__typename']))) follow(shown, given, at + 1, path)
  }
  follow(answer, data, 0, from)
  return places
}
