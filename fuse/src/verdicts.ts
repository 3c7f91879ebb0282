import { FsError } from './errno.js'
import type { Failures } from './failures.js'
import type { Graph } from './graph.js'
import { PendingVerdict, requestOf } from './pending-verdict.js'

export interface Request {
  readonly text: string
  readonly verdict: PendingVerdict
}

/** Most requests kept by name; the oldest answered one makes room. */
const KEPT = 1_000

/** The requests that were made by name, and their answers, until they are removed or pushed out. */
export class Verdicts {
  readonly #graph: Graph
  readonly #failures: Failures
  readonly #byName = new Map<string, Request>()

  constructor(graph: Graph, failures: Failures) {
    this.#graph = graph
    this.#failures = failures
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()]
  }

  get(name: string): Request | undefined {
    return this.#byName.get(name)
  }

  remove(name: string): boolean {
    return this.#byName.delete(name)
  }

  /**
   * Asks under a name and waits as long as a write may. The same text under the same name is the same request; another
   * text is EEXIST until the first is removed. A request that fails in time is forgotten, so that it can be made again.
   */
  async ask(name: string, text: string): Promise<void> {
    const before = this.#byName.get(name)
    if (before !== undefined) {
      if (before.text === text) return await before.verdict.inTime()
      throw new FsError('EEXIST', `${name} was asked with another request; remove it first`)
    }
    const input = requestOf(text)
    this.#makeRoom()
    const verdict = new PendingVerdict(this.#graph.validate(input))
    this.#byName.set(name, { text, verdict })
    let isLate = false
    void verdict.settled().then((failure) => {
      if (failure !== undefined && isLate)
        this.#failures.note(failure, 'validate', `/validate/requests/${name}.json`)
    })
    try {
      await verdict.inTime()
      isLate = true
    } catch (error) {
      this.#byName.delete(name)
      throw error
    }
  }

  #makeRoom(): void {
    if (this.#byName.size < KEPT) return
    for (const [name, { verdict }] of this.#byName) {
      if (verdict.line === undefined) continue
      this.#byName.delete(name)
      return
    }
    throw new FsError('ENOSPC', `${KEPT} requests wait for their decision`)
  }
}
