import { type FieldNode, type OperationDefinitionNode, print, type SelectionSetNode, visit } from 'graphql'
import type { Fragments } from './fragments.js'
import { responseKey } from './response-key.js'
import { fieldsOfAnyType } from './shape/fields-of-any-type.js'

/** Begins the names that subgraphs are given for a client's aliases. */
const OURS = '_alias_'
/** A number stands between where one name is several; no name of GraphQL begins with one. */
const BEGINNING = /^_alias_(?:\d+_)?/

/** The client's name for a key of the data. */
export function clientKey(key: string): string {
  return key.startsWith(OURS) ? key.replace(BEGINNING, '') : key
}

/**
 * The keys under which the fields of an operation are asked for and kept until it is answered.
 *
 * A client's alias must not be taken for a field that a key or @requires reads: `{ user { id: friendId name } }` would
 * otherwise fetch the name of another user. Nor may one key stand for two things in one place, which a client may ask for
 * of objects of two types: the planner (0.0.38) merges what it fetches for both, and breaks down over what cannot be merged.
 */
export class Names {
  /** Of response keys that stand for several things in some place: by the key, and by what is asked for. */
  readonly #several = new Map<string, Map<string, string>>()
  readonly #fragments: Fragments

  constructor({ selectionSet }: OperationDefinitionNode, fragments: Fragments) {
    this.#fragments = fragments
    this.#look([selectionSet])
  }

  of(field: FieldNode): string {
    const key = responseKey(field)
    return this.#several.get(key)?.get(textOf(field)) ?? (key === field.name.value ? key : OURS + key)
  }

  #look(sets: readonly SelectionSetNode[]): void {
    for (const [key, fields] of fieldsOfAnyType(sets, this.#fragments)) {
      const texts = new Set(fields.length > 1 ? fields.map(textOf) : [])
      if (texts.size > 1) this.#tellApart(key, texts)
      const below = fields.flatMap(({ selectionSet }) => selectionSet ?? [])
      if (below.length > 0) this.#look(below)
    }
  }

  #tellApart(key: string, texts: ReadonlySet<string>): void {
    const names = this.#several.get(key) ?? new Map<string, string>()
    this.#several.set(key, names)
    for (const text of texts) {
      // Without alias and arguments it is what keys and @requires read: it stays under its own name.
      if (!names.has(text)) names.set(text, text === key ? key : `${OURS}${names.size}_${key}`)
    }
  }
}

/** Equal for fields that a client may ask for under one key of one type. */
function textOf({ name, arguments: given = [] }: FieldNode): string {
  if (given.length === 0) return name.value
  const texts = given.map((one) => {
    const sorted = visit(one, {
      ObjectValue: {
        leave: (value) => ({
          ...value,
          fields: value.fields.toSorted((a, b) => (a.name.value < b.name.value ? -1 : 1)),
        }),
      },
    })
    return print(sorted)
  })
  return `${name.value}(${texts.sort().join()})`
}
