import { describe, it } from 'vitest'
import { boundParams } from '../../../src/engine/door/params.js'

function bound(type: string, text: string): string | null | undefined {
  return boundParams(`SELECT {p:${type}}`, new URLSearchParams({ param_p: text, other: '1' }))['p']
}

describe('parameters of a request', () => {
  it('unescapes text once, as the wire escaped it', ({ expect }) => {
    expect(bound('String', "it\\'s\\n\\\\x\\t\\x41")).toBe("it's\n\\x\tA")
    expect(bound('UInt32', '42')).toBe('42')
  })

  it('tells the null marker from the text that spells it', ({ expect }) => {
    expect(bound('Nullable(String)', '\\N')).toBeNull()
    expect(bound('String', '\\\\N')).toBe('\\N')
  })

  it('spells quotes inside arrays, tuples and maps without a backslash', ({ expect }) => {
    expect(bound('Array(String)', "['it\\'s','b']")).toBe("['it''s','b']")
    expect(bound('Map(String, String)', "{'a\\'':'b'}")).toBe("{'a''':'b'}")
  })

  it('takes only what is named param_', ({ expect }) => {
    expect(Object.keys(boundParams('SELECT 1', new URLSearchParams('param_a=1&query=x&b=2')))).toEqual(['a'])
  })
})
