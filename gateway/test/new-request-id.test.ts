import { describe, it } from 'vitest'
import { newRequestId } from '../src/new-request-id.js'
import { randomHex } from '../src/random-hex.js'

describe('ids', () => {
  it('of requests are UUIDs of version 7 that tell their millisecond', ({ expect }) => {
    for (const ms of [1, 1_795_704_649_060, 2 ** 48 - 1]) {
      const id = newRequestId(ms)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(ms)
    }
  })

  it('do not come twice, of whatever length they are drawn', ({ expect }) => {
    const ids = Array.from({ length: 20_000 }, (_, nth) => (nth % 3 === 0 ? newRequestId() : randomHex(16)))
    expect(new Set(ids).size).toBe(ids.length)
    for (const bytes of [8, 10, 16, 64])
      expect(randomHex(bytes)).toMatch(new RegExp(`^[0-9a-f]{${bytes * 2}}$`))
  })
})
