import type { KeptAnswer } from '@lighthouse/contract/subgraph-request'

/** An answer of more things than this is not kept: invalidating it would cost more than asking again. */
const MAX_TAGS = 1_000

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
    return this.#isUnkept || (this.#kept?.tags.length ?? 0) > MAX_TAGS ? undefined : this.#kept
  }

  /** Something was taken that must not be kept. */
  get isUnkept(): boolean {
    return this.#isUnkept
  }
}

/** The least that holds for all of some, of which there is one at least. */
export function least(all: readonly KeptAnswer[]): KeptAnswer {
  return {
    askedAt: Math.min(...all.map(({ askedAt }) => askedAt)),
    untilAt: Math.min(...all.map(({ untilAt }) => untilAt)),
    isPrivate: all.some(({ isPrivate }) => isPrivate),
    tags: [...new Set(all.flatMap(({ tags }) => tags))],
  }
}
