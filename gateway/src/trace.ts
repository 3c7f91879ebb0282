import type { Stop } from '@lighthouse/contract/stops'
import { nowUs } from '@lighthouse/analytics/recorder/clock'
import { randomHex } from './random-hex.js'
import type { GatewayRecorder, NoteStop } from './scope.js'

/** Requests a second whose stops are recorded without being asked for. */
const SAMPLED_A_SECOND = 20

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const NOTHING = /^0+$/
const MAX_STATE_CHARACTERS = 512

/** Which trace an operation belongs to. */
export interface TraceContext {
  /** 32 hex digits. */
  readonly traceId: string
  /** The caller's span, 16 hex digits; undefined for a trace that begins here. */
  readonly parentId: string | undefined
  /** The caller records it; true for a trace that begins here. */
  readonly isSampled: boolean
  /** The `tracestate` header. */
  readonly state: string | undefined
}

/** Reads W3C's traceparent and tracestate; a new trace when the first is absent or ill formed. */
export function traceOf(traceparent: string | undefined, tracestate: string | undefined): TraceContext {
  if (traceparent === undefined) return newTrace()
  const [, version, traceId = '0', parentId = '0', flags = '', more] = TRACEPARENT.exec(traceparent) ?? []
  // Later versions may say more behind what the first says, and there is none called ff.
  const isMalformed = version === 'ff' || (version === '00' && more !== undefined)
  if (isMalformed || NOTHING.test(traceId) || NOTHING.test(parentId)) {
    return newTrace()
  }
  const state = (tracestate?.length ?? 0) > MAX_STATE_CHARACTERS ? undefined : tracestate
  return { traceId, parentId, isSampled: (Number.parseInt(flags, 16) & 1) === 1, state }
}

function newTrace(): TraceContext {
  return { traceId: randomHex(16), parentId: undefined, isSampled: true, state: undefined }
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
