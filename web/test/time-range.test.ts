import fc from 'fast-check'
import { describe, it } from 'vitest'
import { PRESETS, readTimeSearch, refreshMs, timeRange, windowOf } from '../src/ui/time-range.js'

describe('readTimeSearch', () => {
  it('leaves defaults and what it does not understand out of the URL', ({ expect }) => {
    expect(readTimeSearch({ range: '15m', tz: 'local' })).toEqual({})
    expect(readTimeSearch({ range: '3 weeks', from: 'yesterday', to: 7, tz: 'mars' })).toEqual({})
    expect(readTimeSearch({ range: '1h', tz: 'utc' })).toEqual({ range: '1h', tz: 'utc' })
  })

  it('takes an absolute span only when it has both ends in order', ({ expect }) => {
    const from = '2026-11-20T10:00:00.000Z'
    const to = '2026-11-20T11:00:00.000Z'
    expect(readTimeSearch({ from, to })).toEqual({ from, to })
    expect(readTimeSearch({ from: to, to: from })).toEqual({})
    expect(readTimeSearch({ from })).toEqual({})
  })

  it('reads what it wrote', ({ expect }) => {
    fc.assert(
      fc.property(fc.constantFrom(...PRESETS), fc.constantFrom('utc', 'local'), (range, tz) => {
        const once = readTimeSearch({ range, tz })
        expect(readTimeSearch({ ...once })).toEqual(once)
        const read = timeRange(once)
        expect(read.follow && read.preset).toBe(range)
      }),
    )
  })
})

describe('windowOf', () => {
  const now = Date.parse('2026-11-23T12:00:00.000Z')

  it('asks a window that ends now for a preset, at least a second a point', ({ expect }) => {
    expect(windowOf(timeRange({ range: '1h' }), now, 240)).toEqual({
      window: 'PT3600S',
      points: 240,
      stepS: 15,
    })
    expect(windowOf(timeRange({ range: '5m' }), now, 1_000).points).toBe(300)
  })

  it('asks from the start of an absolute span until now, with as many points inside the span', ({
    expect,
  }) => {
    const range = timeRange({ from: '2026-11-23T10:00:00.000Z', to: '2026-11-23T11:00:00.000Z' })
    expect(windowOf(range, now, 240)).toEqual({ window: 'PT7200S', points: 480, stepS: 15 })
  })

  it('never asks more than 1,000 points or 400 days', ({ expect }) => {
    const range = timeRange({ from: '2020-01-01T00:00:00.000Z', to: '2020-01-01T00:01:00.000Z' })
    expect(windowOf(range, now, 240)).toMatchObject({ window: `PT${400 * 86_400}S`, points: 1_000 })
  })

  it('asks history again once a step, between 5 and 60 seconds', ({ expect }) => {
    expect([1, 15, 2_520].map(refreshMs)).toEqual([5_000, 15_000, 60_000])
  })
})
