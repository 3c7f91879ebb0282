/** Tags whose invalidation is remembered one by one; with one more the oldest goes, and all that is older with it. */
const MAX_TAGS = 10_000

/**
 * What was invalidated, and when: an entry counts only when it was asked for after all its tags were. Remembering it by
 * tag makes invalidating a whole type as cheap as one entity, in every process and in a store that cannot be searched.
 */
export class Invalidations {
  readonly #byTag = new Map<string, number>()
  /** Whatever was asked for before counts no more. */
  #floor = 0

  /** `at` in milliseconds since the epoch. A tag's time never goes back. */
  add(tag: string, at: number): void {
    const before = this.#byTag.get(tag) ?? 0
    // Written anew, so that the map's order is that of invalidation.
    this.#byTag.delete(tag)
    this.#byTag.set(tag, Math.max(before, at))
    if (this.#byTag.size <= MAX_TAGS) return
    const [oldest] = this.#byTag
    if (oldest === undefined) return
    this.#byTag.delete(oldest[0])
    this.#floor = Math.max(this.#floor, oldest[1])
  }

  /** As if every tag had been added. */
  addAll(at: number): void {
    this.#floor = Math.max(this.#floor, at)
  }

  /** True when something that was asked for at `askedAt` with these tags may still be served. */
  allow(askedAt: number, tags: readonly string[]): boolean {
    if (askedAt <= this.#floor) return false
    for (const tag of tags) {
      const at = this.#byTag.get(tag)
      if (at !== undefined && askedAt <= at) return false
    }
    return true
  }
}
