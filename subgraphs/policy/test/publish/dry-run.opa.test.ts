import { join } from 'node:path'
import { describe, it } from 'vitest'
import { openEngine } from '../../src/engine/engine.js'
import { openOpaServer } from '../../src/engine/opa-server.js'
import { dryRun } from '../../src/publish/dry-run.js'
import { governEngine } from '../../src/publish/govern.js'
import { comparisonOf } from '../../src/publish/in-force.js'
import { POLICIES, understand } from './world.js'

const { findOpa } = (await import(join(POLICIES, 'build.mjs'))) as { findOpa: () => string | undefined }
const opa = findOpa()

interface Data {
  readonly rules: Record<string, Record<string, Record<string, string>>>
}
const { serveOpa } = (await import(join(POLICIES, 'serve.mjs'))) as {
  serveOpa: (opa: string, change: (data: Data) => void) => Promise<AsyncDisposable & { readonly url: string }>
}

const call = (command: string) => ({
  tool: 'Bash',
  input: { command },
  cwd: '/srv/app',
  projectRoot: '/srv/app',
  role: 'AGENT' as const,
  agentId: 'a',
})

describe.skipIf(opa === undefined)('a dry run where an OPA server judges (needs opa)', () => {
  it('[P-056] compares a draft with what the server decides, and counts nothing', {
    timeout: 60_000,
  }, async ({ expect }) => {
    await using own = await serveOpa(opa ?? '', ({ rules }) => {
      Object.assign(rules['git']?.['push'] ?? {}, { decision: 'BLOCK' })
    })
    await using files = await openEngine({ policiesDir: POLICIES, watchMs: 0 })
    const { url } = own
    await using server = openOpaServer({ url, pack: () => files.pack, timeoutMs: 5_000, watchMs: 0 })
    await using engine = await governEngine({ files, server, pollMs: 0 })
    const calls = ['shell/inspect ls', 'git/push x', 'execute/download x', 'packages/run-script x'].map(call)
    const trying = () => dryRun(calls, understand, comparisonOf(files.pack, engine))
    // What is drafted is the shipped policy: it does not block what the server does.
    expect(await trying()).toMatchObject({
      calls: 4,
      unanswered: 0,
      changed: 1,
      softer: 1,
      decisions: [{ subject: 'git/push x', before: 'BLOCK', after: 'ESCALATE', rulesBefore: ['git/push'] }],
    })
    expect(engine.matchCount('git/push')).toBe(0)
    await own[Symbol.asyncDispose]()
    // What this process' own policy refuses it refuses without the server too: that is an answer.
    expect(await trying()).toMatchObject({ calls: 4, unanswered: 3, changed: 0 })
  })
})
