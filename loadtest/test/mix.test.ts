import { describe, it } from 'vitest'
import { CLASSES, mix, readCorpus } from '../src/mix.js'
import { seededRandom } from '../src/random.js'

const corpus = readCorpus()
const shares = { safe: 70, risky: 20, complex: 10 }

describe('the corpus', () => {
  it('holds at least 60 commands, and marks what may never be allowed', ({ expect }) => {
    expect(CLASSES.reduce((sum, name) => sum + corpus[name].length, 0)).toBeGreaterThanOrEqual(60)
    expect(corpus.risky.filter((line) => line.never?.includes('ALLOW')).length).toBeGreaterThan(10)
    expect(corpus.safe.filter((line) => line.never !== undefined)).toEqual([])
  })
})

describe('mix', () => {
  it('keeps the stated shares within one percent', ({ expect }) => {
    const next = mix({ random: seededRandom(1), corpus, shares })
    const counts = { safe: 0, risky: 0, complex: 0 }
    for (let i = 0; i < 50_000; i++) counts[next().class]++
    expect(counts.safe / 50_000).toBeCloseTo(0.7, 2)
    expect(counts.risky / 50_000).toBeCloseTo(0.2, 2)
    expect(counts.complex / 50_000).toBeCloseTo(0.1, 2)
  })

  it('[P-104] draws the same commands for the same seed', ({ expect }) => {
    const run = (seed: number) => {
      const next = mix({ random: seededRandom(seed), corpus, shares })
      return Array.from({ length: 200 }, next)
    }
    expect(run(5)).toEqual(run(5))
    expect(run(5)).not.toEqual(run(6))
  })

  it('repeats commands by Zipf and leaves no placeholder in them', ({ expect }) => {
    const next = mix({ random: seededRandom(1), corpus, shares, variants: 20 })
    const seen = new Map<string, number>()
    for (let i = 0; i < 5_000; i++) {
      const text = JSON.stringify(next().toolInput)
      expect(text).not.toContain('{n}')
      seen.set(text, (seen.get(text) ?? 0) + 1)
    }
    expect(seen.size).toBeGreaterThan(200)
    expect(Math.max(...seen.values()) / 5_000).toBeGreaterThan(0.05)
  })

  it('refuses shares that add up to nothing', ({ expect }) => {
    expect(() => mix({ random: seededRandom(1), corpus, shares: { safe: 0, risky: 0, complex: 0 } })).toThrow(
      'add up to 0',
    )
  })
})
