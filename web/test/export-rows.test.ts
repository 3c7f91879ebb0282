import { describe, it } from 'vitest'
import { toCsv, toJson } from '../src/chart/export-rows.js'

describe('toCsv', () => {
  it('quotes what RFC 4180 says must be quoted', ({ expect }) => {
    expect(toCsv([{ name: 'a,b', said: 'x "y"', n: 1 }])).toBe('name,said,n\r\n"a,b","x ""y""",1\r\n')
  })

  it('leaves missing values empty and has no lines without rows', ({ expect }) => {
    expect(toCsv([{ p95: null, p99: undefined }])).toBe('p95,p99\r\n,\r\n')
    expect(toCsv([])).toBe('')
  })

  it('gives a spreadsheet no formula to run', ({ expect }) => {
    expect(toCsv([{ subject: '=1+2' }])).toContain("'=1+2")
    expect(toCsv([{ n: -5 }])).toContain('-5')
  })
})

describe('toJson', () => {
  it('is read back as it was', ({ expect }) => {
    const rows = [{ at: '2026-11-23T12:00:00.000Z', p95: 1.25, p99: null }]
    expect(JSON.parse(toJson(rows))).toEqual(rows)
  })
})
