import { describe, it } from 'vitest'
import { nextDecisionId } from '../src/decision-id.js'

describe('the id of a decision', () => {
  it('is a UUIDv7, each later in order than the one before, also when random words run out', ({ expect }) => {
    const ids = Array.from({ length: 5_000 }, nextDecisionId)
    for (const id of ids)
      expect(id).toMatch(/^dec_[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
    expect([...ids].sort()).toEqual(ids)
    expect(new Set(ids.map((id) => id.slice(-8))).size).toBeGreaterThan(4_990)
  })
})
