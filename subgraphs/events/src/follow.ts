import { coded } from '@lighthouse/chassis/errors'
import { type EventFilter, type LogEvent, matches } from './event.js'
import type { EventLog } from './log/event-log.js'
import { get } from './read.js'
import type { Tail } from './tail.js'

/** Events that a follower takes from the log at once while it catches up. */
const CATCH_UP = 100

export interface FollowRequest {
  /** The follower has seen everything up to here; the end of the log when absent. */
  readonly since?: number | null
  readonly filter?: EventFilter | null
  readonly signal: AbortSignal
}

/**
 * Every event after `since` in order of sequence, without gap or repeat, until `signal` aborts. A follower is a cursor
 * over one sequence: it takes what follows from the live end when it is near, from the log when it is not, so there is no
 * hand-over between the two that could lose or repeat. Throws BAD_USER_INPUT for a cursor that is not in the log and
 * OVERLOADED when there are too many followers; rejects with INTERNAL_SERVER_ERROR where a record is corrupt.
 */
export function follow(log: EventLog, tail: Tail, request: FollowRequest): AsyncIterable<LogEvent> {
  const since = request.since ?? tail.head
  if (!Number.isSafeInteger(since) || since < 0 || since > tail.head) {
    throw coded('BAD_USER_INPUT', `since is a sequence of the log, 0 to ${tail.head}, not ${since}.`)
  }
  return run(log, tail, { ...request, since })
}

async function* run(
  log: EventLog,
  tail: Tail,
  { since, filter, signal }: FollowRequest & { since: number },
): AsyncGenerator<LogEvent, undefined, undefined> {
  const leave = tail.enter()
  let cursor = since
  try {
    while (!signal.aborted) {
      const events = tail.after(cursor) ?? (await catchUp(log, tail, cursor))
      for (const event of events) {
        if (signal.aborted) return
        cursor = event.sequence
        if (matches(event, filter ?? {})) yield event
      }
      await tail.past(cursor, signal)
    }
  } finally {
    leave()
  }
}

async function catchUp(log: EventLog, tail: Tail, cursor: number): Promise<readonly LogEvent[]> {
  // A filter that few events pass would otherwise hold the process until it has seen the whole log.
  await new Promise((resolve) => setImmediate(resolve))
  const length = Math.min(CATCH_UP, tail.head - cursor)
  return get(
    log,
    Array.from({ length }, (_, at) => cursor + 1 + at),
  )
}
