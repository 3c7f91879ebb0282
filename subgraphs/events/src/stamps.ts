import { V7Generator } from 'uuidv7'

export interface Stamp {
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly timestamp: number
}

/** Gives each event its time and, unless it brings one, its id. */
export type Stamps = () => Stamp

/** The generator may run ahead of the time it is given when its counter overflows; it must not jump back then. */
const ROLLBACK_MS = 10_000

/**
 * Stamps that never go back: neither when the clock is set back nor over a restart, for which `last` is the timestamp of
 * the log's last event. Ids are UUIDv7 (RFC 9562) of that time with a counter below, so they sort as they were given.
 */
export function createStamps(clock: () => number, last: number): Stamps {
  const generator = new V7Generator()
  // An id of the same millisecond from before a restart may have a higher counter.
  const floor = last === 0 ? 0 : last + 1
  let timestamp = floor
  return () => {
    timestamp = Math.max(timestamp, Math.floor(clock()))
    return { id: generator.generateOrResetCore(timestamp, ROLLBACK_MS).toString(), timestamp }
  }
}
