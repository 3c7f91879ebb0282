/** What is one for the whole call, however many shells it opens. */
export interface Shared {
  steps: number
  /** What the texts that were read so far cost. */
  cost: number
  /** How many programs are running each other at the moment. */
  nested: number
  /** Paths that this call downloaded to, or wrote itself: running them is running what came. */
  readonly downloaded: Set<string>
  readonly written: Set<string>
  /** What is in those of them whose text was said in full, and for certain. */
  readonly contents: Map<string, string>
  /** Where the names lie that are in those of them which hold names. */
  readonly listed: Map<string, readonly string[]>
  /** Paths that this call built from the project's own sources; `*` after a build tool, which names none. */
  readonly built: Set<string>
  readonly called: Set<string>
}

export function openShared(): Shared {
  return new Opened()
}

/** Its sets are made when they are first asked for: most calls need one of them, or none. */
class Opened implements Shared {
  steps = 0
  cost = 0
  nested = 0
  #downloaded: Set<string> | undefined
  #written: Set<string> | undefined
  #contents: Map<string, string> | undefined
  #listed: Map<string, readonly string[]> | undefined
  #built: Set<string> | undefined
  #called: Set<string> | undefined

  get downloaded(): Set<string> {
    return (this.#downloaded ??= new Set())
  }

  get written(): Set<string> {
    return (this.#written ??= new Set())
  }

  get contents(): Map<string, string> {
    return (this.#contents ??= new Map())
  }

  get listed(): Map<string, readonly string[]> {
    return (this.#listed ??= new Map())
  }

  get built(): Set<string> {
    return (this.#built ??= new Set())
  }

  get called(): Set<string> {
    return (this.#called ??= new Set())
  }
}
