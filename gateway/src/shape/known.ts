import type { GraphQLError } from 'graphql'

type Keys = readonly (string | number)[]

/** The errors of an answer, and whether one of them already tells why a position is null. */
export class Known {
  readonly errors: GraphQLError[]

  constructor(errors: GraphQLError[]) {
    this.errors = errors
  }

  add(error: GraphQLError): void {
    this.errors.push(error)
  }

  /**
   * True when an error lies at the position or below it. A value that was never given is also explained by an error
   * above it (the fetch of its parent failed), by one within its parent (a subgraph made all of the parent null, and
   * another one gave it), and by one that says no place.
   */
  explains(position: Keys, missing: boolean): boolean {
    const within = missing ? position.length - 1 : position.length
    return this.errors.some(({ path }) => {
      if (path === undefined) return missing
      if (path.length < within && !missing) return false
      const shorter = Math.min(path.length, within)
      for (let i = 0; i < shorter; i++) if (path[i] !== position[i]) return false
      return true
    })
  }
}
