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
  /** `by: Int = 1`, or `where: Where` (an input object); either changes the value. */
  readonly argument?: 'by' | 'where'
  /** What its owner needs of sibling fields of other subgraphs: `need`, `need(by: 2)`, `box { x }`. Its value follows. */
  readonly requires?: readonly string[]
  /** Also declared in `from`, which its owner overrides: for that part of the requests, or for all. */
  readonly override?: { readonly from: string; readonly percent?: number }
  /** A field of the target that this field's owner gives along (it is @external there). */
  readonly provides?: string
  readonly inaccessible?: true
  /** Subgraphs that declare it non-null where others do not: clients see it nullable; it never throws and is never null. */
  readonly strictIn?: readonly string[]
  /** Never throws and is never null against its type: others are computed from it. */
  readonly steady?: true
}

/** `id`, `code`, or `num part { sku }`: a key of several fields, one of them nested. */
export type Key = 'id' | 'code' | 'part'

export interface ObjectModel {
  readonly name: string
  readonly fields: readonly Field[]
  /** The subgraphs that declare it. */
  readonly declaredIn: readonly string[]
  /** Entities: the keys with which each subgraph knows it. Without: a value type, which is @shareable. */
  readonly keys?: Readonly<Record<string, readonly Key[]>>
  /** Subgraphs that refer to it only: their key is not resolvable. */
  readonly stubs?: readonly string[]
  /** The subgraphs in which it implements Thing. */
  readonly thingIn?: readonly string[]
  /** The subgraphs in which it implements Leafy. */
  readonly leafyIn?: readonly string[]
  readonly inaccessible?: true
}

/** The interface that entities implement. */
export interface ThingModel {
  /** Defines `Thing { id, label }` with all that implement it. */
  readonly home: string
  readonly label: Field
  /** Defines `Thing { id }`, with some that implement it. */
  readonly alsoIn?: string
  /** Adds `extras` to every Thing as an @interfaceObject. */
  readonly objectIn?: string
  readonly extras: readonly Field[]
}

export interface Model {
  readonly seed: number
  /** Its supergraph is written as Federation 1 writes it. */
  readonly federation?: 1
  readonly subgraphs: readonly string[]
  readonly objects: readonly ObjectModel[]
  readonly thing?: ThingModel
  /** Members of union Any, by the subgraphs that define it. */
  readonly unions: Readonly<Record<string, readonly string[]>>
  readonly roots: readonly Field[]
  readonly mutations: readonly Field[]
  /** A value of enum Color that no client may see. */
  readonly hasSecretColor: boolean
  /** Subgraphs that answer null where their own schema does not allow it, and say nothing of it. */
  readonly sloppy: readonly string[]
  /** How many objects of each type there are. */
  readonly instances: number
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

/** The name at the head of what is required: `box` of `box { x }`, `need` of `need(by: 2)`. */
export const headOf = (requirement: string): string => /^\w+/.exec(requirement)?.[0] ?? requirement
