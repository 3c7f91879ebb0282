import type { Random } from './random.js'

/** How the rate moves over a run. `progress` goes from 0 to 1, `second` counts whole seconds from 0. */
type Shape = (
  at: { progress: number; second: number },
  peak: number,
  bursts: (second: number) => boolean,
) => number

/** The factor on the base rate, never above the peak factor. */
const SHAPES = {
  steady: () => 1,
  ramp: ({ progress }, peak) => 1 + (peak - 1) * progress,
  wave: ({ progress }, peak) => 1 + (peak - 1) * 0.5 * (1 - Math.cos(2 * Math.PI * progress)),
  spike: ({ progress }, peak) => (progress >= 0.45 && progress < 0.55 ? peak : 1),
  burst: ({ second }, peak, bursts) => (bursts(second) ? peak : 1),
  staircase: ({ progress }, peak) => 1 + ((peak - 1) * Math.min(4, Math.floor(progress * 5))) / 4,
} as const satisfies Record<string, Shape>

export type Pattern = keyof typeof SHAPES
export const PATTERNS = Object.keys(SHAPES) as readonly Pattern[]

export interface ArrivalOptions {
  readonly random: Random
  /** Mean arrivals a second at factor 1. */
  readonly ratePerSecond: number
  readonly seconds: number
  readonly pattern?: Pattern
  /** Highest factor on the rate that the pattern reaches; at least 1. */
  readonly peakFactor?: number
  /** For `burst`: the probability that a second is one. */
  readonly burstProbability?: number
}

/**
 * Arrival times in milliseconds from the start, ascending, until `seconds` are over: a Poisson process whose rate
 * follows the pattern, drawn by thinning (Lewis and Shedler, "Simulation of nonhomogeneous Poisson processes by
 * thinning", 1979). The same random source gives the same times.
 */
export function* arrivals(options: ArrivalOptions): Generator<number, void, undefined> {
  const { random, ratePerSecond, seconds, pattern = 'steady', burstProbability = 0.05 } = options
  const peak = pattern === 'steady' ? 1 : Math.max(1, options.peakFactor ?? 1)
  const bursts = burstSeconds(random, seconds, burstProbability)
  const shape: Shape = SHAPES[pattern]
  const endMs = seconds * 1_000
  const highestPerMs = (ratePerSecond * peak) / 1_000
  if (!(highestPerMs > 0)) return
  for (let at = 0; ; ) {
    at += -Math.log(1 - random()) / highestPerMs
    if (at >= endMs) return
    const factor = shape({ progress: at / endMs, second: Math.floor(at / 1_000) }, peak, bursts)
    if (random() * peak < factor) yield at
  }
}

/** Drawn before the first arrival, so that which seconds burst depends on nothing but the seed. */
function burstSeconds(random: Random, seconds: number, probability: number): (second: number) => boolean {
  // An endless run repeats its first hour.
  const drawn = Array.from({ length: Math.min(3_600, Math.ceil(seconds)) }, () => random() < probability)
  return (second) => drawn[second % drawn.length] ?? false
}
