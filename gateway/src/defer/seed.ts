import { Kind, type SelectionNode, type SelectionSetNode } from 'graphql'
import { copied, type Fields, isFields } from '../fetch/merge.js'

/** An object of its own with what a part needs to know of an object of an answer; undefined when that is not there. */
export type Seed = (object: Fields) => Fields | undefined

/**
 * Compiles what the planner needs of an object to a function that takes it from one, under the names that it wants, and the
 * leaves of these keys along with it.
 */
export function seedOf({ selections }: SelectionSetNode, shared: ReadonlySet<string> = NOTHING): Seed {
  const takes = selections.flatMap((one): readonly Take[] => {
    if (one.kind !== Kind.FIELD) return []
    const { name, alias = name, selectionSet } = one
    // Keys may be of several types within: then all that is known there comes along.
    const isPlain = selectionSet?.selections.every(({ kind }) => kind === Kind.FIELD) === true
    return [{ read: name.value, write: alias.value, take: isPlain ? within(seedOf(selectionSet)) : copied }]
  })
  return (object) => {
    const seed: Fields = {}
    for (const { read, write, take } of takes) {
      const value = take(object[read])
      if (value === undefined) return undefined
      seed[write] = value
    }
    for (const key of shared) if (Object.hasOwn(object, key)) seed[key] = copied(object[key])
    return seed
  }
}

const NOTHING: ReadonlySet<string> = new Set()

interface Take {
  readonly read: string
  readonly write: string
  readonly take: (value: unknown) => unknown
}

/** The same fields by their own names, as they are asked for. */
export function unaliased({ selections, ...set }: SelectionSetNode): SelectionSetNode {
  return {
    ...set,
    selections: selections.map((one) => {
      if (one.kind === Kind.FRAGMENT_SPREAD || one.selectionSet === undefined) return without(one)
      return { ...without(one), selectionSet: unaliased(one.selectionSet) }
    }),
  }
}

function without<T extends SelectionNode>(node: T): T {
  return node.kind === Kind.FIELD ? { ...node, alias: undefined } : node
}

function within(seed: Seed): (value: unknown) => unknown {
  const take = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(take)
    return isFields(value) ? seed(value) : value
  }
  return take
}
