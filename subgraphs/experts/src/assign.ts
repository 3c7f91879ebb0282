import type { Standing } from './registry.js'

/** Consultations at one time, running and waiting together. */
const MAX_PENDING = 100

/** Too many consultations are under way. */
export const OVERLOADED = Symbol('overloaded')

/** One consultation's place among those under way, and whom it asks, round by round. */
export interface Panel extends Disposable {
  readonly rounds: readonly (readonly Standing[])[]
}

export interface Desk {
  /**
   * The step `assign`: gives a consultation a place and its experts, at most `maxExperts` a round; OVERLOADED at once
   * when 100 are under way.
   */
  assign(candidates: readonly Standing[], maxExperts: number): Panel | typeof OVERLOADED
  readonly pending: number
}

export function createDesk(maxPending = MAX_PENDING): Desk {
  let pending = 0
  return {
    get pending() {
      return pending
    },
    assign(candidates, maxExperts) {
      if (pending >= maxPending) return OVERLOADED
      pending++
      let open = true
      return {
        rounds: roundsOf(candidates, maxExperts),
        [Symbol.dispose]() {
          if (open) pending--
          open = false
        },
      }
    },
  }
}

function roundsOf(candidates: readonly Standing[], maxExperts: number): Standing[][] {
  const rounds = new Map<number, Standing[]>()
  for (const candidate of candidates) {
    const round = rounds.get(candidate.expert.round) ?? []
    if (round.length < maxExperts) round.push(candidate)
    rounds.set(candidate.expert.round, round)
  }
  return [...rounds.entries()].sort(([a], [b]) => a - b).map(([, round]) => round)
}
