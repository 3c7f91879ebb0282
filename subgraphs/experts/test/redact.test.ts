import fc from 'fast-check'
import { describe, it } from 'vitest'
import { redact, redactText } from '../src/experts/redact.js'
import { cpuMsOf } from './ask.js'
import { PLANTED } from './planted.js'

describe('redact', () => {
  it('[P-070] takes every planted secret out of texts, whatever stands around it', ({ expect }) => {
    for (const [secret, text] of PLANTED) {
      for (const around of ['%', 'cd /srv && %; ls', 'first\n%\nlast']) {
        const clean = redactText(around.replace('%', text).replace('%', secret))
        expect([text, clean.includes(secret)]).toEqual([text, false])
        expect(clean).toContain('[redacted]')
      }
    }
  })

  it('[P-070] reaches every text of a value, its keys, and what stands under a secret’s name', ({
    expect,
  }) => {
    const secret = PLANTED[0]?.[0] ?? ''
    const clean = JSON.stringify(
      redact({
        a: [{ b: `x ${secret}` }, secret],
        [secret]: 1,
        password: 'plain words',
        apiKey: 12345678,
        deep: { clientSecret: { note: 'kept' } },
      }),
    )
    expect(clean).not.toContain(secret)
    expect(clean).not.toContain('plain words')
    expect(clean).not.toContain('12345678')
    expect(clean).toContain('kept')
  })

  it('leaves ordinary commands, paths and hashes as they are', ({ expect }) => {
    for (const text of [
      'git log --oneline -20 && npm test -- --run src/auth/token.test.ts',
      'git show 9fceb02d0ae598e95dc970b74767f19372d61af8',
      'cat /srv/project/src/features/authentication/session-store.ts',
      'curl https://example.test/a/b?page=2',
      'docker run -p 8080:80 -u 1000:1000x nginx'.replace('1000:1000x', '1000'),
      'sha256sum e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      'python3 tools/report.py --month 7 --out report.csv',
    ]) {
      expect(redactText(text)).toBe(text)
    }
  })

  it('takes linear time: 64 KB of hostile text in less than a quarter of a second of CPU', {
    retry: 2,
    timeout: 30_000,
  }, async ({ expect }) => {
    for (const piece of [
      'a',
      '-',
      'password',
      '-----BEGIN PRIVATE KEY-----"',
      'eyJa.',
      'a://',
      ' -u a',
      'sk-',
      'mysql ',
      '=',
      '"',
      'bearer ',
    ]) {
      const text = piece.repeat(Math.ceil(65_536 / piece.length))
      expect([piece, (await cpuMsOf(() => redactText(text))) < 250]).toEqual([piece, true])
    }
  })

  it('keeps the shape of any JSON value, to its depth', ({ expect }) => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const clean = redact(value)
        expect(typeof clean).toBe(typeof value)
        if (Array.isArray(value)) expect(clean).toHaveLength(value.length)
      }),
      { seed: 1 },
    )
  })
})
