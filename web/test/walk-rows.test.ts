import { STOPS } from '@lighthouse/contract/stops'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { axisTicks, walkEnds, walkRows } from '../src/views/walk/walk-rows.js'

describe('walkRows', () => {
  it('lists every stop of the contract in its order, whatever came and however ordered', ({ expect }) => {
    const rows = walkRows({
      stops: [
        { stop: 'shape', process: 'gateway', startMs: 4, durationMs: 1 },
        { stop: 'receive', process: 'gateway', startMs: 0, durationMs: 1 },
      ],
    })
    expect(rows.map(({ stop }) => stop)).toEqual(STOPS)
    expect(rows.filter(({ process }) => process !== undefined).map(({ stop }) => stop)).toEqual([
      'receive',
      'shape',
    ])
  })
})

describe('walkEnds', () => {
  it('ends the answer with shape and the walk with its last stop', ({ expect }) => {
    const rows = walkRows({
      stops: [
        { stop: 'receive', process: 'gateway', startMs: 0, durationMs: 9 },
        { stop: 'shape', process: 'gateway', startMs: 8, durationMs: 2 },
        { stop: 'store', process: 'analytics', startMs: 50, durationMs: 40 },
        { stop: 'tap', process: 'analytics', startMs: 60, durationMs: 1 },
      ],
    })
    expect(walkEnds(rows)).toEqual({ answerMs: 10, screenMs: 90 })
  })

  it('is never nothing, so that a scale can be made of it', ({ expect }) => {
    expect(walkEnds([])).toEqual({ answerMs: 0.001, screenMs: 0.001 })
  })
})

describe('axisTicks', () => {
  it('puts round numbers inside the axis, about as many as fit', ({ expect }) => {
    expect(axisTicks(0, 5, 5)).toEqual([0, 1, 2, 3, 4, 5])
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 100_000, noNaN: true }),
        fc.integer({ min: 2, max: 12 }),
        (to, wanted) => {
          const ticks = axisTicks(0, to, wanted)
          expect(ticks.length).toBeGreaterThan(0)
          expect(ticks.length).toBeLessThanOrEqual(wanted + 1)
          expect(Math.max(...ticks)).toBeLessThanOrEqual(to)
        },
      ),
    )
  })
})
