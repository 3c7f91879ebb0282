/** Most traces that one report names; the SDL's own bound. */
export const MAX_SHOWN = 20
/** At most one report in this time. */
export const REPORT_EVERY_MS = 1_000

export interface Shown {
  readonly traceId: string
  /** RFC 3339 with milliseconds: when the frame that shows it had been painted. */
  readonly shownAt: string
}

/** What was painted and not yet reported: at most MAX_SHOWN, the newest; the rest are given up, not queued. */
export interface ShownQueue {
  readonly waiting: Map<string, Shown>
  readonly report: (shown: readonly Shown[]) => void
  readonly later: (run: () => void, ms: number) => void
  readonly now: () => number
  reportedAt: number
  timed: boolean
}

/** A queue that hands what was painted to `report`, whose failure is its own business. */
export function createShownQueue(options: Pick<ShownQueue, 'report' | 'later' | 'now'>): ShownQueue {
  return { ...options, waiting: new Map(), reportedAt: Number.NEGATIVE_INFINITY, timed: false }
}

function flush(queue: ShownQueue): void {
  queue.timed = false
  if (queue.waiting.size === 0) return
  const shown = [...queue.waiting.values()]
  queue.waiting.clear()
  queue.reportedAt = queue.now()
  queue.report(shown)
}

/**
 * The last stop of a request: a frame that named these traces has been painted, now. Reports them, at most one report a
 * second; what comes sooner waits for the next.
 */
export function show(traces: readonly string[], queue: ShownQueue): void {
  const now = queue.now()
  const shownAt = new Date(now).toISOString()
  for (const traceId of traces) {
    if (queue.waiting.has(traceId)) continue
    if (queue.waiting.size === MAX_SHOWN) {
      const oldest = queue.waiting.keys().next()
      if (!oldest.done) queue.waiting.delete(oldest.value)
    }
    queue.waiting.set(traceId, { traceId, shownAt })
  }
  if (queue.waiting.size === 0 || queue.timed) return
  const waitMs = queue.reportedAt + REPORT_EVERY_MS - now
  if (waitMs <= 0) return flush(queue)
  queue.timed = true
  queue.later(() => flush(queue), waitMs)
}
