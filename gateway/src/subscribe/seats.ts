/** Counts what each agent holds of something that it may hold a number of. Holds an entry for those only who hold any. */
export class Seats {
  readonly #limit: number
  readonly #taken = new Map<string, number>()

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Takes a seat; undefined when the agent has all that it may have. Callers without an agent are not counted. */
  take(agentId: string | undefined): (() => void) | undefined {
    if (agentId === undefined) return () => undefined
    const taken = this.#taken.get(agentId) ?? 0
    if (taken >= this.#limit) return undefined
    this.#taken.set(agentId, taken + 1)
    let isFree = false
    return () => {
      if (isFree) return
      isFree = true
      const left = (this.#taken.get(agentId) ?? 1) - 1
      if (left <= 0) this.#taken.delete(agentId)
      else this.#taken.set(agentId, left)
    }
  }
}
