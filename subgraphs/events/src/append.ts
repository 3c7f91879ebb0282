import type { Principal } from '@lighthouse/contract/principal'
import { check } from './check.js'
import type { EventInput, LogEvent } from './event.js'
import { createGroup } from './group.js'
import type { EventLog } from './log/event-log.js'
import { publish } from './publish.js'
import { recall } from './recall.js'
import { seal } from './seal.js'
import { type AppendRequest, sequence } from './sequence.js'
import { createStamps } from './stamps.js'
import type { Tail } from './tail.js'
import { write } from './write.js'

export interface Appended {
  /** In the order of the input; one that was in the log already is as it was kept. */
  readonly events: readonly LogEvent[]
  readonly lastSequence: number
}

export interface Appender {
  /**
   * Appends events, all or none, and resolves once they survive power loss. Rejects with BAD_USER_INPUT, VERSION_CONFLICT,
   * OVERLOADED, or INTERNAL_SERVER_ERROR when the disk refuses; nothing is appended then and no sequence is spent.
   */
  append(inputs: readonly EventInput[], by: Principal): Promise<Appended>
  /** Resolves when every append that was taken is answered. */
  idle(): Promise<void>
}

/** Appends that are written together, in bytes; and those that may wait. */
const GROUP_BYTES = 16_000_000
const QUEUE_BYTES = 64_000_000
/** What an event costs beside its data. */
const EVENT_BYTES = 512

export interface AppenderParts {
  readonly log: EventLog
  readonly tail: Tail
  /** Milliseconds since the epoch. */
  readonly clock?: () => number
}

/** The stop `append`: check → sequence → seal → write → publish. One group of appends at a time passes the last four. */
export function createAppender({ log, tail, clock = Date.now }: AppenderParts): Appender {
  const stamps = createStamps(clock, log.lastTimestamp)

  const commit = async (requests: readonly AppendRequest[]): Promise<(Appended | Error)[]> => {
    const before = await recall(log, requests)
    const { outcomes, fresh } = sequence(requests, before, stamps)
    const sealed = seal(fresh)
    await write(log, sealed)
    publish(tail, sealed)
    return outcomes.map((events) => (events instanceof Error ? events : { events, lastSequence: log.head }))
  }

  const group = createGroup<AppendRequest, Appended>({
    run: commit,
    weigh: ({ events }) => events.reduce((sum, { dataText }) => sum + EVENT_BYTES + dataText.length, 0),
    groupWeight: GROUP_BYTES,
    maxWeight: QUEUE_BYTES,
  })
  return {
    append: async (inputs, by) => group.add({ events: check(inputs), by }),
    idle: () => group.idle(),
  }
}
