import type { Principal } from '@lighthouse/contract/principal'
import { coded } from '@lighthouse/chassis/errors'
import type { CheckedEvent } from './check.js'
import type { LogEvent } from './event.js'
import type { Stamps } from './stamps.js'

/** One call of append that passed its checks. */
export interface AppendRequest {
  readonly events: readonly CheckedEvent[]
  readonly by: Principal
}

export interface SequencedEvent {
  readonly event: LogEvent
  readonly dataText: string
}

/** Events that are in the log under ids of the requests; an Error for one that cannot be read. */
export type Recalled = ReadonlyMap<string, LogEvent | Error>

export interface Sequenced {
  /** Per request, in order: its events in the order of its input, or why it was refused. */
  readonly outcomes: readonly (readonly LogEvent[] | Error)[]
  /** All new events, their sequences following the log's head without a gap. */
  readonly fresh: readonly SequencedEvent[]
}

/** What the log knew before this group. */
export interface Before {
  readonly recalled: Recalled
  /** Version by aggregate, for the aggregates that have events. */
  readonly versions: ReadonlyMap<string, number>
  readonly head: number
}

/** What the requests before this one in the group have taken. */
interface Taken {
  readonly placed: Map<string, LogEvent>
  readonly versions: Map<string, number>
  readonly fresh: SequencedEvent[]
}

/**
 * Step 2: gives every new event its sequence, version, id and time, request by request. A request that is refused takes
 * nothing, so the sequence has no gaps. An event whose id is in the log (or earlier in the group) is not new.
 */
export function sequence(
  requests: readonly AppendRequest[],
  { recalled, versions, head }: Before,
  stamps: Stamps,
): Sequenced {
  const taken: Taken = { placed: new Map(), versions: new Map(versions), fresh: [] }
  const outcomes = requests.map((request) => {
    const own: Taken = { placed: new Map(), versions: new Map(), fresh: [] }
    const placed: LogEvent[] = []
    for (const checked of request.events) {
      const each = place(checked, request.by, { recalled, head, stamps, taken, own })
      if (each instanceof Error) return each
      placed.push(each)
    }
    for (const [id, event] of own.placed) taken.placed.set(id, event)
    for (const [aggregateId, version] of own.versions) taken.versions.set(aggregateId, version)
    taken.fresh.push(...own.fresh)
    return placed
  })
  return { outcomes, fresh: taken.fresh }
}

interface Ground {
  readonly recalled: Recalled
  readonly head: number
  readonly stamps: Stamps
  readonly taken: Taken
  readonly own: Taken
}

function place(checked: CheckedEvent, by: Principal, ground: Ground): LogEvent | Error {
  const { recalled, head, stamps, taken, own } = ground
  const { id, aggregateId, expectedVersion } = checked
  if (id !== undefined) {
    const before = own.placed.get(id) ?? taken.placed.get(id) ?? recalled.get(id)
    if (before !== undefined) return before instanceof Error || isSame(before, checked) ? before : idTaken(id)
  }
  const version = own.versions.get(aggregateId) ?? taken.versions.get(aggregateId) ?? 0
  if (expectedVersion !== undefined && expectedVersion !== version) {
    const what = `Aggregate ${aggregateId} is at version ${version}, not ${expectedVersion}.`
    return coded('VERSION_CONFLICT', what, { aggregateId, expectedVersion, actualVersion: version })
  }
  const stamp = stamps()
  const event: LogEvent = {
    id: id ?? stamp.id,
    sequence: head + taken.fresh.length + own.fresh.length + 1,
    type: checked.type,
    aggregateId,
    aggregateType: checked.aggregateType,
    aggregateVersion: version + 1,
    timestamp: stamp.timestamp,
    // Parsed back: what is published is what is kept, whatever the caller does with its objects.
    data: JSON.parse(checked.dataText),
    correlationId: checked.correlationId,
    causationId: checked.causationId,
    agentId: by.agentId,
  }
  own.fresh.push({ event, dataText: checked.dataText })
  own.placed.set(event.id, event)
  own.versions.set(aggregateId, version + 1)
  return event
}

/** Whether an event is the one that a replayed input means. */
function isSame(event: LogEvent, input: CheckedEvent): boolean {
  return event.type === input.type && event.aggregateId === input.aggregateId
}

/** An id is the key of one event: a different event under it would be lost without a word. */
function idTaken(id: string): Error {
  return coded('BAD_USER_INPUT', `Event ${id} is in the log with another type or aggregate; use a new id.`)
}
