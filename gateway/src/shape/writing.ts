import { exactText } from '../exact-json.js'
import { GraphQLError } from 'graphql'
import type { Shared } from '../fetch/walk.js'
import type { Known } from './known.js'
import type { ShapeField } from './selection.js'
import { Sink } from './sink.js'

/** "Null in a non-null position": the parent becomes null in its turn, and takes back what was written of it. */
export const BUBBLE = 0
export const WRITTEN = 1
export const NULL = 2
export type Outcome = typeof BUBBLE | typeof WRITTEN | typeof NULL

/** JSON text that is written again and again. */
export function constantOf(json: string): Uint8Array {
  return Buffer.from(json)
}

const NOTHING = constantOf('null')
/** With more errors than this, what is shared is not gone through again for the errors of each of its places. */
const MANY_ERRORS = 1_000

interface Piece {
  readonly start: number
  readonly end: number
  readonly outcome: Outcome
}

/** One answer being written: where the writing is, what went wrong, and what was written before. */
export class Writing {
  readonly sink = new Sink()
  /** Keys from the root; those from the current depth on are left from before. */
  readonly path: (string | number)[] = []
  readonly known: Known
  readonly shared: Shared
  /** Result of the introspection fields of the root, by response key. */
  readonly introspection: Readonly<Record<string, unknown>> | undefined
  #faults = 0
  #written: (Map<object, Piece> | undefined)[] = []

  constructor(known: Known, shared: Shared, introspection: Readonly<Record<string, unknown>> | undefined) {
    this.known = known
    this.shared = shared
    this.introspection = introspection
  }

  /**
   * Writes what stands in several places once for each writer, which `slot` names; again only where something is wrong in
   * it, because each place has errors of its own.
   */
  once(slot: number, value: object, write: () => Outcome): Outcome {
    const before = this.#written[slot]?.get(value)
    if (before !== undefined) {
      this.sink.again(before.start, before.end)
      return before.outcome
    }
    const faults = this.#faults
    const start = this.sink.at
    const outcome = write()
    if (outcome !== BUBBLE && (faults === this.#faults || this.known.errors.length > MANY_ERRORS)) {
      const written = (this.#written[slot] ??= new Map())
      written.set(value, { start, end: this.sink.at, outcome })
    }
    return outcome
  }

  nothing(): Outcome {
    this.sink.constant(NOTHING)
    return NULL
  }

  /** Null in place of all that was written since `start`. */
  nothingSince(start: number): Outcome {
    this.sink.at = start
    // Pieces may lie in what was taken back.
    this.#written = []
    return this.nothing()
  }

  /** Any value as JSON. */
  json(value: unknown): Outcome {
    const text = exactText(value)
    if (text === undefined || text === 'null') return this.nothing()
    this.sink.text(text)
    return WRITTEN
  }

  /** Notes a value that is none of its type; it becomes null. */
  invalid(message: string, field: ShapeField, depth: number): Outcome {
    this.#fault(message, field, depth)
    return this.nothing()
  }

  /** Notes that an object's type is not known, unless an error tells why: the fetch that would have told it failed. */
  untyped(message: string, field: ShapeField, depth: number): Outcome {
    this.#faults += 1
    if (!this.known.explains(this.path.slice(0, depth), false)) this.#fault(message, field, depth)
    return this.nothing()
  }

  /** Notes that a position that may not be null is, unless an error tells why. */
  missing(message: string, field: ShapeField, depth: number, wasGiven: boolean): typeof BUBBLE {
    this.#faults += 1
    if (!this.known.explains(this.path.slice(0, depth), !wasGiven)) this.#fault(message, field, depth)
    return BUBBLE
  }

  #fault(message: string, field: ShapeField, depth: number): void {
    this.#faults += 1
    const path = this.path.slice(0, depth)
    this.known.add(
      new GraphQLError(message, { nodes: field.nodes, path, extensions: { code: 'SUBGRAPH_ERROR' } }),
    )
  }
}
