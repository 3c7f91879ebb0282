import { rounded } from './measure.js'

/** A mean without the outermost quarter of either side, and what 95 % of such means of resamples lie between. */
export interface Estimate {
  readonly pct: number
  readonly intervalPct: readonly [low: number, high: number]
  /** The mean of all, whatever lies outside. */
  readonly meanPct: number
  readonly samples: number
}

const TRIM = 0.25
const RESAMPLES = 2_000

/** By the percentile bootstrap. Source: Efron and Tibshirani, "An Introduction to the Bootstrap", chapter 13. */
export function estimate(each: readonly number[]): Estimate {
  const means = Array.from({ length: RESAMPLES }, () => trimmedMean(resampled(each))).sort((a, b) => a - b)
  const at = (part: number) => rounded(means[Math.floor(part * (RESAMPLES - 1))] ?? Number.NaN)
  return {
    pct: rounded(trimmedMean(each)),
    intervalPct: [at(0.025), at(0.975)],
    meanPct: rounded(mean(each)),
    samples: each.length,
  }
}

/** Of things that were estimated apart: distances from the estimates add up as squares. */
export function sumOf(parts: readonly Estimate[]): Pick<Estimate, 'pct' | 'intervalPct'> {
  const pct = parts.reduce((sum, part) => sum + part.pct, 0)
  const apart = (side: 0 | 1) => Math.hypot(...parts.map((part) => part.intervalPct[side] - part.pct))
  return { pct: rounded(pct), intervalPct: [rounded(pct - apart(0)), rounded(pct + apart(1))] }
}

function trimmedMean(each: readonly number[]): number {
  const sorted = Float64Array.from(each).sort()
  const cut = Math.floor(sorted.length * TRIM)
  return mean([...sorted.subarray(cut, sorted.length - cut)])
}

function mean(each: readonly number[]): number {
  return each.reduce((sum, one) => sum + one, 0) / each.length
}

function resampled(each: readonly number[]): number[] {
  return each.map(() => each[Math.floor(Math.random() * each.length)] ?? Number.NaN)
}
