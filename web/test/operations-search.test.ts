import fc from 'fast-check'
import { describe, it } from 'vitest'
import {
  COLUMN_IDS,
  DEFAULT_COLUMNS,
  DEFAULT_SORT,
  readColumns,
  readOperationsSearch,
  readSort,
  writeColumns,
  writeSort,
} from '../src/views/operations/operations-search.js'

describe('operations in the URL', () => {
  it('reads every sort order that it writes', ({ expect }) => {
    for (const id of COLUMN_IDS.filter((column) => column !== 'live')) {
      for (const desc of [true, false]) expect(readSort(writeSort({ id, desc }))).toEqual({ id, desc })
    }
  })

  it('sorts by impact, the most first, when the URL says nothing or nonsense', ({ expect }) => {
    for (const text of [undefined, '', 'p95', 'p95.sideways', 'live.desc', '__proto__.desc']) {
      expect(readSort(text)).toEqual(DEFAULT_SORT)
    }
    expect(writeSort(DEFAULT_SORT)).toBeUndefined()
  })

  it('reads every choice of columns that it writes, in the order of the table', ({ expect }) => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...COLUMN_IDS]), (picked) => {
        const chosen = COLUMN_IDS.filter((id) => id === 'name' || picked.includes(id))
        expect(readColumns(writeColumns(chosen))).toEqual(chosen)
      }),
    )
    expect(readColumns(undefined)).toEqual(DEFAULT_COLUMNS)
  })

  it('takes a filter that looks like a number as text', ({ expect }) => {
    expect(readOperationsSearch({ q: 42, op: '', cols: 'nothing' })).toEqual({ q: '42', cols: 'name' })
  })
})
