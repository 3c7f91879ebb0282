import type { LogEvent } from './event.js'
import type { EventLog } from './log/event-log.js'
import type { AppendRequest, Before } from './sequence.js'

/** Asks the log what it has of the ids and aggregates of a group of appends. */
export async function recall(log: EventLog, requests: readonly AppendRequest[]): Promise<Before> {
  const inputs = requests.flatMap(({ events }) => events)
  const ids = inputs.flatMap(({ id }) => id ?? [])
  const aggregateIds = inputs.map(({ aggregateId }) => aggregateId)
  const { sequences, versions } = await log.look(ids, aggregateIds)
  const recalled = new Map<string, LogEvent | Error>()
  for (const [id, sequence] of sequences) recalled.set(id, await readOne(log, sequence))
  return { recalled, versions, head: log.head }
}

/** One record that cannot be read refuses the request that replays it, not the group around it. */
async function readOne(log: EventLog, sequence: number): Promise<LogEvent | Error> {
  try {
    const [event] = await log.get([sequence])
    return event ?? new Error(`event ${sequence} is missing`)
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error(String(thrown))
  }
}
