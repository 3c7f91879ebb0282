/** The wall clock and the monotonic clock that {@link createClock} joins; both in milliseconds. */
export interface ClockSource {
  wallMs(): number
  monotonicMs(): number
  /** Wall time at monotonic zero. */
  readonly originMs: number
}

/** Drift between the two clocks above which the anchor moves: the wall clock itself ticks in whole milliseconds. */
const DRIFT_MS = 2
/** A backward step larger than this is followed; a smaller one holds still until time catches up. */
const FOLLOW_BACK_US = 1_000_000
const CHECK_EVERY_MS = 1_000

/**
 * A clock of whole microseconds since the epoch with the resolution of the monotonic clock. It never goes back within
 * a process, save when the wall clock is set back by more than a second. When the wall clock steps (NTP, suspend), the
 * anchor follows within a second, so that the times of several processes stay comparable.
 */
export function createClock(source: ClockSource): () => number {
  let anchorMs = source.originMs
  let checkedAt = source.monotonicMs()
  let last = 0
  return () => {
    const elapsed = source.monotonicMs()
    if (elapsed - checkedAt >= CHECK_EVERY_MS) {
      checkedAt = elapsed
      const wall = source.wallMs()
      if (Math.abs(wall + 0.5 - (anchorMs + elapsed)) > DRIFT_MS) anchorMs = wall + 0.5 - elapsed
    }
    const us = Math.floor((anchorMs + elapsed) * 1_000)
    if (us < last && last - us < FOLLOW_BACK_US) return last
    last = us
    return us
  }
}

/** Microseconds since the epoch, now: the start of every stop. See {@link createClock} for what it promises. */
export const nowUs = createClock({
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  originMs: performance.timeOrigin,
})
