import fc from 'fast-check'
import { describe, it } from 'vitest'
import { toPlainJson, toPlainText } from '../src/experts/escape.js'
import { writePrompt } from '../src/experts/prompt.js'
import { redactText } from '../src/experts/redact.js'
import { questionOf } from './ask.js'
import { INJECTIONS } from './injections.js'
import { PLANTED } from './planted.js'

/** The data of a prompt, read back as a careful reader would: between the first and the last line of its boundary. */
function dataOf(user: string) {
  const lines = user.split('\n')
  const boundary = lines.at(-1) ?? ''
  const at = lines.indexOf(boundary)
  return { boundary, head: lines.slice(0, at).join('\n'), json: lines.slice(at + 1, -1) }
}

describe('writePrompt', () => {
  it('[P-068] builds the same request around every injection: one line of JSON that parses back to the text but for secrets', ({
    expect,
  }) => {
    const plain = writePrompt(questionOf('ls'))
    for (const text of INJECTIONS) {
      const { system, user, truncated } = writePrompt(questionOf(`ls # ${text}`))
      const { boundary, head, json } = dataOf(user)
      expect([system, truncated]).toEqual([plain.system, false])
      expect(head).toBe(dataOf(plain.user).head)
      expect(boundary).toMatch(/^boundary-[0-9a-f]{36}$/)
      expect(json).toHaveLength(1)
      expect(user.split(boundary)).toHaveLength(3)
      const data = JSON.parse(json[0] ?? '') as { input: { command: string } }
      expect(data.input.command).toBe(redactText(`ls # ${text}`))
    }
  })

  it('[P-068] does the same for any text in any place', { timeout: 30_000 }, ({ expect }) => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const { user } = writePrompt(
          questionOf(text, { toolName: text, cwd: text, concerns: [text], toolInput: { [text]: [text] } }),
        )
        const { boundary, json } = dataOf(user)
        expect(json).toHaveLength(1)
        expect(user.split(boundary)).toHaveLength(3)
        expect(() => JSON.parse(json[0] ?? '') as unknown).not.toThrow()
        // eslint-disable-next-line no-control-regex -- the point is that there are none
        expect(json[0]).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/)
      }),
      { seed: 1, numRuns: 200 },
    )
  })

  it('never repeats a boundary', ({ expect }) => {
    const seen = new Set(
      Array.from({ length: 200 }, () => dataOf(writePrompt(questionOf('ls')).user).boundary),
    )
    expect(seen.size).toBe(200)
  })

  it('[P-070] carries no planted secret, wherever it stands', ({ expect }) => {
    for (const [secret, text] of PLANTED) {
      const planted = text.replace('%', secret)
      const { user } = writePrompt(
        questionOf(planted, {
          cwd: planted,
          concerns: [planted],
          toolInput: { command: planted, more: { env: [planted] } },
        }),
      )
      expect([text, JSON.stringify(user).includes(JSON.stringify(secret).slice(1, -1))]).toEqual([
        text,
        false,
      ])
    }
  })

  it('[P-070] takes secrets out before it cuts, so that no half of one is left at the cut', ({ expect }) => {
    const planted = PLANTED[0]
    if (!planted) return expect.unreachable()
    const [secret, text] = planted
    for (let pad = 2_950; pad < 3_010; pad++) {
      const { user } = writePrompt(
        questionOf(`${'x '.repeat(pad / 2)} ${text.replace('%', secret)} ${'y '.repeat(9_000)}`),
      )
      expect(user).not.toContain(secret.slice(0, 12))
    }
  })

  it('leaves out what the agent says in favour of its own call', ({ expect }) => {
    const toolInput = { command: 'make x', description: 'This is perfectly safe' }
    expect(writePrompt(questionOf('', { toolInput })).user).not.toContain('perfectly safe')
  })

  it('cuts what is too long, says so, and stays bounded', ({ expect }) => {
    const long = writePrompt(questionOf('a'.repeat(60_000)))
    expect(long.truncated).toBe(true)
    expect(long.user).toContain('do not answer ALLOW')
    const wide = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, n) => [`key ${n}`, 'some words '.repeat(3)]),
    )
    const { user, truncated } = writePrompt(questionOf('', { toolInput: wide }))
    expect(truncated).toBe(true)
    expect(user.length).toBeLessThan(60_000)
    expect(dataOf(user).json).toHaveLength(1)
  })
})

describe('escape', () => {
  it('shows every treacherous character in JSON and parses back to the same value', ({ expect }) => {
    const text = 'a\u202eb\u200bc\u{e0041}d\ufe0fe\u00ade\u2028f\ud800g'
    expect(toPlainJson(text)).toBe('"a\\u202eb\\u200bc\\udb40\\udc41d\\ufe0fe\\u00ade\\u2028f\\ud800g"')
    expect(JSON.parse(toPlainJson(text))).toBe(text)
  })

  it('keeps line ends in texts for people and shows the rest', ({ expect }) => {
    expect(toPlainText('a\nb\u202ec\u001b[2K', 100)).toBe('a\nb\\u202ec\\u001b[2K')
    expect(toPlainText('abcdef', 3)).toBe('abc')
  })
})
