import type { EventType } from '@lighthouse/contract/event-types'

/** One entry of the log. `timestamp` is milliseconds since the epoch. */
export interface LogEvent {
  readonly id: string
  readonly sequence: number
  readonly type: EventType
  readonly aggregateId: string
  readonly aggregateType: string
  readonly aggregateVersion: number
  readonly timestamp: number
  readonly data: unknown
  readonly correlationId: string | null
  readonly causationId: string | null
  /** The agent of the credential with which it was appended. */
  readonly agentId: string
}

/** What a caller may say about an event; the rest is the log's to say. */
export interface EventInput {
  readonly id?: string | null
  readonly type: string
  readonly aggregateId: string
  readonly aggregateType?: string | null
  readonly data: unknown
  readonly correlationId?: string | null
  readonly causationId?: string | null
  readonly expectedVersion?: number | null
}

/** Every field that is there must match. */
export interface EventFilter {
  readonly types?: readonly string[] | null
  readonly aggregateId?: string | null
  readonly aggregateType?: string | null
  readonly agentId?: string | null
  readonly correlationId?: string | null
}

/** GraphQL says null or nothing for what was not given; both mean the same here. */
export function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined
}

/** Whether an event passes a filter. */
export function matches(event: Omit<LogEvent, 'data'>, filter: EventFilter): boolean {
  const { types, aggregateId, aggregateType, agentId, correlationId } = filter
  return (
    (!isGiven(types) || types.includes(event.type)) &&
    (!isGiven(aggregateId) || aggregateId === event.aggregateId) &&
    (!isGiven(aggregateType) || aggregateType === event.aggregateType) &&
    (!isGiven(agentId) || agentId === event.agentId) &&
    (!isGiven(correlationId) || correlationId === event.correlationId)
  )
}
