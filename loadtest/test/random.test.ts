import { describe, it } from 'vitest'
import { seededRandom, zipf } from '../src/random.js'

const take = (count: number, next: () => number) => Array.from({ length: count }, next)

describe('seededRandom', () => {
  it('gives the same numbers for the same seed and others for a neighbour', ({ expect }) => {
    expect(take(5, seededRandom(42))).toEqual(take(5, seededRandom(42)))
    expect(take(5, seededRandom(42))).not.toEqual(take(5, seededRandom(43)))
  })

  it('is uniform: every tenth of [0, 1) holds a tenth of the numbers', ({ expect }) => {
    const random = seededRandom(7)
    const tenths = Array.from({ length: 10 }, () => 0)
    for (let i = 0; i < 100_000; i++) {
      const at = Math.floor(random() * 10)
      tenths[at] = (tenths[at] ?? 0) + 1
    }
    // Five standard deviations of a binomial with n = 100,000 and p = 0.1.
    for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(475)
  })
})

describe('zipf', () => {
  it('draws rank k with a probability proportional to 1 / (k + 1)^s', ({ expect }) => {
    const next = zipf(seededRandom(3), 100, 1)
    const counts = new Map<number, number>()
    for (let i = 0; i < 200_000; i++) {
      const rank = next()
      counts.set(rank, (counts.get(rank) ?? 0) + 1)
    }
    const first = counts.get(0) ?? 0
    expect((counts.get(1) ?? 0) / first).toBeCloseTo(1 / 2, 1)
    expect((counts.get(9) ?? 0) / first).toBeCloseTo(1 / 10, 1)
    expect(Math.max(...counts.keys())).toBeLessThan(100)
  })
})
