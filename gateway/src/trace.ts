import type { Stop } from '@lighthouse/contract/stops'
import { nowUs } from '@lighthouse/analytics/recorder/clock'
import { randomHex } from './random-hex.js'
import type { GatewayRecorder, NoteStop } from './scope.js'

/** Requests a second whose stops are recorded without being asked for. */
const SAMPLED_A_SECOND = 20

const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/
const NO_TRACE = '0'.repeat(32)

/** The trace id of a W3C traceparent header when it is well formed, else a new one. 32 hex digits. */
export function traceIdOf(traceparent: string | undefined): string {
  const found = traceparent === undefined ? undefined : TRACEPARENT.exec(traceparent)?.[1]
  return found === undefined || found === NO_TRACE ? randomHex(16) : found
}

/** Decides for which requests stops are recorded: those that ask, and the first 20 of every second. */
export function createSampler(now: () => number = Date.now): (asked: boolean) => boolean {
  let second = 0
  let taken = 0
  return (asked) => {
    if (asked) return true
    const current = Math.floor(now() / 1_000)
    if (current !== second) {
      second = current
      taken = 0
    }
    taken += 1
    return taken <= SAMPLED_A_SECOND
  }
}

/** Notes stops of one trace as rows. A stop that is passed again is not noted again: its first start counts. */
export function noteStops(recorder: GatewayRecorder, traceId: string, process: string): NoteStop {
  const noted = new Set<Stop>()
  return (stop, startUs, durationUs) => {
    if (noted.has(stop)) return
    noted.add(stop)
    recorder.stop({
      ts: Math.floor(startUs / 1_000),
      trace_id: traceId,
      stop,
      process,
      start_us: Math.round(startUs),
      duration_us: Math.max(0, Math.round(durationUs)),
    })
  }
}

/** Runs a step and notes how long it took, when the stops of this request are recorded. */
export function noted<T>(noteStop: NoteStop | undefined, stop: Stop, step: () => T): T {
  if (noteStop === undefined) return step()
  const started = nowUs()
  const end = () => noteStop(stop, started, nowUs() - started)
  const result = step()
  if (result instanceof Promise) return result.finally(end) as T
  end()
  return result
}
