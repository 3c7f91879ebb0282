import { nowUs } from '@lighthouse/analytics/recorder/clock'
import type { Recorder } from '@lighthouse/analytics/recorder/record'
import type { Stop } from '@lighthouse/contract/stops'

/** Notes one stop of a request whose stops are recorded; microseconds, the start since the epoch. */
export type NoteStop = (stop: Stop, startUs: number, durationUs: number) => void

/** Requests a second whose stops are recorded without being asked for. */
const SAMPLED_A_SECOND = 20

/** Says whether the stops of a request are recorded that began then, in microseconds, and may have asked for it. */
export type Sample = (asked: boolean, startedUs: number) => boolean

/** Decides for which requests stops are recorded: those that ask, and the first 20 of every second. */
export function createSampler(): Sample {
  let second = 0
  let taken = 0
  return (asked, startedUs) => {
    if (asked) return true
    const current = Math.floor(startedUs / 1_000_000)
    if (current !== second) {
      second = current
      taken = 0
    }
    taken += 1
    return taken <= SAMPLED_A_SECOND
  }
}

/** Notes stops of one trace as rows. A stop that is passed again is not noted again: its first start counts. */
export function noteStops(recorder: Pick<Recorder, 'stop'>, traceId: string, process: string): NoteStop {
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
