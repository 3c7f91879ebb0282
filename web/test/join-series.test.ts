import { describe, it } from 'vitest'
import { joinSeries, type Series } from '../src/live/join-series.js'
import { createRing } from '../src/live/ring.js'

const history = (...rows: readonly (readonly [number, number | null])[]): Series<'p95'> => ({
  times: rows.map(([at]) => at),
  columns: { p95: rows.map(([, value]) => value) },
})
const ringOf = (...rows: readonly (readonly [number, number])[]) => {
  const ring = createRing(['p95'], 100)
  for (const [at, value] of rows) ring.push(at, { p95: value })
  return ring
}
const span = { from: 0, to: 1_000, stepS: 1 } as const

describe('joinSeries', () => {
  it('draws history before the first live row and live rows after it', ({ expect }) => {
    const joined = joinSeries(['p95'], history([1, 10], [2, 20], [3, 30]), ringOf([2.5, 25], [3, 31]), {
      ...span,
      prefer: 'live',
    })
    expect(joined.times).toEqual([1, 2, 2.5, 3])
    expect(joined.columns.p95).toEqual([10, 20, 25, 31])
  })

  it('fills the hole that a lost connection left from history', ({ expect }) => {
    const joined = joinSeries(['p95'], history([4, 4], [5, 5], [6, 6]), ringOf([1, 1], [2, 2], [9, 9]), {
      ...span,
      stepS: 2,
      prefer: 'live',
    })
    expect(joined.times).toEqual([1, 2, 4, 5, 6, 9])
  })

  it('shows a gap where neither knows anything', ({ expect }) => {
    const joined = joinSeries(['p95'], history(), ringOf([1, 1], [2, 2], [60, 9]), {
      ...span,
      prefer: 'live',
    })
    expect(joined.times).toEqual([1, 2, 31, 60])
    expect(joined.columns.p95).toEqual([1, 2, null, 9])
  })

  it('keeps to history on long ranges and adds only the live end', ({ expect }) => {
    const joined = joinSeries(['p95'], history([10, 1], [20, 2]), ringOf([12, 9], [21, 3], [22, 4]), {
      ...span,
      stepS: 10,
      prefer: 'history',
    })
    expect(joined.columns.p95).toEqual([1, 2, 3, 4])
  })

  it('leaves out the step that is still counted, and what is outside of the span', ({ expect }) => {
    const joined = joinSeries(['p95'], history([1, 1], [2, 2], [3, 3]), ringOf(), {
      ...span,
      from: 2,
      historyTo: 2,
      prefer: 'live',
    })
    expect(joined.columns.p95).toEqual([2])
  })

  it('carries missing values as null, which is drawn as a gap', ({ expect }) => {
    const joined = joinSeries(['p95'], history([1, null]), ringOf([2, Number.NaN]), {
      ...span,
      prefer: 'live',
    })
    expect(joined.columns.p95).toEqual([null, null])
  })
})
