import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'vitest'
import { openEngine } from '../../src/engine/engine.js'

const POLICIES = fileURLToPath(new URL('../../../../policies/', import.meta.url))
const build = (await import(`${POLICIES}build.mjs`)) as {
  findOpa: () => string | undefined
  buildWasm: (opa: string) => Buffer
}
const opa = build.findOpa()

/** Effects whose decisions wasm and source must agree on. */
const INPUTS = [
  {},
  { shell: { inspect: [{ subject: 'ls' }] } },
  { git: { push: [{ subject: 'x' }] }, shell: { inspect: [{ subject: 'ls' }] } },
  { execute: { download: [{ subject: 'x' }] } },
  { unknown: { thing: [{ subject: 'x' }] } },
  {
    network: {
      fetch: [{ subject: 'x', host: 'x.readthedocs.io', method: 'GET', carries: false, dynamic: false }],
    },
  },
]

describe.skipIf(opa === undefined)('the Rego of the guard (needs opa)', () => {
  it('passes its own tests', ({ expect }) => {
    const run = spawnSync(opa ?? '', ['test', `${POLICIES}guard`], { encoding: 'utf8' })
    expect(run.stdout + run.stderr).toMatch(/PASS: \d+\/\d+/)
    expect(run.status).toBe(0)
  })

  it('covers every pack with its tests', ({ expect }) => {
    const run = spawnSync(opa ?? '', ['test', '--coverage', `${POLICIES}guard`], { encoding: 'utf8' })
    const report = JSON.parse(run.stdout) as {
      files: Record<string, { coverage?: number }>
      coverage: number
    }
    const packs = Object.entries(report.files).filter(([file]) => !file.endsWith('_test.rego'))
    const thin = packs
      .filter(([, { coverage = 0 }]) => coverage < 90)
      .map(([file, { coverage }]) => [file, coverage])
    const alone = packs.filter(([file]) => report.files[file.replace('.rego', '_test.rego')] === undefined)
    expect(packs.length).toBeGreaterThanOrEqual(11)
    expect(alone).toEqual([])
    expect(thin).toEqual([])
  })

  it('is strict and formatted', ({ expect }) => {
    expect(spawnSync(opa ?? '', ['check', '--strict', `${POLICIES}guard`], { encoding: 'utf8' }).stderr).toBe(
      '',
    )
    expect(execFileSync(opa ?? '', ['fmt', '--list', `${POLICIES}guard`], { encoding: 'utf8' })).toBe('')
  })

  it('decides as the committed wasm does', async ({ expect }) => {
    await using engine = await openEngine({ policiesDir: POLICIES, watchMs: 0 })
    for (const effects of INPUTS) {
      const input = { tool: 'Bash', role: 'AGENT', agentId: 'a', effects } as const
      const text = execFileSync(
        opa ?? '',
        ['eval', '-d', `${POLICIES}guard`, '-I', '-f', 'json', 'data.guard.answer'],
        { input: JSON.stringify(input), encoding: 'utf8' },
      )
      const answer = JSON.parse(text).result[0].expressions[0].value as {
        decision: string
        riskLevel: string
      }
      const verdict = engine.evaluate(input)
      expect({ decision: verdict.decision, riskLevel: verdict.riskLevel }).toEqual({
        decision: answer.decision,
        riskLevel: answer.riskLevel,
      })
    }
  })

  it('builds to the committed wasm, byte for byte, with the same opa', ({ expect }) => {
    const built = build.buildWasm(opa ?? '')
    const committed = readFileSync(`${POLICIES}guard.wasm`)
    expect(built.length).toBe(committed.length)
    expect(built.equals(committed)).toBe(true)
  })
})
