import type { Consultation } from './consultations.js'

/** Kept back from the time for the answer's way to a caller who stops waiting at the deadline: at most a tenth of it. */
const RETURN_MS = 100

export interface Deadline extends Disposable {
  /** Aborts when experts have to be done, when the caller left, and when the deadline is disposed of. */
  readonly signal: AbortSignal
  /** Whether it was the time that ended. */
  passed(): boolean
}

/** Starts the clock of a consultation. `now` is milliseconds since the epoch, as in the consultation. */
export function startDeadline(opened: Consultation, left: AbortSignal, now: number): Deadline {
  const { createdAt, deadlineAt } = opened
  const over = new AbortController()
  const until = deadlineAt - Math.min(RETURN_MS, (deadlineAt - createdAt) / 10)
  const timer = setTimeout(() => over.abort(), Math.max(0, until - now))
  return {
    signal: AbortSignal.any([over.signal, left]),
    passed: () => over.signal.aborted,
    [Symbol.dispose]() {
      clearTimeout(timer)
      // Frees experts whose answers nobody needs any more.
      over.abort()
    },
  }
}
