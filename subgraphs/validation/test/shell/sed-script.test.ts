import { describe, it } from 'vitest'
import { leavesNothing, sedCommands } from '../../src/shell/binaries/sed-script.js'

const namesOf = (script: string) => sedCommands(script)?.map(({ name, rest }) => `${name}${rest}`)
const empties = (script: string, quiet = false) => leavesNothing(sedCommands(script) ?? [], quiet)

describe('sed scripts', () => {
  it('are taken apart, whatever their delimiters and addresses', ({ expect }) => {
    expect(namesOf('1,3s/a/b/g;/x/d')).toEqual(['sg', 'd'])
    expect(namesOf('s|a/b|c|w /etc/x')).toEqual(['sw /etc/x'])
    expect(namesOf(String.raw`\,a;b,{p;q}`)).toEqual(['p', 'q'])
    expect(namesOf('$!N;y/ab;/xy:/;w out;x')).toEqual(['N', 'y', 'wout;x'])
    expect(namesOf('a\\\ntext; e id\n1e id')).toEqual(['a\\\ntext; e id', 'eid'])
    expect(namesOf('s/a/b/e')).toEqual(['se'])
    expect(namesOf(String.raw`s/[/]\/e/x/e # d`)?.[0]?.[0]).toBe('s')
  })

  it('are not understood when they end in the middle', ({ expect }) => {
    expect(sedCommands('s/a')).toBeUndefined()
    expect(sedCommands('s'.repeat(5_000))).toBeUndefined()
  })

  it('leave nothing when every line goes', ({ expect }) => {
    for (const script of ['d', '1,$d', '/./!d;d', '/.*/d', 'c\\x', 's/.*//', 's/./x/g', '0~1d'])
      expect(empties(script), script).toBe(true)
    for (const script of ['1d', '/x/d', '$d', '5,$d', 's/./x/', 's/a.*//', 's/^/x/', 'p'])
      expect(empties(script), script).toBe(false)
    expect(empties('', true)).toBe(true)
    expect(empties('/x/p', true)).toBe(false)
  })
})
