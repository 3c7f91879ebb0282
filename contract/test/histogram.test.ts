import fc from 'fast-check'
import { describe, it } from 'vitest'
import { bucketOf, bucketUs, quantileUs } from '../src/histogram.js'

describe('histogram', () => {
  it('keeps every duration from 1 µs to the last bucket within 1 % of its bucket', ({ expect }) => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 4e8, noNaN: true }), (us) => {
        expect(Math.abs(bucketUs(bucketOf(us)) - us) / us).toBeLessThanOrEqual(0.0101)
      }),
    )
  })

  it('answers undefined for nothing, and a bucket that was counted for anything', ({ expect }) => {
    expect(quantileUs([], 0.5)).toBeUndefined()
    expect(quantileUs([7, 1, 9, 99], 0.99)).toBe(bucketUs(9))
    expect(quantileUs([7, 1, 9, 99], 0)).toBe(bucketUs(7))
  })
})
