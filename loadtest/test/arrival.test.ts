import { describe, it } from 'vitest'
import { type ArrivalOptions, arrivals, PATTERNS } from '../src/arrival.js'
import { seededRandom } from '../src/random.js'

const draw = (options: Omit<ArrivalOptions, 'random'>, seed = 1) => [
  ...arrivals({ ...options, random: seededRandom(seed) }),
]

describe('arrivals', () => {
  it('[P-104] are the same for the same seed and pattern, to the last digit', ({ expect }) => {
    for (const pattern of PATTERNS) {
      const options = { ratePerSecond: 50, seconds: 20, pattern, peakFactor: 3 }
      expect(draw(options)).toEqual(draw(options))
      expect(draw(options)).not.toEqual(draw(options, 2))
    }
  })

  it('ascend, and stay within the run', ({ expect }) => {
    for (const pattern of PATTERNS) {
      const times = draw({ ratePerSecond: 200, seconds: 5, pattern, peakFactor: 4 })
      expect(times.every((at, index) => at >= (times[index - 1] ?? 0) && at < 5_000)).toBe(true)
    }
  })

  it('are a Poisson process: gaps have mean and deviation 1 / rate, counts have variance = mean', ({
    expect,
  }) => {
    const times = draw({ ratePerSecond: 100, seconds: 600 })
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0))
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length)
    expect(mean).toBeGreaterThan(9.8)
    expect(mean).toBeLessThan(10.2)
    expect(deviation / mean).toBeGreaterThan(0.97)
    expect(deviation / mean).toBeLessThan(1.03)
    const perSecond = Array.from({ length: 600 }, () => 0)
    for (const at of times) perSecond[Math.floor(at / 1_000)] = (perSecond[Math.floor(at / 1_000)] ?? 0) + 1
    const average = times.length / 600
    const variance = perSecond.reduce((sum, count) => sum + (count - average) ** 2, 0) / 600
    expect(variance / average).toBeGreaterThan(0.75)
    expect(variance / average).toBeLessThan(1.3)
  })

  it('follow their pattern: a ramp to 3 sends twice the base rate over the run, a spike bursts in its tenth', ({
    expect,
  }) => {
    const ramp = draw({ ratePerSecond: 100, seconds: 100, pattern: 'ramp', peakFactor: 3 })
    expect(ramp.length / 10_000).toBeGreaterThan(1.93)
    expect(ramp.length / 10_000).toBeLessThan(2.07)
    const spike = draw({ ratePerSecond: 100, seconds: 100, pattern: 'spike', peakFactor: 5 })
    const inside = spike.filter((at) => at >= 45_000 && at < 55_000).length
    expect(inside / 1_000).toBeGreaterThan(4.6)
    expect((spike.length - inside) / 9_000).toBeLessThan(1.05)
  })

  it('send nothing at rate 0', ({ expect }) => {
    expect(draw({ ratePerSecond: 0, seconds: 5 })).toEqual([])
  })
})
