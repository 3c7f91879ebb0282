import { coded, messageOf } from '@lighthouse/chassis/errors'
import type { EventLog, SealedEvent } from './log/event-log.js'

/**
 * Step 4: puts sealed events on disk, all or none. Throws INTERNAL_SERVER_ERROR when the disk refuses; the log takes
 * nothing more then, and says so in its health.
 */
export async function write(log: EventLog, events: readonly SealedEvent[]): Promise<void> {
  if (events.length === 0) return
  try {
    await log.write(events)
  } catch (thrown) {
    throw coded('INTERNAL_SERVER_ERROR', messageOf(thrown))
  }
}
