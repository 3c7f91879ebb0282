import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'vitest'
import { openEngine } from '../../src/engine/engine.js'
import type { PolicyInput } from '../../src/engine/evaluate.js'

const POLICIES = fileURLToPath(new URL('../../../../policies', import.meta.url))
const SECRET: PolicyInput = {
  tool: 'Bash',
  role: 'AGENT',
  agentId: 'a',
  effects: { git: { push: [{ subject: 'git push' }] } },
}

/** A copy of the shipped policy in a folder of its own, and what edits its data. */
function copied() {
  const folder = mkdtempSync(join(tmpdir(), 'policies-'))
  cpSync(POLICIES, folder, { recursive: true })
  const file = join(folder, 'guard', 'data.json')
  return {
    folder,
    edit: (
      change: (data: {
        rules: Record<string, Record<string, Record<string, string>>>
        settings: Record<string, unknown>
      }) => void,
    ) => {
      const data = JSON.parse(readFileSync(file, 'utf8'))
      change(data)
      writeFileSync(file, JSON.stringify(data))
    },
    write: (text: string) => writeFileSync(file, text),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

describe('the policy engine', () => {
  it('names every rule with what it decides, strictest first', async ({ expect }) => {
    await using engine = await openEngine({ policiesDir: POLICIES, watchMs: 0 })
    const rules = engine.rules()
    expect(rules.length).toBeGreaterThan(150)
    expect(rules[0]?.decision).toBe('BLOCK')
    expect(rules.at(-1)?.decision).toBe('ALLOW')
    expect(rules.every(({ id, pack }) => id.startsWith(`${pack}/`))).toBe(true)
    expect(engine.version).toMatch(/^[0-9a-f]{16}$/)
  })

  it('counts the rules that gave a reason', async ({ expect }) => {
    await using engine = await openEngine({ policiesDir: POLICIES, watchMs: 0 })
    expect(engine.evaluate(SECRET)).toMatchObject({
      decision: 'ESCALATE',
      rules: [{ id: 'git/push', reason: 'git push: publishes commits' }],
    })
    engine.evaluate(SECRET)
    expect(engine.matchCount('git/push')).toBe(2)
    expect(engine.matchCount('git/force-push')).toBe(0)
  })

  it('takes an edit of data.json without a build, under a new version', async ({ expect }) => {
    using copy = copied()
    await using engine = await openEngine({ policiesDir: copy.folder, watchMs: 0 })
    const before = engine.version
    copy.edit(({ rules }) => {
      Object.assign(rules['git']?.['push'] ?? {}, { decision: 'BLOCK' })
    })
    expect(await engine.reload()).toBe(true)
    expect(engine.evaluate(SECRET).decision).toBe('BLOCK')
    expect(engine.version).not.toBe(before)
  })

  it('[P-060] keeps the last good policy when a new one is not usable', async ({ expect }) => {
    using copy = copied()
    await using engine = await openEngine({ policiesDir: copy.folder, watchMs: 0 })
    const before = engine.version
    for (const text of [
      '',
      '{',
      '[]',
      '{"settings":{}}',
      '{"settings":{},"rules":{"git":{"push":{"decision":"allow"}}}}',
    ]) {
      copy.write(text)
      expect(await engine.reload()).toBe(false)
      expect(engine.failure).toBeTypeOf('string')
      expect(engine.version).toBe(before)
      expect(engine.evaluate(SECRET).decision).toBe('ESCALATE')
    }
  })

  it('refuses an edit that would allow what no policy may', async ({ expect }) => {
    using copy = copied()
    await using engine = await openEngine({ policiesDir: copy.folder, watchMs: 0 })
    copy.edit(({ rules }) => Object.assign(rules['execute']?.['download'] ?? {}, { decision: 'ALLOW' }))
    expect(await engine.reload()).toBe(false)
    expect(engine.failure).toContain('code from the network')
    await expect(openEngine({ policiesDir: copy.folder, watchMs: 0 })).rejects.toThrow(
      'code from the network',
    )
  })

  it('looks at an agent only where the policy names it', async ({ expect }) => {
    using copy = copied()
    copy.edit(({ settings }) => Object.assign(settings, { agents: { bad: { denied: { git: true } } } }))
    await using engine = await openEngine({ policiesDir: copy.folder, watchMs: 0 })
    expect(engine.scopeOf({ agentId: 'good', role: 'AGENT', keyId: 'k' })).toBe('AGENT')
    expect(engine.scopeOf({ agentId: 'bad', role: 'AGENT', keyId: 'k' })).toBe('AGENT:bad')
    expect(engine.evaluate({ ...SECRET, agentId: 'bad' }).decision).toBe('BLOCK')
  })

  it('does not open without a usable policy', async ({ expect }) => {
    await expect(openEngine({ policiesDir: tmpdir(), watchMs: 0 })).rejects.toThrow()
  })
})
