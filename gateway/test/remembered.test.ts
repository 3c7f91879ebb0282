import { describe, it } from 'vitest'
import { Remembered } from '../src/remembered.js'

describe('what is remembered of documents', () => {
  it('is that of the last thousand that were used, and of no more than twice as many', ({ expect }) => {
    const remembered = new Remembered<{ nth: number }>()
    for (let nth = 0; nth < 10_000; nth += 1) {
      remembered.set(`q${nth}`, { nth }, 'text')
      expect(remembered.get('q0')).toEqual({ nth: 0 })
      expect(remembered.get(`q${Math.max(0, nth - 300)}`)?.nth).toBe(Math.max(0, nth - 300))
      if (nth % 500 === 0) expect(remembered.size).toBeLessThan(2_000)
    }
    expect(remembered.get('q5000')).toBeUndefined()
  })

  it('is within the characters that their texts may have', ({ expect }) => {
    const remembered = new Remembered<{ nth: number }>()
    const text = 'x'.repeat(1_024 * 1_024)
    for (let nth = 0; nth < 20; nth += 1) remembered.set(`q${nth}`, { nth }, text)
    expect(remembered.size).toBeLessThanOrEqual(8)
    expect(remembered.get('q19')).toEqual({ nth: 19 })
  })
})
