import type { Limits } from './gate.js'
import type { Scenario } from './scenario.js'

/** What one run is told. */
export interface LoadOptions extends Partial<Omit<Scenario, 'name' | 'description'>> {
  /** The GraphQL endpoint; the running instance when absent (LIGHTHOUSE_URL, or the default data directory). */
  readonly url?: string | undefined
  readonly key?: string | undefined
  /** Name of a scenario; `steady` when absent. */
  readonly scenario?: string
  readonly seed?: number
  /** Sent before the measured part, by the same schedule at its base rate. Default 2. */
  readonly warmupSeconds?: number
  /** How many liveMetrics subscribers hold a connection during the run. */
  readonly dashboards?: number
  readonly timeoutMs?: number
  readonly maxInFlight?: number
  readonly limits?: Limits
  readonly maxSendLatenessMs?: number
  readonly signal?: AbortSignal
}
