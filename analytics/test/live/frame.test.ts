import { describe, it } from 'vitest'
import { readFrame } from '../../src/live/frame.js'

const good = {
  source: 'gateway',
  at: 1,
  operations: [{ name: 'A', count: 2, errors: 1, buckets: [10, 2] }],
  tiers: [{ tier: 'MEMORY', hits: 1, misses: 0 }],
  traces: ['a'.repeat(32)],
}
const read = (value: unknown) => readFrame(JSON.stringify(value))

describe('a live frame', () => {
  it('is read as it was sent', ({ expect }) => {
    expect(read(good)).toEqual(good)
  })

  it('is refused when it is none', ({ expect }) => {
    expect(readFrame('{"source":')).toBeUndefined()
    for (const value of [null, 7, [], {}, { source: 'x' }, { source: 1, at: 1 }])
      expect(read(value)).toBeUndefined()
  })

  it('loses the parts that make no sense and keeps the rest', ({ expect }) => {
    const odd = [
      { name: 'B', count: -1, errors: 0, buckets: [] },
      { name: 'C', count: 1, errors: 0, buckets: [5_000, 1] },
      { name: 'D', count: 1, errors: 0, buckets: [1] },
      null,
    ]
    const frame = read({
      ...good,
      operations: [...odd, ...good.operations, { name: '', count: 1, errors: 0, buckets: [1, 1] }],
      tiers: [{ tier: 'NOPE', hits: 1, misses: 1 }, ...good.tiers],
      traces: ['x', ...good.traces],
    })
    expect(frame?.operations.map(({ name }) => name)).toEqual(['A', 'anonymous'])
    expect(frame).toMatchObject({ tiers: good.tiers, traces: good.traces })
  })
})
