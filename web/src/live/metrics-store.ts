import type { NowLiveData } from '../graph/generated/results.js'
import { createRing, type Ring } from './ring.js'

export type LiveFrame = NowLiveData['liveMetrics']

export const TOTAL_COLUMNS = ['p50', 'p95', 'p99', 'rate', 'errors'] as const
/** Latencies in ms, rate and errors per second. */
export type TotalColumn = (typeof TOTAL_COLUMNS)[number]

export const OPERATION_COLUMNS = ['p95', 'rate'] as const
export type OperationColumn = (typeof OPERATION_COLUMNS)[number]

/** Twenty minutes of frames at two a second. */
const TOTAL_ROWS = 2_400
/** One minute of frames at two a second: a sparkline. */
export const OPERATION_ROWS = 120
/** Most operations with a line of their own; the one that was quiet longest gives way. */
const MAX_OPERATIONS = 300

/** What came live, outside React: charts read the rings themselves, figures subscribe to the newest frame. */
export interface MetricsStore {
  readonly total: Ring<TotalColumn>
  operation(name: string): Ring<OperationColumn> | undefined
  /** The newest frame; undefined before the first. The same object until the next, so it can be a React snapshot. */
  frame(): LiveFrame | undefined
  /** Takes a frame in; false when it is older than the newest. */
  take(frame: LiveFrame): boolean
  subscribe(listener: () => void): () => void
}

const number = (value: number | null): number => value ?? Number.NaN

/** Makes an empty store. */
export function createMetricsStore(): MetricsStore {
  const total = createRing(TOTAL_COLUMNS, TOTAL_ROWS)
  const operations = new Map<string, Ring<OperationColumn>>()
  const listeners = new Set<() => void>()
  let newest: LiveFrame | undefined

  const ringOf = (name: string): Ring<OperationColumn> => {
    const ring = operations.get(name) ?? createRing(OPERATION_COLUMNS, OPERATION_ROWS)
    // Delete and set again: the map's order is by last use, so the first is the one to give way.
    operations.delete(name)
    operations.set(name, ring)
    if (operations.size > MAX_OPERATIONS) {
      const quietest = operations.keys().next()
      if (!quietest.done) operations.delete(quietest.value)
    }
    return ring
  }

  return {
    total,
    operation: (name) => operations.get(name),
    frame: () => newest,
    take(frame) {
      const at = Date.parse(frame.at) / 1_000
      const seconds = frame.windowMs / 1_000
      const all = frame.total
      const taken = total.push(at, {
        p50: number(all.p50Ms),
        p95: number(all.p95Ms),
        p99: number(all.p99Ms),
        rate: all.ratePerSecond,
        errors: all.errors / seconds,
      })
      if (!taken) return false
      for (const one of frame.operations) {
        ringOf(one.name).push(at, { p95: number(one.p95Ms), rate: one.ratePerSecond })
      }
      newest = frame
      for (const listener of listeners) listener()
      return true
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
