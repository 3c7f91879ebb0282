import type { LiveFrame } from '../../live/metrics-store.js'
import { duration, percent, said } from '../../ui/quantity.js'

export type HealthLevel = 'good' | 'warn' | 'bad' | 'quiet'
export interface Health {
  readonly level: HealthLevel
  /** One word that needs no colour. */
  readonly word: string
  readonly why: string
}

/** From this share of failed operations on it is named; from five times that it is called failing. */
const ERRORS_WARN = 0.01
const ERRORS_BAD = 0.05
/** So many times the range's usual p95 is called slow. */
const SLOW_TIMES = 2
/** Below this p95 nothing is slow, whatever the ratio: ms. */
const SLOW_FROM_MS = 5

/** Whether all is well, from the newest frame and the usual p95 (ms) of the range. Pure. */
export function health(frame: LiveFrame | undefined, usualP95Ms: number | undefined): Health {
  if (frame === undefined) return { level: 'quiet', word: 'Waiting', why: 'for the first live frame' }
  const { count, errors, p95Ms } = frame.total
  const seconds = Math.round(frame.windowMs / 1_000)
  if (count === 0) return { level: 'quiet', word: 'Quiet', why: `no operations in the last ${seconds} s` }
  const share = errors / count
  const failed = `${said(percent(share))} of operations end in an error`
  if (share >= ERRORS_BAD) return { level: 'bad', word: 'Failing', why: failed }
  if (share >= ERRORS_WARN) return { level: 'warn', word: 'Errors', why: failed }
  const slow =
    p95Ms !== null && usualP95Ms !== undefined && p95Ms > SLOW_FROM_MS && p95Ms > usualP95Ms * SLOW_TIMES
  if (slow) {
    return {
      level: 'warn',
      word: 'Slow',
      why: `p95 is ${said(duration(p95Ms))}, usually ${said(duration(usualP95Ms))}`,
    }
  }
  return {
    level: 'good',
    word: 'Healthy',
    why: `p95 ${said(duration(p95Ms))}, ${said(percent(share))} errors over the last ${seconds} s`,
  }
}

/** How a value stands to the usual one, in words; undefined when there is nothing to compare or no difference. */
export function change(now: number | null | undefined, usual: number | undefined): string | undefined {
  if (now === null || now === undefined || usual === undefined || usual <= 0) return undefined
  const part = now / usual - 1
  if (Math.abs(part) < 0.03) return 'as usual'
  const by = said(percent(Math.abs(part))).replace(/\.\d+/, '')
  return part > 0 ? `${by} above usual` : `${by} below usual`
}
