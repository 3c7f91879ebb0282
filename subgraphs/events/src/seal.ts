import { encodeRecord } from './log/record.js'
import type { SealedEvent } from './log/event-log.js'
import type { SequencedEvent } from './sequence.js'

/** Step 3: gives each event the bytes, checksum included, under which it is kept. */
export function seal(events: readonly SequencedEvent[]): readonly SealedEvent[] {
  return events.map(({ event, dataText }) => ({ event, bytes: encodeRecord(event, dataText) }))
}
