import type { RequiresSelection } from '@graphql-hive/router-query-planner'
import {
  type ArgumentNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  type SelectionSetNode,
  Kind,
  parse,
  print,
  visit,
} from 'graphql'
import { isComposite } from './sdl.js'

/** Stands in the planner's names for fields. No SDL name contains it by accident. */
const AS = '__as'

export function isSynonym(name: string): boolean {
  return /__as\d+$/.test(name)
}

/** What a synonym is of. */
export interface Meaning {
  readonly field: string
  /** Those that something requires it with; where there are none, it is asked for with its question's own. */
  readonly arguments: readonly ArgumentNode[]
  /** Tells those of one field apart that are asked for in different places. */
  readonly color: number
}

/**
 * Further names for fields, by which the planner is asked for what it would mix up under their own: a field with the
 * arguments that something requires it with, or one that stands within itself.
 */
export class Synonyms {
  readonly #meanings = new Map<string, Meaning>()
  readonly #names = new Map<string, string>()
  /** By type. */
  readonly #added = new Map<string, Set<string>>()

  /** The synonym of a field that all of these types have. */
  of(types: readonly string[], meaning: Meaning): string {
    const given = meaning.arguments.map((one) => print(one)).sort()
    const text = `${meaning.field}(${given.join()}) ${meaning.color}`
    const name = this.#names.get(text) ?? `${meaning.field}${AS}${this.#names.size}`
    this.#names.set(text, name)
    this.#meanings.set(name, meaning)
    for (const type of types) this.#added.set(type, (this.#added.get(type) ?? new Set()).add(name))
    return name
  }

  /** A selection by the fields' own names. */
  meant(set: SelectionSetNode): SelectionSetNode {
    return visit(set, { Field: (one) => this.#meant(one) })
  }

  #meant(one: FieldNode): FieldNode | undefined {
    const meaning = this.#meanings.get(one.name.value)
    if (meaning === undefined) return undefined
    const given = meaning.arguments.length === 0 ? (one.arguments ?? []) : meaning.arguments
    return { ...one, name: { kind: Kind.NAME, value: meaning.field }, arguments: given }
  }

  /** The supergraph with them. */
  added(supergraph: DocumentNode): DocumentNode {
    const definitions = supergraph.definitions.map((one) => {
      const names = isComposite(one) ? this.#added.get(one.name.value) : undefined
      if (names === undefined || !isComposite(one)) return one
      const { fields = [] } = one
      return { ...one, fields: [...fields, ...[...names].flatMap((name) => this.#field(name, fields))] }
    })
    return { ...supergraph, definitions }
  }

  #field(value: string, fields: readonly FieldDefinitionNode[]): FieldDefinitionNode[] {
    const meaning = this.#meanings.get(value)
    const field = fields.find(({ name }) => name.value === meaning?.field)
    if (meaning === undefined || field === undefined) return []
    const name = { kind: Kind.NAME, value } as const
    return [{ ...field, name, arguments: meaning.arguments.length === 0 ? (field.arguments ?? []) : [] }]
  }

  /** What a fetch asks for, by the fields' own names: what was asked for by a synonym stands under it in the data. */
  restored(operation: string): string {
    if (!operation.includes(AS)) return operation
    const document = visit(parse(operation, { noLocation: true }), {
      Field: (one) => {
        const own = this.#meant(one)
        if (own === undefined || one.alias?.value === own.name.value)
          return own && { ...own, alias: undefined }
        return { ...own, alias: one.alias ?? one.name }
      },
    })
    return print(document)
  }

  /** What representations are made of: synonyms are read, and their fields written. */
  required(selections: RequiresSelection[]): RequiresSelection[] {
    return selections.map((one) => {
      if (one.kind === 'FragmentSpread') return one
      const inner = one.selections ? { selections: this.required(one.selections) } : {}
      if (one.kind === 'InlineFragment') return { ...one, ...inner }
      const meaning = this.#meanings.get(one.alias ?? one.name)
      return { ...one, ...inner, ...(meaning === undefined ? {} : { alias: meaning.field }) }
    })
  }
}
