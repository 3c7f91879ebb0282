import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, it } from 'vitest'
import type { Engine, FileEngine } from '@lighthouse/policy/engine/engine'
import type { PolicyInput, Verdict } from '@lighthouse/policy/engine/evaluate'
import { openOpaServer } from '@lighthouse/policy/engine/opa-server'
import { overServer } from '@lighthouse/policy/engine/over-server'
import { understand } from '../src/understand.js'
import { explain } from '../src/explain/explain.js'
import { openHouse } from '../src/main.js'
import { AGENT, bash, ON, openTestEngine, POLICIES, scopeFor } from './house.js'

const { findOpa } = (await import(join(POLICIES, 'build.mjs'))) as { findOpa: () => string | undefined }
const opa = findOpa()
interface Data {
  readonly rules: Record<string, Record<string, Record<string, string>>>
}
interface OpaProcess extends AsyncDisposable {
  readonly url: string
}
const { serveOpa } = (await import(join(POLICIES, 'serve.mjs'))) as {
  serveOpa: (opa: string, change?: (data: Data) => void) => Promise<OpaProcess>
}

interface Case {
  readonly tool: string
  readonly input: Record<string, unknown>
  readonly cwd?: string
  readonly expected: string
}

const CASES = readdirSync(join(POLICIES, 'cases')).flatMap((file) =>
  readFileSync(join(POLICIES, 'cases', file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Case),
)

function inputOf({ tool, input, cwd }: Case): PolicyInput {
  const { effects } = understand({ toolName: tool, toolInput: input, cwd, projectRoot: cwd })
  return { tool, role: 'AGENT', agentId: 'agent', effects }
}

/** The shipped guard, but that it blocks pushes. */
const blockPushes = (data: Data): void =>
  void Object.assign(data.rules['git']?.['push'] ?? {}, { decision: 'BLOCK' })

describe.skipIf(opa === undefined)('the policy over an OPA server (needs opa)', () => {
  let files: FileEngine
  let server: OpaProcess
  /** The policy that a server judges by. Patience of seconds: a busy machine says nothing about the policy. */
  async function judgedBy({ url }: OpaProcess, watchMs = 0) {
    const own = await openTestEngine()
    const opaServer = openOpaServer({ url, pack: () => files.pack, timeoutMs: 5_000, watchMs })
    return {
      opaServer,
      engine: overServer(own, opaServer),
      async [Symbol.asyncDispose]() {
        await opaServer[Symbol.asyncDispose]()
        await own[Symbol.asyncDispose]()
      },
    }
  }
  beforeAll(async () => {
    files = (await openTestEngine()) as FileEngine
    server = await serveOpa(opa ?? '')
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
    await files[Symbol.asyncDispose]()
  })

  it('[P-058] judges the cases as the policy in this process does', { timeout: 60_000 }, async ({
    expect,
  }) => {
    await using judged = await judgedBy(server)
    const { engine, opaServer } = judged
    const shape = ({ decision, riskLevel, rules }: Verdict) => ({
      decision,
      riskLevel,
      rules: rules.map(({ id, subject }) => `${id} ${subject}`).sort(),
    })
    const differing: unknown[] = []
    // Each combination of rules three times: an HTTP trip for every case would tell no more, in ten times the time.
    const seen = new Map<string, number>()
    const queue = CASES.map((one) => ({ ...one, asked: inputOf(one) })).flatMap((one) => {
      const here = shape(engine.evaluate(one.asked))
      const key = [...new Set(here.rules.map((rule) => rule.split(' ')[0]))].join(' ')
      seen.set(key, (seen.get(key) ?? 0) + 1)
      return (seen.get(key) ?? 0) > 3 ? [] : [{ ...one, here }]
    })
    const count = queue.length
    const worker = async (): Promise<void> => {
      for (let one = queue.pop(); one !== undefined; one = queue.pop()) {
        const there = shape((await engine.ask?.(one.asked)) ?? engine.evaluate(one.asked))
        if (JSON.stringify(one.here) !== JSON.stringify(there) || there.decision !== one.expected)
          differing.push({ input: one.input, expected: one.expected, here: one.here, there })
      }
    }
    await Promise.all(Array.from({ length: 8 }, worker))
    expect(count).toBeGreaterThan(300)
    expect(opaServer.failure).toBeUndefined()
    expect(differing).toEqual([])
  })

  it('[P-046] is explained by what the server says, also what would change it, without a trace', {
    timeout: 60_000,
  }, async ({ expect }) => {
    await using own = await serveOpa(opa ?? '', blockPushes)
    await using judged = await judgedBy(own)
    const { engine } = judged
    const house = openHouse({ engine: engine as Engine, flags: ON })
    const told = (command: string) =>
      explain({ call: bash(command), principal: AGENT, requestId: undefined }, scopeFor(), house)
    // The policy in this process escalates a push; the server's blocks it, and nothing but leaving it out changes that.
    const push = await told('ls && git push')
    expect(push).toMatchObject({
      decision: 'BLOCK',
      tier: 'POLICY',
      engine: 'opa-server',
      obligations: ['LOG'],
    })
    expect(push.rules.map(({ id }) => id)).toEqual(['git/push'])
    expect(push.changes).toContainEqual(
      expect.objectContaining({ what: 'without "git push"', decision: 'ALLOW' }),
    )
    expect((await told('ls')).decision).toBe('ALLOW')
    expect(engine.matchCount('git/push')).toBe(0)
    expect([house.decisions.size, house.shelves.memory.size]).toEqual([0, 0])
    await own[Symbol.asyncDispose]()
    const gone = await told('git push')
    expect(gone.decision).toBe('ESCALATE')
    expect(gone.changes.map(({ what }) => what)).toEqual(['when an expert says that it may run'])
    expect(gone.rules.map(({ id }) => id)).toEqual(['policy/unreachable'])
  })

  it('escalates what the server allowed, as soon as it is gone', { timeout: 60_000 }, async ({ expect }) => {
    await using own = await serveOpa(opa ?? '')
    await using judged = await judgedBy(own, 100)
    const { engine } = judged
    const looks = inputOf({ tool: 'Bash', input: { command: 'ls' }, expected: 'ALLOW' })
    expect((await engine.ask?.(looks))?.decision).toBe('ALLOW')
    await own[Symbol.asyncDispose]()
    expect((await engine.ask?.(looks))?.decision).toBe('ESCALATE')
  })
})
