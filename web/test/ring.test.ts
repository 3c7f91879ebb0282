import fc from 'fast-check'
import { describe, it } from 'vitest'
import { createRing } from '../src/live/ring.js'

describe('createRing', () => {
  it('holds the newest rows in order, whatever was pushed before', ({ expect }) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 130 }), (capacity, pushes) => {
        const ring = createRing(['p95'], capacity)
        for (let at = 1; at <= pushes; at += 1) ring.push(at, { p95: at * 10 })
        const kept = Array.from(
          { length: Math.min(capacity, pushes) },
          (_, index) => pushes - index,
        ).reverse()
        expect([...ring.times()]).toEqual(kept)
        expect([...ring.column('p95')]).toEqual(kept.map((at) => at * 10))
        expect(ring.length).toBe(kept.length)
      }),
    )
  })

  it('refuses a row that is not after the newest one, and one without a moment', ({ expect }) => {
    const ring = createRing(['rate'], 3)
    expect(ring.push(5, { rate: 1 })).toBe(true)
    expect(ring.push(5, { rate: 2 })).toBe(false)
    expect(ring.push(4, { rate: 2 })).toBe(false)
    expect(ring.push(Number.NaN, { rate: 2 })).toBe(false)
    expect([...ring.column('rate')]).toEqual([1])
  })

  it('takes no more memory after a day than after a minute', ({ expect }) => {
    const ring = createRing(['rate'], 8)
    for (let at = 0; at < 172_800; at += 1) ring.push(at, { rate: at })
    expect(ring.times().buffer.byteLength).toBe(8 * 2 * 8)
    expect(ring.newestAt).toBe(172_799)
  })

  it('is empty again after clear, and takes earlier moments then', ({ expect }) => {
    const ring = createRing(['rate'], 4)
    ring.push(9, { rate: 1 })
    ring.clear()
    expect(ring.length).toBe(0)
    expect(ring.push(1, { rate: 2 })).toBe(true)
  })

  it('refuses a capacity that is not a positive whole number', ({ expect }) => {
    expect(() => createRing(['rate'], 0)).toThrow(RangeError)
    expect(() => createRing(['rate'], 1.5)).toThrow(RangeError)
  })
})
