import type { OperationDefinitionNode, SelectionSetNode } from 'graphql'
import type { Executable } from '../executable.js'
import type { Fetching } from '../fetch/fetch.js'
import type { Shape } from '../shape.js'
import type { Trail } from './marks.js'
import type { Seed } from './seed.js'

/** A portion of an operation, ready to be run. */
export interface PlannedPortion {
  /** As it was split off, before anything was left out of it for its caller. */
  readonly executable: Executable
  /** What its caller may see of it. */
  readonly operation: OperationDefinitionNode
  /** Undefined when subgraphs have nothing to answer. */
  readonly fetching: Fetching | undefined
  readonly parts: readonly PlannedPart[]
}

/** The first portion of an operation. */
export interface PlannedFirst extends PlannedPortion {
  readonly shape: Shape
}

export interface PlannedPart extends PlannedPortion {
  readonly label: string | undefined
  /** From the portion around it to its objects. */
  readonly trails: readonly Trail[]
  /** By the type of its objects. */
  readonly entrances: ReadonlyMap<string, Entrance>
}

/** How a part begins at objects of one type. */
export interface Entrance {
  /** The key of its own data under which it expects them; undefined: its data is the root itself. */
  readonly at: string | undefined
  readonly keys: SelectionSetNode
  readonly seed: Seed
  /** The keys, by the client's names, of its leaves that were answered with the portion around it. */
  readonly shared: ReadonlyMap<string, string>
  readonly shape: () => Shape
}
