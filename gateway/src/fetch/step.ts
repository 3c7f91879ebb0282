import type { OperationType } from '@lighthouse/contract/operation-row'

/** One segment of a way through response data: a field's response key, or what the object's type must be. */
export type Segment = string | { readonly types: readonly string[] }
/** Lists are walked through wherever they come. */
export type Way = readonly Segment[]

/** What a representation takes from an object. `read` is the key in the data, `write` the field's name for the subgraph. */
export type Require =
  | {
      readonly kind: 'field'
      readonly read: string
      readonly write: string
      readonly inner: readonly Require[]
    }
  | { readonly kind: 'on'; readonly type: string; readonly inner: readonly Require[] }

/** Sets (input) or renames (output) one key at the end of a way; lists are walked through. */
export interface Rewrite {
  readonly way: Way
  readonly key: string
  /** The value that is set, or the name that the key gets. */
  readonly to: string
}

/** One request to one subgraph. The object is made once for a plan, so it can key caches. */
export interface Request {
  readonly subgraph: string
  readonly query: string
  readonly type: OperationType
  /** Variables of the client's operation that the text uses. */
  readonly variables: readonly string[]
  readonly renames: readonly Rewrite[]
}

/** One `_entities` field of a request: which places it serves and what it needs of them. */
export interface Lookup {
  /** Response key of the `_entities` field. */
  readonly alias: string
  readonly variable: string
  readonly ways: readonly Way[]
  readonly requires: readonly Require[]
  readonly sets: readonly Rewrite[]
  readonly renames: readonly Rewrite[]
}

export type RootStep = { readonly kind: 'root'; readonly request: Request; readonly way: Way }
export type EntityStep = {
  readonly kind: 'entities'
  readonly request: Request
  readonly lookups: readonly Lookup[]
}

/** A query plan as it is compiled from. */
export type Step =
  | { readonly kind: 'sequence'; readonly steps: readonly Step[] }
  | { readonly kind: 'parallel'; readonly steps: readonly Step[] }
  | RootStep
  | EntityStep
  | { readonly kind: 'subscription'; readonly request: Request }
