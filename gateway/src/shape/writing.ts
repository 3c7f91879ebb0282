import { GraphQLError } from 'graphql'
import type { Shared } from '../fetch/walk.js'
import type { Known } from './known.js'
import type { ShapeField } from './selection.js'

/** With more errors than this, what is shared is not gone through again for the errors of each of its places. */
const MANY_ERRORS = 1_000

/** One answer being written: where the writing is, what went wrong, and what was written before. */
export class Writing {
  /** Keys from the root; those from the current depth on are left from before. */
  readonly path: (string | number)[] = []
  readonly known: Known
  readonly shared: Shared
  /** Result of the introspection fields of the root, by response key. */
  readonly introspection: Readonly<Record<string, unknown>> | undefined
  /** Values that the schema does not allow, met so far. */
  faults = 0
  readonly #written: (Map<object, string> | undefined)[] = []

  constructor(known: Known, shared: Shared, introspection: Readonly<Record<string, unknown>> | undefined) {
    this.known = known
    this.shared = shared
    this.introspection = introspection
  }

  /**
   * Writes what stands in several places once for each writer, which `slot` names; again only where something is wrong in
   * it, because each place has errors of its own.
   */
  once(slot: number, value: object, write: () => string | undefined): string | undefined {
    const written = (this.#written[slot] ??= new Map())
    const before = written.get(value)
    if (before !== undefined) return before
    const { faults } = this
    const text = write()
    if (text !== undefined && (faults === this.faults || this.known.errors.length > MANY_ERRORS))
      written.set(value, text)
    return text
  }

  /** Notes a value that is none of its type; it becomes null. */
  invalid(message: string, field: ShapeField, depth: number): 'null' {
    this.faults += 1
    const path = this.path.slice(0, depth)
    this.known.add(
      new GraphQLError(message, { nodes: field.nodes, path, extensions: { code: 'SUBGRAPH_ERROR' } }),
    )
    return 'null'
  }

  /** Notes that a position that may not be null is, unless an error tells why. */
  missing(message: string, field: ShapeField, depth: number, wasGiven: boolean): void {
    this.faults += 1
    if (!this.known.explains(this.path.slice(0, depth), !wasGiven)) this.invalid(message, field, depth)
  }
}
