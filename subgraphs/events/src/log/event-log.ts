import type { EventFilter, LogEvent } from '../event.js'

/** An event with the bytes under which it is kept. */
export interface SealedEvent {
  readonly event: LogEvent
  readonly bytes: Buffer
}

/** What the log already knows about the ids and aggregates of an append. */
export interface Known {
  /** Sequence by event id, for the ids that are in the log. */
  readonly sequences: ReadonlyMap<string, number>
  /** Version by aggregate, for the aggregates that have events. */
  readonly versions: ReadonlyMap<string, number>
}

/** A stretch of the log: sequences in (after, upTo]. */
export interface Span {
  readonly after: number
  readonly upTo: number
  /** Most sequences to give. */
  readonly limit: number
  /** From the end of the stretch backwards. */
  readonly backwards: boolean
}

/**
 * Where events are kept. One process writes; `write` calls do not overlap. The suite in test/event-log.ts says what
 * every implementation promises.
 */
export interface EventLog extends AsyncDisposable {
  /** The last sequence that is on disk; 0 when empty. */
  readonly head: number
  /** The timestamp of the last event; 0 when empty. */
  readonly lastTimestamp: number
  /** Why the log can no longer be written, once a write failed. */
  readonly failure: string | undefined
  look(ids: readonly string[], aggregateIds: readonly string[]): Promise<Known>
  /**
   * Writes events whose sequences follow `head`, all or none; resolves once they survive power loss. After a rejection
   * nothing more is written until the log is opened again: what is on disk is not known before.
   */
  write(events: readonly SealedEvent[]): Promise<void>
  /** Sequences that an index finds for the filter, in the order of the span; a superset of those that match. */
  candidates(filter: EventFilter, span: Span): Promise<readonly number[]>
  /** The events of these sequences, in their order. Throws {@link CorruptEventError} for one that fails its checksum. */
  get(sequences: readonly number[]): Promise<readonly LogEvent[]>
}

/** A record that is missing or does not have the bytes with which it was written. */
export class CorruptEventError extends Error {
  readonly sequence: number
  constructor(sequence: number, why: string) {
    super(`Event ${sequence} cannot be read: ${why}. Restore the log from a backup.`)
    this.sequence = sequence
  }
}
