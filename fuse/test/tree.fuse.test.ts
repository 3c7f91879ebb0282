import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { type FakeGraph, fakeGraph } from './fake-graph.js'
import { bash, mounted, python, type TestMount } from './mounted.js'

let graph: FakeGraph
let mount: TestMount
const at = (path: string) => join(mount.at, path)
beforeAll(async () => {
  graph = await fakeGraph()
  mount = await mounted(graph)
})
afterAll(async () => {
  await mount[Symbol.asyncDispose]()
  await graph[Symbol.asyncDispose]()
})

const REQUEST = '{"toolName":"Bash","toolInput":{"command":"ls"}}'

describe('the tree', () => {
  it('explains itself and lists what it has', async ({ expect }) => {
    expect((await readdir(mount.at)).sort()).toEqual(
      ['AGENTS.md', 'README.md', 'errors', 'events', 'metrics', 'status.json', 'validate'].sort(),
    )
    const readme = await readFile(at('README.md'), 'utf8')
    expect((await stat(at('README.md'))).size).toBe(Buffer.byteLength(readme))
    expect(await readFile(at('AGENTS.md'), 'utf8')).toContain('validate/rpc')
    expect(JSON.parse(await readFile(at('status.json'), 'utf8'))).toMatchObject({
      gateway: 'up',
      agent: { id: 'agent-1' },
    })
  })

  it('[P-087] cuts no generated document, whatever changes while it is read', async ({ expect }) => {
    const reads = Array.from({ length: 1_000 }, async (_, i) => {
      if (i % 10 === 0) await readdir(at('validate/nothing')).catch(() => undefined)
      if (i % 7 === 0) await writeFile(at('validate/rpc'), 'x'.repeat(i)).catch(() => undefined)
      const text = await readFile(at(i % 2 === 0 ? 'status.json' : 'errors/last.json'), 'utf8')
      return JSON.parse(text) as unknown
    })
    expect((await Promise.all(reads)).length).toBe(1_000)
  })

  it('shows one number a file in metrics, and ENODATA where there is none', async ({ expect }) => {
    expect(await readdir(at('metrics/ops'))).toEqual(['Validate'])
    expect(await readFile(at('metrics/ops/Validate/p50'), 'utf8')).toBe('12.5\n')
    expect(await readFile(at('metrics/ops/Validate/count'), 'utf8')).toBe('3\n')
    expect(await readFile(at('metrics/ops/Validate/errors'), 'utf8')).toBe('1\n')
    const ran = await python(
      `
import errno, sys
try: open(sys.argv[1] + "/metrics/ops/Validate/p99")
except OSError as e: print(errno.errorcode[e.errno])`,
      mount.at,
    )
    expect(ran.stdout).toBe('ENODATA\n')
  })

  const REFUSALS = [
    ['what is not there', 'open(m + "/nothing")', 'ENOENT'],
    ['a path through a file', 'open(m + "/README.md/x")', 'ENOTDIR'],
    ['opening a directory', 'os.write(os.open(m + "/validate", os.O_WRONLY), b"x")', 'EISDIR'],
    ['writing what is only read', 'os.write(os.open(m + "/README.md", os.O_WRONLY), b"x")', 'EPERM'],
    ['making a file', 'os.open(m + "/new", os.O_CREAT | os.O_WRONLY)', 'EPERM'],
    ['making a directory', 'os.mkdir(m + "/validate/requests/d")', 'EPERM'],
    ['removing', 'os.unlink(m + "/README.md")', 'EPERM'],
    ['renaming', 'os.rename(m + "/README.md", m + "/x")', 'EPERM'],
    ['a link', 'os.symlink("/etc/passwd", m + "/validate/requests/l")', 'EPERM'],
    [
      'a name that is not UTF-8',
      'os.open(m.encode() + b"/validate/requests/\\xff.json", os.O_CREAT | os.O_WRONLY)',
      'EILSEQ',
    ],
    ['reading a name that is not UTF-8', 'open(m.encode() + b"/\\xc3\\x28")', 'EILSEQ'],
    ['a name of 256 bytes', 'open(m + "/" + "n" * 256)', 'ENAMETOOLONG'],
    ['a long name of two-byte letters', 'open(m + "/" + "\\u00e9" * 128)', 'ENAMETOOLONG'],
    ['a sequence that is none', 'open(m + "/events/from/x.jsonl")', 'ENOENT'],
    ['an operation that was not seen', 'open(m + "/metrics/ops/Nothing/p50")', 'ENOENT'],
    [
      'a gap between writes',
      'fd = os.open(m + "/validate/rpc", os.O_RDWR); os.pwrite(fd, b"{", 0); os.pwrite(fd, b"}", 9)',
      'EINVAL',
    ],
  ] as const
  for (const [what, code, errno] of REFUSALS) {
    it(`[P-089] answers ${what} with ${errno}`, async ({ expect }) => {
      const ran = await python(
        `
import errno, os, sys
m = sys.argv[1]
try:
  ${code}
  print("taken")
except OSError as e: print(errno.errorcode[e.errno])`,
        mount.at,
      )
      expect(ran.stderr).toBe('')
      expect(ran.stdout).toBe(`${errno}\n`)
    })
  }
})

describe('requests and results', () => {
  it('[P-089] decides what is written to requests/<name>.json and shows it in results', async ({
    expect,
  }) => {
    const ran = await bash(
      `cd "$1/validate" && echo '${REQUEST}' > requests/a.json && cat results/a.json results/a.wait && ls requests results`,
      mount.at,
    )
    expect(ran.stderr).toBe('')
    const [result, waited, ...names] = ran.stdout.trim().split('\n')
    expect(JSON.parse(result ?? '')).toMatchObject({ decision: 'ALLOW' })
    expect(waited).toBe(result)
    expect(names).toEqual(['requests:', 'a.json', '', 'results:', 'a.json', 'a.wait'])
    expect(await readFile(at('validate/requests/a.json'), 'utf8')).toBe(REQUEST)
  })

  it('[P-089] decides what is renamed into place, and only then', async ({ expect }) => {
    const before = graph.asked.length
    await writeFile(at('validate/requests/.b.tmp'), REQUEST)
    await writeFile(at('validate/requests/.b.tmp'), '{"toolName":"Bash","toolInput":{"command":"rm"}}')
    expect(graph.asked.length).toBe(before)
    const ran = await bash(
      `cd "$1/validate" && mv requests/.b.tmp requests/b.json && cat results/b.wait`,
      mount.at,
    )
    expect(ran.stderr).toBe('')
    expect(JSON.parse(ran.stdout)).toMatchObject({ decision: 'BLOCK', reason: 'rm' })
    expect(await readdir(at('validate/requests'))).not.toContain('.b.tmp')
  })

  it('takes the same request twice as one, another under its name only after removal', async ({ expect }) => {
    await writeFile(at('validate/requests/c.json'), REQUEST)
    const asked = graph.asked.length
    await writeFile(at('validate/requests/c.json'), REQUEST)
    expect(graph.asked.length).toBe(asked)
    const other = '{"toolName":"Bash","toolInput":{"command":"pwd"}}'
    await expect(writeFile(at('validate/requests/c.json'), other)).rejects.toMatchObject({ code: 'EEXIST' })
    await bash('rm "$1/validate/results/c.json"', mount.at)
    await writeFile(at('validate/requests/c.json'), other)
    expect(JSON.parse(await readFile(at('validate/results/c.json'), 'utf8'))).toMatchObject({ reason: 'pwd' })
  })

  it('forgets a request that failed, so that it can be made again', async ({ expect }) => {
    const bad = '{"toolName":"Bash","toolInput":{"command":"fail OVERLOADED"}}'
    await expect(writeFile(at('validate/requests/d.json'), bad)).rejects.toMatchObject({ code: 'EAGAIN' })
    await expect(stat(at('validate/results/d.json'))).rejects.toMatchObject({ code: 'ENOENT' })
    await writeFile(at('validate/requests/d.json'), REQUEST)
  })

  it('lets .wait block until the decision is there', async ({ expect }) => {
    const slow = '{"toolName":"Bash","toolInput":{"command":"slow file"}}'
    const running = bash(
      `cd "$1/validate" && echo '${slow}' > requests/e.json && cat results/e.wait`,
      mount.at,
    )
    await expect.poll(() => graph.asked, { timeout: 5_000 }).toContain('slow file')
    await expect(stat(at('validate/results/e.json'))).rejects.toMatchObject({ code: 'ENOENT' })
    const early = bash('cat "$1/validate/results/e.wait"', mount.at)
    graph.decide()
    expect(JSON.parse((await running).stdout)).toMatchObject({ reason: 'slow file' })
    expect(JSON.parse((await early).stdout)).toMatchObject({ reason: 'slow file' })
  })
})
