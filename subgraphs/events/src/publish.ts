import type { SealedEvent } from './log/event-log.js'
import type { Tail } from './tail.js'

/** Step 5: shows events that are on disk to readers and followers. */
export function publish(tail: Tail, events: readonly SealedEvent[]): void {
  if (events.length > 0) tail.push(events)
}
