import type { KeptAnswer } from '@lighthouse/contract/subgraph-request'

/** An answer of more things than this is not kept whole: forgetting it by any of them would cost more than asking again. */
export const MAX_TAGS = 1_000

/** How long an answer may be kept that is made of many: as the shortest of them, and for one caller when one of them is. */
export class Freshness {
  #kept: KeptAnswer | undefined
  #isUnkept = false

  /** Takes what one fetch says of its answer; undefined for one that must not be kept. */
  take(given: KeptAnswer | undefined): void {
    if (given === undefined) this.#isUnkept = true
    else this.#kept = this.#kept === undefined ? given : least([this.#kept, given])
  }

  /** Undefined while nothing was taken, and for what must not be kept. */
  get kept(): KeptAnswer | undefined {
    return this.#isUnkept ? undefined : this.#kept
  }

  /** Something was taken that must not be kept. */
  get isUnkept(): boolean {
    return this.#isUnkept
  }
}

/** The least that holds for all of some, of which there is one at least. Its tags are cut behind {@link MAX_TAGS}. */
export function least(all: Iterable<KeptAnswer>): KeptAnswer {
  let askedAt = Number.POSITIVE_INFINITY
  let untilAt = Number.POSITIVE_INFINITY
  let isPrivate = false
  const tags = new Set<string>()
  for (const one of all) {
    askedAt = Math.min(askedAt, one.askedAt)
    untilAt = Math.min(untilAt, one.untilAt)
    isPrivate ||= one.isPrivate
    for (const tag of one.tags) if (tags.size <= MAX_TAGS) tags.add(tag)
  }
  return { askedAt, untilAt, isPrivate, tags: [...tags] }
}
