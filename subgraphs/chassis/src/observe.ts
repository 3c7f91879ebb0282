import { nowUs } from '@lighthouse/analytics/recorder/clock'
import type { Stop } from '@lighthouse/contract/stops'
import type { SubgraphRequest } from '@lighthouse/contract/subgraph-request'

/**
 * Runs one step under its stop's name: when the request's stops are recorded, notes when it started and how long it
 * took, also when it throws. Costs nothing measurable otherwise.
 */
export function observe<T>(scope: Pick<SubgraphRequest, 'noteStop'>, stop: Stop, step: () => T): T {
  const { noteStop } = scope
  if (noteStop === undefined) return step()
  const start = nowUs()
  const note = () => noteStop(stop, start, nowUs() - start)
  let result: T
  try {
    result = step()
  } catch (thrown) {
    note()
    throw thrown
  }
  if (result instanceof Promise) return result.finally(note) as T
  note()
  return result
}
