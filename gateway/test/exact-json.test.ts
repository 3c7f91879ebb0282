import fc from 'fast-check'
import { describe, it } from 'vitest'
import { exactText, parseExact, rounded } from '../src/exact-json.js'

/** JSON values whose integers may be of any size. */
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, false),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
    fc.string(),
    fc.string({ unit: fc.constantFrom('"', '\\', '1234567890123456789', ',', ':', '-', '.', 'e') }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }),
  ),
}))

const isSafe = (one: bigint) => one >= Number.MIN_SAFE_INTEGER && one <= Number.MAX_SAFE_INTEGER

/** As it is read: what a double holds is one. */
function readBack(one: unknown): unknown {
  if (typeof one === 'bigint') return isSafe(one) ? Number(one) : one
  if (typeof one === 'number') return Object.is(one, -0) ? 0 : whole(one)
  if (typeof one !== 'object' || one === null) return one
  if (Array.isArray(one)) return one.map(readBack)
  return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, readBack(inner)]))
}

/** A double that is written as a long integer cannot be told from one. */
function whole(one: number): number | bigint {
  return /^-?\d{16,}$/.test(`${one}`) && !Number.isSafeInteger(one) ? BigInt(`${one}`) : one
}

describe('exact JSON', () => {
  it('reads and writes integers of any size as they are, wherever they stand, and strings as strings', ({
    expect,
  }) => {
    fc.assert(
      fc.property(value, (one) => {
        const text = exactText(one) ?? ''
        expect(parseExact(text)).toEqual(readBack(one))
        expect(exactText(parseExact(text))).toBe(exactText(readBack(one)))
      }),
      { numRuns: 2_000 },
    )
  })

  it('leaves fractions, exponents and what a double holds as numbers', ({ expect }) => {
    const text =
      '[0.1234567890123456789,12345678901234567.5,12345678901234567e3,9007199254740991,1234567890123456]'
    expect(parseExact(text)).toEqual(JSON.parse(text))
    expect(parseExact('[9007199254740992,-9007199254740993]')).toEqual([2n ** 53n, -(2n ** 53n) - 1n])
  })

  it('takes nothing for a number that a string says', ({ expect }) => {
    const mark = (exactText({ a: 2n ** 70n }) ?? '') + JSON.stringify({ a: '12345678901234567890' })
    expect(mark).toBe('{"a":1180591620717411303424}{"a":"12345678901234567890"}')
    expect(parseExact('{"a":"\\"12345678901234567890","__proto__":12345678901234567890}')).toHaveProperty('a')
  })

  it('throws as JSON.parse does', ({ expect }) => {
    for (const text of [
      '[12345678901234567890',
      '12345678901234567890x',
      '"12345678901234567890',
      '01234567890123456789',
    ])
      expect(() => parseExact(text)).toThrow(SyntaxError)
  })

  it('is rounded for who takes numbers only', ({ expect }) => {
    const plain = { a: [1, 'x'] }
    expect(rounded(plain)).toBe(plain)
    expect(rounded({ a: [1, { b: 2n ** 53n + 1n }] })).toEqual({ a: [1, { b: 2 ** 53 }] })
  })
})
