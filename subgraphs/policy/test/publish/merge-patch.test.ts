import { describe, it } from 'vitest'
import fc from 'fast-check'
import { changesBetween, mergePatch } from '../../src/publish/merge-patch.js'

describe('a merge patch', () => {
  it('does what RFC 7396 shows in its appendix', ({ expect }) => {
    for (const [target, patch, result] of [
      [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
      [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
      [{ a: 'b' }, { a: null }, {}],
      [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
      [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
      [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
      [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
      [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
      [
        ['a', 'b'],
        ['c', 'd'],
        ['c', 'd'],
      ],
      [{ a: 'b' }, ['c'], ['c']],
      [{ a: 'foo' }, null, null],
      [{ a: 'foo' }, 'bar', 'bar'],
      [{ e: null }, { a: 1 }, { e: null, a: 1 }],
      [[1, 2], { a: 'b', c: null }, { a: 'b' }],
      [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
    ])
      expect(mergePatch(target, patch)).toEqual(result)
  })

  it('changes neither what it is given nor anybody’s prototype', ({ expect }) => {
    const target = { a: { b: 1 } }
    mergePatch(target, JSON.parse('{"__proto__": {"polluted": true}, "a": {"b": 2}}'))
    expect(target).toEqual({ a: { b: 1 } })
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('is seen whole by what compares documents', ({ expect }) => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
        const changes = changesBetween(before, after)
        expect(changes.length === 0).toBe(JSON.stringify(sorted(before)) === JSON.stringify(sorted(after)))
      }),
    )
    expect(changesBetween({ a: { b: 1, c: 2 } }, { a: { b: 1, d: [3] } })).toEqual([
      { path: 'a.c', before: 2, after: undefined },
      { path: 'a.d', before: undefined, after: [3] },
    ])
  })
})

/** Objects outside lists with their keys in order: the order of keys is no difference there. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  )
}
