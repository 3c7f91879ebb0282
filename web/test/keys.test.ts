import { describe, it } from 'vitest'
import { matchKeys, SEQUENCE_MS, spell } from '../src/ui/keys.js'
import { SHORTCUTS } from '../src/ui/shortcuts.js'

const key = (name: string, change = {}) => ({
  key: name,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...change,
})

describe('spell', () => {
  it('writes Ctrl and Cmd the same way, and letters small', ({ expect }) => {
    expect(spell(key('K', { ctrlKey: true }))).toBe('mod+k')
    expect(spell(key('k', { metaKey: true }))).toBe('mod+k')
    expect(spell(key('?'))).toBe('?')
    expect(spell(key('Enter'))).toBe('Enter')
  })
})

describe('matchKeys', () => {
  const bound = new Set(['g n', 'n', 'j'])

  it('finds a sequence while the second key comes soon enough', ({ expect }) => {
    expect(matchKeys(bound, 'n', { key: 'g', at: 0 }, SEQUENCE_MS)).toBe('g n')
    expect(matchKeys(bound, 'n', { key: 'g', at: 0 }, SEQUENCE_MS + 1)).toBe('n')
    expect(matchKeys(bound, 'j', { key: 'g', at: 0 }, 10)).toBe('j')
    expect(matchKeys(bound, 'x', undefined, 10)).toBeUndefined()
  })
})

describe('SHORTCUTS', () => {
  it('says each key once', ({ expect }) => {
    const keys = SHORTCUTS.flatMap(({ keys }) => keys.map(([text]) => text))
    expect(new Set(keys).size).toBe(keys.length)
  })
})
