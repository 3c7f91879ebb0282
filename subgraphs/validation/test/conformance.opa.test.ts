import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, it } from 'vitest'
import type { FileEngine } from '@lighthouse/policy/engine/engine'
import type { PolicyInput, Verdict } from '@lighthouse/policy/engine/evaluate'
import { openOpaServer } from '@lighthouse/policy/engine/opa-server'
import { overServer } from '@lighthouse/policy/engine/over-server'
import { understand } from '../src/understand.js'
import { openTestEngine, POLICIES } from './house.js'

const { findOpa } = (await import(join(POLICIES, 'build.mjs'))) as { findOpa: () => string | undefined }
const opa = findOpa()

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

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((listening) => probe.listen(0, '127.0.0.1', listening))
  const { port } = probe.address() as AddressInfo
  await new Promise((closed) => probe.close(closed))
  return port
}

/** A real `opa run --server` with the shipped policy. */
async function openOpa(path: string) {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = spawn(
    path,
    [
      'run',
      '--server',
      '--addr',
      `127.0.0.1:${port}`,
      '--log-level',
      'error',
      '--disable-telemetry',
      join(POLICIES, 'guard'),
    ],
    { stdio: 'ignore' },
  )
  for (let waited = 0; waited < 100; waited++) {
    const up = await fetch(`${url}/health`).then(
      (response) => response.ok,
      () => false,
    )
    if (up) break
    await new Promise((later) => setTimeout(later, 100))
  }
  return {
    url,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((gone) => {
        if (child.exitCode !== null || child.signalCode !== null) return gone()
        child.once('exit', () => gone())
        child.kill('SIGTERM')
      }),
  }
}

describe.skipIf(opa === undefined)('the policy over an OPA server (needs opa)', () => {
  let files: FileEngine
  let server: Awaited<ReturnType<typeof openOpa>>
  beforeAll(async () => {
    files = (await openTestEngine()) as FileEngine
    server = await openOpa(opa ?? '')
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
    await files[Symbol.asyncDispose]()
  })

  it('[P-058] judges the cases as the policy in this process does', { timeout: 60_000 }, async ({
    expect,
  }) => {
    // Patience of seconds: eight questions at once on a busy machine say nothing about the policy.
    await using opaServer = openOpaServer({
      url: server.url,
      pack: () => files.pack,
      timeoutMs: 5_000,
      watchMs: 0,
    })
    await using own = await openTestEngine()
    const engine = overServer(own, opaServer)
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

  it('escalates what the server allowed, as soon as it is gone', { timeout: 60_000 }, async ({ expect }) => {
    await using own = await openOpa(opa ?? '')
    await using opaServer = openOpaServer({
      url: own.url,
      pack: () => files.pack,
      timeoutMs: 2_000,
      watchMs: 100,
    })
    await using judging = await openTestEngine()
    const engine = overServer(judging, opaServer)
    const looks = inputOf({ tool: 'Bash', input: { command: 'ls' }, expected: 'ALLOW' })
    expect((await engine.ask?.(looks))?.decision).toBe('ALLOW')
    await own[Symbol.asyncDispose]()
    expect((await engine.ask?.(looks))?.decision).toBe('ESCALATE')
  })
})
