import { describe, it } from 'vitest'
import type { LiveFrame } from '../src/live/metrics-store.js'
import { change, health } from '../src/views/now/health.js'
import { decidedEarly } from '../src/views/now/live-share.js'

const frame = (total: Partial<LiveFrame['total']>): LiveFrame => ({
  at: '2026-11-23T12:00:00.000Z',
  windowMs: 10_000,
  traces: [],
  operations: [],
  tiers: [],
  total: { count: 1_000, errors: 0, ratePerSecond: 100, p50Ms: 2, p95Ms: 8, p99Ms: 20, ...total },
})

describe('health', () => {
  it('judges nothing before the first frame and without traffic', ({ expect }) => {
    expect(health(undefined, 8).level).toBe('quiet')
    expect(health(frame({ count: 0, p95Ms: null }), 8)).toMatchObject({ level: 'quiet', word: 'Quiet' })
  })

  it('names errors from one per cent on and calls five failing', ({ expect }) => {
    expect(health(frame({ errors: 9 }), 8).level).toBe('good')
    expect(health(frame({ errors: 10 }), 8)).toMatchObject({ level: 'warn', word: 'Errors' })
    expect(health(frame({ errors: 50 }), 8)).toMatchObject({ level: 'bad', word: 'Failing' })
  })

  it('calls twice the usual p95 slow, but never a few milliseconds', ({ expect }) => {
    expect(health(frame({ p95Ms: 17 }), 8)).toMatchObject({ level: 'warn', word: 'Slow' })
    expect(health(frame({ p95Ms: 4 }), 1).level).toBe('good')
    expect(health(frame({ p95Ms: 17 }), undefined).level).toBe('good')
  })
})

describe('change', () => {
  it('says the difference to the usual in words', ({ expect }) => {
    expect(change(12, 10)).toBe('20\u00a0% above usual')
    expect(change(9, 10)).toBe('10\u00a0% below usual')
    expect(change(10.2, 10)).toBe('as usual')
    expect(change(null, 10)).toBeUndefined()
    expect(change(10, undefined)).toBeUndefined()
  })
})

describe('decidedEarly', () => {
  it('is the share of decisions that no expert, model, default or limit had to make', ({ expect }) => {
    const tier = (name: LiveFrame['tiers'][number]['tier'], hits: number) => ({
      tier: name,
      hits,
      misses: 0,
      hitRatio: 1,
    })
    expect(
      decidedEarly([tier('MEMORY', 70), tier('REDIS', 20), tier('EXPERT', 8), tier('SAFE_DEFAULT', 2)]),
    ).toBe(0.9)
    expect(decidedEarly([])).toBeNull()
  })
})
