import { describe, it } from 'vitest'
import { insertTarget } from '../../../src/engine/door/insert-target.js'

describe('the target of an insert', () => {
  it('is read from the statement, with the place where the data begin', ({ expect }) => {
    const head = 'INSERT INTO obs.`stops` (a, `b`) FORMAT JSONEachRow\n{"a":1}'
    const found = insertTarget(head)
    expect(found?.into).toEqual({
      table: 'obs.stops',
      columns: ['a', 'b'],
      format: 'JSONEachRow',
      settings: undefined,
    })
    expect(head.slice(found?.dataAt)).toBe('{"a":1}')
    expect(insertTarget('insert into t format CSV\n')?.into.format).toBe('CSV')
    expect(insertTarget('INSERT INTO t SETTINGS async_insert = 0 FORMAT Native\n\n\u0001')).toEqual({
      into: { table: 't', columns: undefined, format: 'Native', settings: 'async_insert = 0' },
      dataAt: 54,
    })
  })

  it('is undefined for what the engine must read as a statement', ({ expect }) => {
    expect(insertTarget('INSERT INTO t VALUES (1)')).toBeUndefined()
    expect(insertTarget('INSERT INTO t FORMAT Values (1)')).toBeUndefined()
    expect(insertTarget('INSERT INTO t SELECT 1 FORMAT JSONEachRow')).toBeUndefined()
    expect(insertTarget('INSERT INTO t (count()) FORMAT CSV\n')).toBeUndefined()
    expect(insertTarget('SELECT 1 FORMAT JSONEachRow')).toBeUndefined()
  })
})
