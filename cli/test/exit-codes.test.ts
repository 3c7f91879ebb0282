import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:http'
import { compose } from '@lighthouse/gateway/supergraph/compose'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { decided, fakeGateway, lighthouse } from './lighthouse.js'

const NOWHERE = { LIGHTHOUSE_URL: 'http://127.0.0.1:1/graphql', LIGHTHOUSE_KEY: 'key' }
const WITHIN_MS = 30_000
const COMMANDS = [
  'up',
  'gateway',
  'compose',
  'subgraph',
  'validate',
  'explain',
  'hook',
  'mcp',
  'mount',
  'status',
  'doctor',
  'load',
  'console',
]

const POLICY = ['status', 'diff', 'test', 'dry-run', 'publish', 'canary', 'rollback']

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lighthouse-cli-'))
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

const errorOf = (stdout: string) => (JSON.parse(stdout) as { error: { code: string; message: string } }).error

describe('lighthouse', () => {
  it(
    '[P-117] lists every command in its help, and ends with 0',
    async ({ expect }) => {
      const ran = await lighthouse(['--help'])
      expect(ran.code).toBe(0)
      for (const name of [...COMMANDS, 'events', 'operations', 'policy'])
        expect(ran.stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'))
    },
    WITHIN_MS,
  )

  it('[P-117] has help for every command', async ({ expect }) => {
    const nested = [...POLICY.map((name) => ['policy', name]), ['operations'], ['operations', 'publish']]
    const named = COMMANDS.map((name) => [name])
    const all = [...named, ['events'], ['events', 'tail'], ['hook', 'install'], ['policy'], ...nested]
    for (const args of all) {
      const ran = await lighthouse([...args, '--help'])
      expect([args, ran.code, ran.stderr]).toEqual([args, 0, ''])
      const groups: Readonly<Record<string, string>> = {
        events: 'tail',
        operations: 'publish',
        policy: 'dry-run',
      }
      expect(ran.stdout).toContain((args.length === 1 ? groups[args[0] ?? ''] : undefined) ?? '--json')
    }
  }, 120_000)

  it(
    '[P-117] ends with 1 and one line that says what to do for what it does not know',
    async ({ expect }) => {
      for (const args of [
        ['fly'],
        ['validate'],
        ['validate', 'ls', '--nope'],
        ['gateway'],
        ['gateway', '--supergraph', 'x', '--port', 'y'],
        ['gateway', '--supergraph', tmpdir()],
      ]) {
        const ran = await lighthouse(args)
        expect([args, ran.code, ran.stdout]).toEqual([args, 1, ''])
        expect(ran.stderr).toMatch(/^lighthouse: .+\n$/)
      }
      const json = await lighthouse(['validate', '--json'])
      expect(errorOf(json.stdout).code).toBe('BAD_USAGE')
      expect(json.stderr).toBe('')
    },
    WITHIN_MS,
  )
})

describe('lighthouse validate', () => {
  for (const [decision, code] of [
    ['ALLOW', 0],
    ['BLOCK', 2],
    ['ESCALATE', 3],
  ] as const) {
    it(
      `[P-117] ends with ${code} for ${decision}`,
      async ({ expect }) => {
        await using gateway = await fakeGateway(() => decided(decision))
        const json = await lighthouse(['validate', '--json', 'ls -la'], { env: gateway.env })
        expect(json.code).toBe(code)
        expect(JSON.parse(json.stdout)).toMatchObject({ decision, reason: 'because' })
        const text = await lighthouse(['validate', 'ls -la'], { env: gateway.env })
        expect(text.code).toBe(code)
        expect(text.stdout).toMatch(new RegExp(`^${decision} .*because`))
      },
      WITHIN_MS,
    )
  }

  it('[P-117] ends with 1, never 0, when nobody can tell', async ({ expect }) => {
    const failures = [
      ['UNREACHABLE', NOWHERE],
      ['NO_INSTANCE', {}],
    ] as const
    for (const [code, env] of failures) {
      const ran = await lighthouse(['validate', '--json', 'ls'], { env })
      expect([ran.code, errorOf(ran.stdout).code]).toEqual([1, code])
    }
    for (const answer of [
      decided('MAYBE'),
      decided('toString'),
      { data: null },
      'text',
      { errors: [{ message: 'x' }] },
    ]) {
      await using gateway = await fakeGateway(() => answer)
      expect((await lighthouse(['validate', 'ls'], { env: gateway.env })).code).toBe(1)
    }
  }, 60_000)

  it(
    'takes the command from stdin, another tool, and a JSON object as the whole input',
    async ({ expect }) => {
      await using gateway = await fakeGateway(() => decided('ALLOW'))
      const { env } = gateway
      await lighthouse(['validate', '-'], { env, stdin: 'echo "$(whoami)"\n' })
      await lighthouse(['validate', '--tool', 'Read', '--cwd', '/work', '/etc/passwd'], { env })
      await lighthouse(['validate', '--tool', 'mcp__x__y', '{"a":1}'], { env })
      await lighthouse(['validate', '{ ls; }'], { env })
      expect(gateway.asked.map(({ variables }) => variables['input'])).toMatchObject([
        { toolName: 'Bash', toolInput: { command: 'echo "$(whoami)"' } },
        { toolName: 'Read', toolInput: { file_path: '/etc/passwd' }, cwd: '/work' },
        { toolName: 'mcp__x__y', toolInput: { a: 1 } },
        { toolName: 'Bash', toolInput: { command: '{ ls; }' } },
      ])
    },
    WITHIN_MS,
  )
})

describe('lighthouse hook', () => {
  const call = JSON.stringify({
    hook_event_name: 'PreToolUse',
    tool_name: 'Bash',
    tool_input: { command: 'ls' },
    tool_use_id: 't',
  })

  it(
    '[P-114] passes the decision on with exit code 0',
    async ({ expect }) => {
      await using gateway = await fakeGateway(() => decided('BLOCK'))
      const ran = await lighthouse(['hook'], { stdin: call, env: gateway.env })
      expect(ran.code).toBe(0)
      expect(JSON.parse(ran.stdout)).toMatchObject({ hookSpecificOutput: { permissionDecision: 'deny' } })
    },
    WITHIN_MS,
  )

  const failures: readonly (readonly [string, readonly string[], string | Buffer, NodeJS.ProcessEnv])[] = [
    ['malformed stdin', [], '{', NOWHERE],
    ['bytes that are no text', [], Buffer.from([0xff, 0xfe, 0x00]), NOWHERE],
    ['an unreachable server', [], call, NOWHERE],
    ['no instance', [], call, {}],
    ['an address that is none', [], call, { LIGHTHOUSE_URL: 'lighthouse' }],
    ['an unknown option', ['--nope'], call, NOWHERE],
  ]
  for (const [name, args, stdin, env] of failures) {
    it(
      `[P-114] blocks with exit code 2 and a reason for ${name}`,
      async ({ expect }) => {
        const ran = await lighthouse(['hook', ...args], { stdin, env })
        expect([ran.code, ran.stdout]).toEqual([2, ''])
        expect(ran.stderr).toMatch(/\S/)
      },
      WITHIN_MS,
    )
  }

  it(
    '[P-114] blocks with exit code 2 when the answer does not come in time',
    async ({ expect }) => {
      const slow = await fakeGatewayThatHangs()
      try {
        const env = { LIGHTHOUSE_URL: slow.url, LIGHTHOUSE_KEY: 'k', LIGHTHOUSE_HOOK_BUDGET_MS: '200' }
        expect((await lighthouse(['hook'], { stdin: call, env })).code).toBe(2)
      } finally {
        await slow[Symbol.asyncDispose]()
      }
    },
    WITHIN_MS,
  )
})

describe('lighthouse hook install', () => {
  it(
    '[P-115] [P-117] ends with 0 once the hook denies, and with 1, naming the file, when it cannot',
    async ({ expect }) => {
      const dir = await mkdtemp(join(folder, 'project-'))
      const args = ['hook', 'install', '--dir', dir, '--json']
      const printed = await lighthouse([...args, '--for', 'gemini', '--print'])
      expect([printed.code, printed.stdout]).toEqual([
        0,
        expect.stringContaining('hook --for gemini || exit 2'),
      ])
      const ran = await lighthouse([...args, '--data-dir', dir])
      expect([ran.code, JSON.parse(ran.stdout)]).toMatchObject([
        0,
        { client: 'claude-code', changed: true, backup: null, probe: { denied: true, by: 'failure' } },
      ])
      const file = join(dir, '.claude/settings.json')
      await writeFile(file, '{ // mine\n}')
      const broken = await lighthouse(args)
      expect([broken.code, errorOf(broken.stdout).code]).toEqual([1, 'BAD_CONFIGURATION'])
      expect(errorOf(broken.stdout).message).toContain(file)
      expect((await lighthouse([...args, '--for', 'nobody'])).code).toBe(1)
    },
    WITHIN_MS,
  )
})

describe('the other commands', () => {
  it(
    '[P-117] status ends with 0 when all is well, with 1 when the key is refused or nobody is there',
    async ({ expect }) => {
      await using well = await fakeGateway(() => ({ data: { me: { id: 'a', name: 'A', role: 'AGENT' } } }))
      const ran = await lighthouse(['status', '--json'], { env: well.env })
      expect(ran.code).toBe(0)
      expect(JSON.parse(ran.stdout)).toMatchObject({
        ready: true,
        me: { id: 'a', role: 'AGENT' },
        error: null,
      })
      const extensions = { code: 'UNAUTHENTICATED' }
      await using refused = await fakeGateway(() => ({ errors: [{ message: 'no', extensions }] }))
      expect((await lighthouse(['status'], { env: refused.env })).code).toBe(1)
      expect((await lighthouse(['status'], { env: NOWHERE })).code).toBe(1)
    },
    WITHIN_MS,
  )

  it(
    '[P-117] compose writes a supergraph, and names every fault with exit code 1',
    async ({ expect }) => {
      const good = join(folder, 'good.graphql')
      const bad = join(folder, 'bad.graphql')
      await writeFile(good, 'type Query { a: Int }')
      await writeFile(bad, 'type Query { a: }')
      const other = join(folder, 'other.graphql')
      await writeFile(other, 'type Query { a: String }')
      const ran = await lighthouse(['compose', good, `--subgraph=b=${other},http://127.0.0.1:4001/graphql`])
      expect(ran.code).toBe(1)
      expect(ran.stderr).toContain('Query.a')
      const out = join(folder, 'supergraph.graphql')
      expect(
        (await lighthouse(['compose', `a=${good},http://127.0.0.1:4001/graphql`, '--out', out])).code,
      ).toBe(0)
      expect(await readFile(out, 'utf8')).toContain('http://127.0.0.1:4001/graphql')
      const broken = await lighthouse(['compose', `a=${bad}`, '--json'])
      expect([broken.code, errorOf(broken.stdout).code]).toEqual([1, 'COMPOSITION_FAILED'])
      expect((await lighthouse(['compose', '/nonexistent.graphql'])).code).toBe(1)
    },
    WITHIN_MS,
  )

  it(
    '[P-117] doctor says what this machine has',
    async ({ expect }) => {
      const ran = await lighthouse(['doctor', '--json', '--port', '0', '--data-dir', folder])
      expect(ran.code).toBe(0)
      const { findings } = JSON.parse(ran.stdout) as { findings: { name: string; state: string }[] }
      expect(findings.find(({ name }) => name === 'node')).toMatchObject({ state: 'ok' })
      const nowhere = await lighthouse([
        'doctor',
        '--port',
        '0',
        '--data-dir',
        join(folder, 'good.graphql', 'below'),
      ])
      expect(nowhere.code).toBe(1)
      expect(nowhere.stdout).toContain('--data-dir')
    },
    WITHIN_MS,
  )

  it(
    '[P-117] commands that need an instance or a file say which and end with 1',
    async ({ expect }) => {
      const failing = [
        ['mount', join(folder, 'm')],
        ['events', 'tail'],
        ['console'],
        ['gateway', '--supergraph', '/nonexistent'],
        ['events', 'tail', '--type', 'NOTHING'],
        ['events', 'tail', '--since', '-1'],
        ['policy', 'status'],
        ['policy', 'publish'],
        ['policy', 'dry-run', 'x', '--last', '1000000'],
        ['policy', 'canary', 'x', '--percent', '101'],
      ]
      for (const args of failing) {
        const ran = await lighthouse(args)
        expect([args, ran.code]).toEqual([args, 1])
        expect(ran.stderr).toMatch(/^lighthouse: .+\n$/)
      }
    },
    WITHIN_MS,
  )

  it(
    'a gateway listens where the environment says, unless a flag says otherwise',
    async ({ expect }) => {
      const supergraph = join(folder, 'supergraph.graphql')
      const sdl = compose([{ name: 'x', sdl: 'type Query { n: Int }', url: 'http://127.0.0.1:1' }])
      await writeFile(supergraph, sdl)
      await using taken = await fakeGateway(() => ({}))
      const { port } = new URL(taken.url)
      const env = { LIGHTHOUSE_PORT: port, LIGHTHOUSE_HOST: '127.0.0.1' }
      const ran = await lighthouse(['gateway', '--supergraph', supergraph], { env })
      expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining(`Port ${port} is taken`)])
      const other = ['gateway', '--supergraph', supergraph, '--host', 'nowhere.invalid']
      expect((await lighthouse(other, { env })).stderr).toContain('This machine has no such --host')
    },
    WITHIN_MS,
  )
})

async function fakeGatewayThatHangs(): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer(() => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
