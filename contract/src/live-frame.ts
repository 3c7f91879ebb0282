import type { Tier } from './decision.js'
import type { Buckets } from './histogram.js'

/** What one operation did since the last frame. */
export interface LiveOperation {
  readonly name: string
  readonly count: number
  readonly errors: number
  readonly buckets: Buckets
}

/** What one tier did since the last frame. */
export interface LiveTier {
  readonly tier: Tier
  readonly hits: number
  readonly misses: number
}

/**
 * A delta that a recorder sends to analytics' tap every LIVE_FLUSH_MS when anything happened: a text message of one JSON
 * object over the WebSocket /tap. Lost frames are counted and never resent: ClickHouse keeps the truth.
 */
export interface LiveFrame {
  readonly source: string
  /** Milliseconds since the epoch at which the frame was sealed. */
  readonly at: number
  readonly operations: readonly LiveOperation[]
  readonly tiers: readonly LiveTier[]
  /** Traces whose stops are being recorded, so that `tap` and `relay` can be noted for them. At most 20. */
  readonly traces: readonly string[]
}

/** How often a recorder seals a frame: 10 Hz. */
export const LIVE_FLUSH_MS = 100

/** Most operation names that live metrics keep apart; the rest are counted under OTHER_OPERATION. */
export const MAX_LIVE_OPERATIONS = 2_000
export const OTHER_OPERATION = 'other'
/** The name under which operations without one are counted. */
export const ANONYMOUS_OPERATION = 'anonymous'
