import { nowUs } from '../recorder/clock.js'
import { coded } from './errors.js'
import type { Scope } from './scope.js'

export interface Shown {
  readonly traceId: string
  readonly shownAt: Date
}

const MAX_SHOWN = 20
const TRACE_ID = /^[0-9a-f]{32}$/
/** A browser's clock further off than this tells nothing. */
const MAX_AGE_US = 60_000_000

/**
 * Notes the `show` stop of each trace and returns how many. The browser's clock has whole milliseconds, so the end of
 * the millisecond counts; a time in the future counts as now. More than 20 are refused.
 */
export function reportShown(input: readonly Shown[], { recorder }: Scope): number {
  if (input.length > MAX_SHOWN) {
    throw coded('BAD_USER_INPUT', `${input.length} traces were reported; at most ${MAX_SHOWN} a call.`)
  }
  let noted = 0
  for (const { traceId, shownAt } of input) {
    if (!TRACE_ID.test(traceId)) throw coded('BAD_USER_INPUT', `"${traceId}" is not a trace id.`)
    const now = nowUs()
    const startUs = Math.min(now, shownAt.getTime() * 1_000 + 999)
    if (now - startUs > MAX_AGE_US) continue
    recorder.stop({
      ts: Math.floor(startUs / 1_000),
      trace_id: traceId,
      stop: 'show',
      process: 'console',
      start_us: startUs,
      duration_us: 0,
    })
    noted += 1
  }
  return noted
}
