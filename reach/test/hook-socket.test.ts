import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { HOOK_SOCKET, relayHook } from '@lighthouse/client/hook/relay'
import { afterEach, beforeEach, describe, it } from 'vitest'
import type { Perform } from '../src/as-caller.js'
import { openHookSocket } from '../src/hook-socket.js'
import { decided, gatewayOf } from './served.js'

const CALL = JSON.stringify({
  hook_event_name: 'PreToolUse',
  tool_name: 'Bash',
  tool_input: { command: 'ls' },
})

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'lh-hook-'))
  await writeFile(join(dataDir, 'credentials.json'), '{"agentKey":"right"}')
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

/** The hook's process: what it is given on stdin, and what it does. */
function hook(stdin: string, args: readonly string[] = []) {
  const stream = new PassThrough()
  stream.end(stdin)
  return relayHook(['--data-dir', dataDir, ...args], stream as unknown as NodeJS.ReadStream)
}

async function open(perform: Perform): Promise<AsyncDisposable> {
  const opened = await openHookSocket(dataDir, perform)
  if (opened === undefined) throw new Error('no socket')
  return opened
}

/** A server on the hook's socket that does as it is told. */
async function impostor(behave: (socket: Socket) => void): Promise<AsyncDisposable> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined)
    behave(socket)
  })
  await new Promise<void>((resolve) => server.listen(join(dataDir, HOOK_SOCKET), resolve))
  return { [Symbol.asyncDispose]: async () => void server.close() }
}

describe('the hook socket', () => {
  it('[P-114] answers what the hook hands on, with the key of the data directory', async ({ expect }) => {
    const { perform, asked } = gatewayOf(() => decided('BLOCK'))
    await using _ = await open(perform)
    const answer = await hook(CALL)
    expect(answer).toMatchObject({ exitCode: 0, stderr: '' })
    expect(JSON.parse(answer?.stdout ?? '')).toMatchObject({
      hookSpecificOutput: { permissionDecision: 'deny' },
    })
    expect(asked).toMatchObject([{ operationName: 'Validate', headers: { authorization: 'Bearer right' } }])
    expect((await stat(join(dataDir, HOOK_SOCKET))).mode & 0o777).toBe(0o600)
  })

  it('[P-114] fails closed for a wrong key, unreadable input, an unknown agent and a graph that is down', async ({
    expect,
  }) => {
    const { perform } = gatewayOf(() => ({ errors: [{ message: 'down' }] }))
    await using _ = await open(perform)
    for (const [stdin, args] of [
      [CALL, []],
      ['', []],
      ['{', []],
      [CALL, ['--for', 'nobody']],
      [`"${'x'.repeat(9 * 1024 * 1024)}"`, []],
    ] as const) {
      const answer = await hook(stdin, args)
      expect(answer).toMatchObject({ exitCode: 2, stdout: '' })
      expect(answer?.stderr).toMatch(/^Lighthouse .+\n$/)
    }
    await writeFile(join(dataDir, 'credentials.json'), '{"agentKey":"wrong"}')
    expect(await hook(CALL)).toMatchObject({ exitCode: 2 })
  })

  it('takes the place of a socket that a dead instance left, and leaves none behind', async ({ expect }) => {
    await writeFile(join(dataDir, HOOK_SOCKET), '')
    {
      await using _ = await open(gatewayOf(() => decided('ALLOW')).perform)
      expect(await hook(CALL)).toMatchObject({ exitCode: 0 })
    }
    await expect(stat(join(dataDir, HOOK_SOCKET))).rejects.toThrow('ENOENT')
    expect(await openHookSocket(`/tmp/${'x'.repeat(100)}`, gatewayOf(() => ({})).perform)).toBeUndefined()
  })
})

describe('the hook', () => {
  it('leaves stdin alone and goes the long way when the short one is not open', async ({ expect }) => {
    expect(await hook(CALL)).toBeUndefined()
    await using _ = await open(gatewayOf(() => decided('ALLOW')).perform)
    expect(await hook(CALL, ['--url', 'http://x'])).toBeUndefined()
    expect(await hook(CALL, ['--for'])).toBeUndefined()
    await rm(join(dataDir, 'credentials.json'))
    expect(await hook(CALL)).toBeUndefined()
  })

  for (const [name, behave] of [
    ['ends at once', (socket: Socket) => socket.end()],
    ['breaks off', (socket: Socket) => socket.destroy()],
    ['answers with no JSON', (socket: Socket) => socket.end('ok')],
    ['answers null', (socket: Socket) => socket.end('null')],
    ['answers another exit code', (socket: Socket) => socket.end('{"exitCode":1,"stdout":"","stderr":""}')],
    ['answers half', (socket: Socket) => socket.end('{"exitCode":0,"stdout":')],
    ['answers without end', (socket: Socket) => socket.end('x'.repeat(2 * 1024 * 1024))],
  ] as const) {
    it(`[P-114] blocks in its agent's own terms when the instance ${name}`, async ({ expect }) => {
      await using _ = await impostor(behave)
      expect(await hook(CALL)).toMatchObject({ exitCode: 2, stdout: '' })
      const gemini = await hook(CALL, ['--for', 'gemini'])
      expect([gemini?.exitCode, JSON.parse(gemini?.stdout ?? '')]).toMatchObject([0, { decision: 'deny' }])
    })
  }

  it('[P-114] blocks when no answer comes within its time', async ({ expect }) => {
    await using _ = await impostor((socket) => void socket.resume())
    process.env['LIGHTHOUSE_HOOK_BUDGET_MS'] = '1'
    try {
      expect(await hook(CALL)).toMatchObject({ exitCode: 2, stdout: '' })
    } finally {
      delete process.env['LIGHTHOUSE_HOOK_BUDGET_MS']
    }
  })
})
