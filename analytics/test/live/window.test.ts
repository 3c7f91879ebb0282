import { bucketOf, quantileUs } from '@lighthouse/contract/histogram'
import { MAX_LIVE_OPERATIONS, OTHER_OPERATION } from '@lighthouse/contract/live-frame'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { LiveWindow, MAX_LISTED } from '../../src/live/window.js'

const START = 1_700_000_000_000

function operation(name: string, durationsUs: readonly number[], errors = 0) {
  const counts = new Map<number, number>()
  for (const us of durationsUs) counts.set(bucketOf(us), (counts.get(bucketOf(us)) ?? 0) + 1)
  const buckets = [...counts].sort(([a], [b]) => a - b).flat()
  return { name, count: durationsUs.length, errors, buckets }
}

describe('the live window', () => {
  it('adds up frames and gives rates, errors, percentiles and a total', ({ expect }) => {
    const window = new LiveWindow({ windowMs: 5_000 })
    window.add(
      { operations: [operation('A', [1_000, 2_000], 1)], tiers: [{ tier: 'MEMORY', hits: 3, misses: 1 }] },
      START,
    )
    window.add({ operations: [operation('A', [100_000]), operation('B', [500])], tiers: [] }, START + 250)
    const { operations, tiers, total, windowMs } = window.read(START + 300)
    expect(windowMs).toBe(5_000)
    expect(
      operations.map(({ name, count, errors, ratePerSecond }) => [name, count, errors, ratePerSecond]),
    ).toEqual([
      ['A', 3, 1, 0.6],
      ['B', 1, 0, 0.2],
    ])
    expect(operations[0]?.p50Ms).toBeCloseTo(2, 1)
    expect(operations[0]?.p99Ms).toBeGreaterThan(99)
    expect(total).toMatchObject({ count: 4, errors: 1 })
    expect(tiers).toEqual([{ tier: 'MEMORY', hits: 3, misses: 1, hitRatio: 0.75 }])
  })

  it('forgets what is older than the window, and then lists nothing', ({ expect }) => {
    const window = new LiveWindow({ windowMs: 1_000 })
    window.add(
      { operations: [operation('A', [1_000])], tiers: [{ tier: 'REDIS', hits: 0, misses: 1 }] },
      START,
    )
    window.add({ operations: [operation('A', [9_000])], tiers: [] }, START + 900)
    expect(window.read(START + 999).total.count).toBe(2)
    const later = window.read(START + 1_050)
    expect(later.total.count).toBe(1)
    expect(later.operations[0]?.p50Ms).toBeCloseTo(9, 0)
    const empty = window.read(START + 60_000)
    expect(empty.operations).toEqual([])
    expect(empty.tiers).toEqual([])
    expect(empty.total).toMatchObject({ count: 0, p50Ms: null, p99Ms: null })
  })

  it('keeps a bounded number of names apart and counts the rest as other', ({ expect }) => {
    const window = new LiveWindow()
    for (let i = 0; i < MAX_LIVE_OPERATIONS + 50; i += 1) {
      window.add({ operations: [operation(`Op${i}`, [1_000])], tiers: [] }, START)
    }
    const { operations, total } = window.read(START)
    expect(operations).toHaveLength(MAX_LISTED)
    expect(operations[0]).toMatchObject({ name: OTHER_OPERATION, count: 50 })
    expect(total.count).toBe(MAX_LIVE_OPERATIONS + 50)
  })

  it('equals, at any time, what the frames of the last slots add up to', ({ expect }) => {
    const step = fc.record({
      gapMs: fc.integer({ min: 0, max: 700 }),
      name: fc.constantFrom('A', 'B', 'C'),
      durations: fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 5 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const window = new LiveWindow({ windowMs: 2_000 })
        const seen: { slot: number; name: string; durations: number[] }[] = []
        let at = START
        for (const { gapMs, name, durations } of steps) {
          at += gapMs
          window.add({ operations: [operation(name, durations)], tiers: [] }, at)
          seen.push({ slot: Math.floor(at / 100), name, durations })
        }
        const oldest = Math.floor((at - 2_000) / 100)
        const kept = seen.filter(({ slot }) => slot > oldest)
        const { operations, total } = window.read(at)
        expect(total.count).toBe(kept.reduce((sum, { durations }) => sum + durations.length, 0))
        for (const name of ['A', 'B', 'C']) {
          const durations = kept.filter((one) => one.name === name).flatMap((one) => one.durations)
          const found = operations.find((one) => one.name === name)
          expect(found?.count ?? 0).toBe(durations.length)
          const us = quantileUs(operation(name, durations).buckets, 0.95)
          expect(found?.p95Ms).toBe(us === undefined ? undefined : us / 1_000)
        }
      }),
    )
  })
})
