import { describe, it } from 'vitest'
import { holdOrder } from '../src/ui/hold-order.js'
import { compareRows, type OperationRow } from '../src/views/operations/sort-rows.js'

const row = (name: string, change: Partial<OperationRow> = {}): OperationRow => ({
  name,
  type: 'query',
  count: 1,
  errors: 0,
  errorRate: 0,
  ratePerSecond: 1,
  p50Ms: 1,
  p95Ms: 2,
  p99Ms: 3,
  maxMs: 4,
  totalMs: 5,
  ...change,
})

describe('compareRows', () => {
  it('orders numbers by size and names by alphabet', ({ expect }) => {
    const rows = [row('b', { p95Ms: 10 }), row('a', { p95Ms: 9 }), row('c', { p95Ms: 100 })]
    expect([...rows].sort((x, y) => compareRows('p95', x, y)).map(({ name }) => name)).toEqual([
      'a',
      'b',
      'c',
    ])
    expect([...rows].sort((x, y) => compareRows('name', x, y)).map(({ name }) => name)).toEqual([
      'a',
      'b',
      'c',
    ])
  })

  it('breaks ties by name, so that equal rows never swap', ({ expect }) => {
    const rows = [row('b'), row('c'), row('a')]
    const down = [...rows].sort((x, y) => compareRows('impact', y, x)).map(({ name }) => name)
    expect(down).toEqual(['a', 'b', 'c'])
  })
})

describe('holdOrder', () => {
  it('keeps rows where they were, puts new ones last and drops what is gone', ({ expect }) => {
    const rows = [row('new'), row('c'), row('a')]
    expect(holdOrder(['a', 'b', 'c'], rows, ({ name }) => name).map(({ name }) => name)).toEqual([
      'a',
      'c',
      'new',
    ])
  })

  it('shows the new values of a row that stays', ({ expect }) => {
    const [held] = holdOrder(['a'], [row('a', { count: 7 })], ({ name }) => name)
    expect(held?.count).toBe(7)
  })
})
