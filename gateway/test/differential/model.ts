/** What a field gives at its innermost. */
export type Named = 'Int' | 'Float' | 'String' | 'Boolean' | 'ID' | 'Blob' | 'Color' | (string & {})

/** A type as GraphQL writes it, from the outside in: `[[E0!]]!` is list(list(named non-null)) non-null. */
export type TypeRef =
  | { readonly kind: 'named'; readonly name: Named; readonly nonNull: boolean }
  | { readonly kind: 'list'; readonly of: TypeRef; readonly nonNull: boolean }

export interface Field {
  readonly name: string
  readonly type: TypeRef
  /** The subgraphs that resolve it; more than one: @shareable in each. */
  readonly owners: readonly string[]
  /** Takes `by: Int = 1`, which changes the value. */
  readonly hasArgument: boolean
  /** A sibling field of another subgraph that its owner needs: the value is computed from it. */
  readonly requires?: string
  /** Also declared in this subgraph, from which the owner overrides it. */
  readonly overriddenFrom?: string
  /** Fields of the target that this field's owner gives along (they are @external there). */
  readonly provides?: string
  readonly inaccessible?: true
}

export interface ObjectModel {
  readonly name: string
  /** An entity has keys: `id` everywhere, or `code` in some subgraphs (and both in at least one). */
  readonly isEntity: boolean
  readonly fields: readonly Field[]
  /** Entities: the key with which each subgraph knows it. */
  readonly keys: ReadonlyMap<string, readonly ('id' | 'code')[]>
  readonly implements: boolean
}

export interface Model {
  readonly seed: number
  readonly subgraphs: readonly string[]
  readonly objects: readonly ObjectModel[]
  /** The subgraph that defines interface `Thing { id, label }` with all that implement it. */
  readonly thingIn: string
  /** The subgraph that adds `extra` to every Thing as an @interfaceObject. */
  readonly thingObjectIn: string | undefined
  /** Members of union `Any`, all defined in unionIn. */
  readonly union: readonly string[]
  readonly unionIn: string
  readonly roots: readonly Field[]
  readonly mutations: readonly Field[]
  /** A value of enum Color that no client may see. */
  readonly hasSecretColor: boolean
}

export const named = (name: Named, nonNull = false): TypeRef => ({ kind: 'named', name, nonNull })

export function innermost(type: TypeRef): Named {
  return type.kind === 'named' ? type.name : innermost(type.of)
}

export function printType(type: TypeRef): string {
  const inner = type.kind === 'named' ? type.name : `[${printType(type.of)}]`
  return type.nonNull ? `${inner}!` : inner
}

export const SCALARS = ['Int', 'Float', 'String', 'Boolean', 'ID', 'Blob', 'Color'] as const
export const isLeaf = (name: Named): boolean => (SCALARS as readonly string[]).includes(name)
/** How many objects of each type there are; ids are '1', '2', … */
export const INSTANCES = 3
