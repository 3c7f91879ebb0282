import { chmod, lstat, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { HOOK_CLIENTS, type HookClientName } from '../../src/hook/clients.js'
import { installHook } from '../../src/hook/install/install.js'
import { probeCommand } from '../../src/hook/install/probe.js'
import { HOOK_SETTINGS, httpEntry } from '../../src/hook/install/settings.js'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lighthouse-install-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const COMMAND = "/usr/bin/node '/opt/light house/lighthouse.mjs' hook --for x || exit 2"
const clients = Object.keys(HOOK_CLIENTS) as HookClientName[]
const fileOf = (client: HookClientName) => HOOK_SETTINGS[client].file('project', directory) as string
const json = async (file: string) => JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>

function install(client: HookClientName, command: string | undefined = COMMAND, home = directory) {
  const entry = command === undefined ? undefined : HOOK_SETTINGS[client].entry(command)
  return installHook({ client, scope: 'project', directory, entry, home })
}
const uninstall = (client: HookClientName) =>
  installHook({ client, scope: 'project', directory, entry: undefined })

/** Settings that somebody else made, with a hook of theirs on the same event. */
function theirs(client: HookClientName) {
  const { event } = HOOK_SETTINGS[client]
  const other = { matcher: 'Bash', hooks: [{ type: 'command', command: 'echo not-lighthouse hooked' }] }
  return { model: 'x', hooks: { [event]: [other], Other: [{ hooks: [] }] }, last: [1, 2] }
}

async function put(client: HookClientName, value: unknown, indent = 4): Promise<string> {
  const file = fileOf(client)
  await mkdir(dirname(file), { recursive: true })
  const text = typeof value === 'string' ? value : `${JSON.stringify(value, null, indent)}\n`
  await writeFile(file, text)
  return text
}

for (const client of clients) {
  const { event } = HOOK_SETTINGS[client]
  describe(`hook install --for ${client}`, () => {
    it('[P-115] makes the settings, does nothing the second time, and takes them away again', async ({
      expect,
    }) => {
      const first = await install(client)
      expect(first).toMatchObject({ file: fileOf(client), changed: true, backup: undefined })
      const text = await readFile(fileOf(client), 'utf8')
      expect(text).toContain(' hook --for x || exit 2')
      expect(await install(client)).toMatchObject({ changed: false })
      expect(await readFile(fileOf(client), 'utf8')).toBe(text)
      expect(await uninstall(client)).toMatchObject({ changed: true })
      await expect(stat(fileOf(client))).rejects.toThrow('ENOENT')
      expect(await uninstall(client)).toMatchObject({ changed: false })
    })

    it('[P-115] keeps everything that is there, in its place, with a copy of the file as it was', async ({
      expect,
    }) => {
      const before = await put(client, theirs(client))
      const { backup } = await install(client)
      expect(await readFile(String(backup), 'utf8')).toBe(before)
      const after = await json(fileOf(client))
      const { model, last, hooks } = theirs(client)
      expect(after).toMatchObject({ model, last })
      expect((after['hooks'] as Record<string, unknown[]>)[event]).toEqual([
        ...(hooks[event] as unknown[]),
        HOOK_SETTINGS[client].entry(COMMAND),
      ])
      expect(await readFile(fileOf(client), 'utf8')).toMatch(/\n {4}"/)
      await uninstall(client)
      expect(await json(fileOf(client))).toMatchObject(theirs(client))
    })

    it('[P-115] replaces an earlier hook of ours, wherever it stands', async ({ expect }) => {
      await install(client, '/old/lighthouse hook')
      await install(client, COMMAND)
      const list = ((await json(fileOf(client)))['hooks'] as Record<string, unknown[]>)[event]
      expect(list).toEqual([HOOK_SETTINGS[client].entry(COMMAND)])
    })

    it('[P-115] leaves a file alone that is not settings', async ({ expect }) => {
      for (const broken of ['{ // comment\n}', '[]', '{"hooks": []}', `{"hooks": {"${event}": {}}}`, '{']) {
        const text = await put(client, broken)
        await expect(install(client)).rejects.toMatchObject({ code: 'BAD_CONFIGURATION' })
        expect(await readFile(fileOf(client), 'utf8')).toBe(text)
      }
    })
  })
}

describe('hook install', () => {
  it('[P-115] takes ours out of a group that holds others, and changes between command and HTTP', async ({
    expect,
  }) => {
    const other = { type: 'command', command: 'guard' }
    const group = { matcher: '*', hooks: [other, { type: 'command', command: 'lighthouse hook' }] }
    await put('claude-code', { hooks: { PreToolUse: [group] } })
    const entry = httpEntry('http://127.0.0.1:4000/v1/hook/claude-code')
    await installHook({ client: 'claude-code', scope: 'project', directory, entry })
    const list = async () => (await json(fileOf('claude-code')))['hooks']
    expect(await list()).toEqual({ PreToolUse: [{ matcher: '*', hooks: [other] }, entry] })
    await install('claude-code')
    expect(JSON.stringify(await list())).not.toContain('http')
  })

  it('writes the file behind a link and keeps its mode', async ({ expect }) => {
    await put('claude-code', '{}')
    const file = fileOf('claude-code')
    const real = join(directory, 'dotfile.json')
    await writeFile(real, '{"a": 1}')
    await chmod(real, 0o600)
    await rm(file)
    await symlink(real, file)
    await install('claude-code')
    expect((await lstat(file)).isSymbolicLink()).toBe(true)
    expect((await stat(real)).mode & 0o777).toBe(0o600)
    expect(await json(real)).toMatchObject({ a: 1, hooks: {} })
  })

  it('says which scopes an agent has', async ({ expect }) => {
    const local = { scope: 'local', directory, entry: undefined } as const
    await expect(installHook({ ...local, client: 'gemini' })).rejects.toThrow('no settings of scope "local"')
    expect((await installHook({ ...local, client: 'claude-code' })).file).toContain('settings.local.json')
  })
})

describe('the live probe', () => {
  const say = (answer: object) => `cat > /dev/null; echo '${JSON.stringify(answer)}'`

  it('[P-115] tells a hook that denies from one that does not', async ({ expect }) => {
    const deny = { hookSpecificOutput: { permissionDecision: 'deny', permissionDecisionReason: 'no' } }
    expect(await probeCommand('claude-code', say(deny))).toEqual({
      denied: true,
      by: 'decision',
      reason: 'no',
    })
    const failing = { decision: 'deny', reason: 'Lighthouse could not decide: x' }
    expect(await probeCommand('gemini', say(failing))).toMatchObject({ denied: true, by: 'failure' })
    for (const command of [
      say({ hookSpecificOutput: { permissionDecision: 'allow' } }),
      say({}),
      'cat > /dev/null',
      'exit 1',
      'exec no-such-program-here',
    ])
      expect(await probeCommand('claude-code', command)).toMatchObject({ denied: false })
    expect(await probeCommand('codex', 'no-such-program-here || exit 2')).toMatchObject({
      denied: true,
      by: 'failure',
    })
  })
})
