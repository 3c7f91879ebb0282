import type { ClickHouseClient } from '@clickhouse/client'
import type { Principal } from '@lighthouse/contract/principal'
import type { LivePublisher } from '../live/publish.js'
import type { Recorder } from '../recorder/record.js'

/** What the whole subgraph stands on. */
export interface Ground {
  readonly client: ClickHouseClient
  readonly publisher: LivePublisher
  readonly recorder: Recorder
}

/** What one request's resolvers see. */
export interface Scope extends Ground {
  readonly principal: Principal
  /** Aborts when the caller went away. */
  readonly signal: AbortSignal
}
