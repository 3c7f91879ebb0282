import { coded } from '@lighthouse/chassis/errors'
import type { LogEvent } from './event.js'
import type { SealedEvent } from './log/event-log.js'

/** Newest events kept in memory for all followers together; a follower further behind reads the log. */
const RING_EVENTS = 1_000
/** Most bytes of them, as they are kept on disk; beyond it fewer events are kept in memory. */
const RING_BYTES = 16_000_000
/** More followers than this are refused with OVERLOADED. */
const MAX_FOLLOWERS = 10_000

/**
 * The live end of the log. Followers have no buffer of their own: each holds a cursor and takes what follows it, from
 * here or from the log, so that a slow one costs nothing and misses nothing.
 */
export interface Tail {
  /** The last sequence that may be shown. */
  readonly head: number
  /** Adds events that are on disk; they follow `head`. */
  push(events: readonly SealedEvent[]): void
  /** The events after a sequence; undefined when some of them are no longer here. */
  after(sequence: number): readonly LogEvent[] | undefined
  /** Resolves when the head is past `sequence` or the signal aborts. */
  past(sequence: number, signal: AbortSignal): Promise<void>
  readonly followers: number
  /** Counts a follower until the given function is called. Throws OVERLOADED at the bound. */
  enter(): () => void
}

export function createTail(head: number): Tail {
  let last = head
  let followers = 0
  let ring: LogEvent[] = []
  let sizes: number[] = []
  let bytes = 0
  const waiting = new Set<() => void>()
  const trim = () => {
    // In strides, not at each push: moving the ring costs as much as it is long.
    if (ring.length <= 2 * RING_EVENTS && bytes <= 2 * RING_BYTES) return
    let cut = Math.max(0, ring.length - RING_EVENTS)
    for (const size of sizes.slice(0, cut)) bytes -= size
    for (; bytes > RING_BYTES; cut += 1) bytes -= sizes[cut] ?? bytes
    ring = ring.slice(cut)
    sizes = sizes.slice(cut)
  }
  return {
    get head() {
      return last
    },
    get followers() {
      return followers
    },
    push(events) {
      for (const sealed of events) {
        ring.push(sealed.event)
        sizes.push(sealed.bytes.length)
        bytes += sealed.bytes.length
      }
      last += events.length
      trim()
      const woken = [...waiting]
      waiting.clear()
      for (const wake of woken) wake()
    },
    after(sequence) {
      const first = last - ring.length + 1
      return sequence + 1 < first ? undefined : ring.slice(sequence + 1 - first)
    },
    past(sequence, signal) {
      if (last > sequence || signal.aborted) return Promise.resolve()
      return new Promise((resolve) => {
        const wake = () => {
          waiting.delete(wake)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        waiting.add(wake)
        signal.addEventListener('abort', wake, { once: true })
      })
    },
    enter() {
      if (followers >= MAX_FOLLOWERS) {
        throw coded('OVERLOADED', `${MAX_FOLLOWERS} subscriptions follow the log already; try again later.`)
      }
      followers += 1
      return () => void (followers -= 1)
    },
  }
}
