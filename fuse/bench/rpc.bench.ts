import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { locate } from '@lighthouse/client/locate'
import { submit } from '@lighthouse/client/submit'
import { openTransport } from '@lighthouse/client/open-transport'

/**
 * What a decision costs through the mount, beside the same decision over HTTP, interleaved in one run. Against the
 * instance that LIGHTHOUSE_URL or the data directory names; with --fake against a gateway that answers at once, so that
 * the mount itself is measured. `npm run bench -w fuse -- --json [--fake]`
 */
const ROUNDS = 7
const PER_ROUND = 300
const WARM_UP = 200
const REQUEST = { toolName: 'Bash', toolInput: { command: 'git status' } }
const LINE = Buffer.from(`${JSON.stringify(REQUEST)}\n`)
const SOURCES = ['--conditions=source', '--import', 'tsx'] as const

const args = process.argv.slice(2)
const asJson = args.includes('--json')
const isFake = args.includes('--fake')

/** Starts a script of ours and gives its first line of output. */
async function start(script: string, ...rest: string[]) {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child = spawn(process.execPath, [...SOURCES, path, ...rest], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return { child, line: line.toString() }
}

const gateway = isFake ? await start('./gateway.ts') : undefined
const at =
  gateway === undefined
    ? await locate()
    : { ...(JSON.parse(gateway.line) as { url: string; wsUrl: string }), key: 'key' }
const mountpoint = await mkdtemp(join(tmpdir(), 'lighthouse-bench-'))
const { child: daemon } = await start('../test/daemon.ts', mountpoint, at.url, at.wsUrl, at.key ?? '')
const transport = openTransport(at)
const file = join(mountpoint, 'validate/rpc')
const held = openSync(file, 'r+')
const reply = Buffer.alloc(65_536)

function ask(fd: number): void {
  writeSync(fd, LINE)
  const length = readSync(fd, reply)
  if (!reply.subarray(0, length).includes('"decision"')) throw new Error(reply.toString('utf8', 0, length))
}

/** Blocking calls stop this process only: the mount and the gateway are others. */
const WAYS: Readonly<Record<string, () => Promise<void> | void>> = {
  rpcSameFile: () => ask(held),
  rpcOpenEach() {
    const fd = openSync(file, 'r+')
    ask(fd)
    closeSync(fd)
  },
  async http() {
    await submit(transport, REQUEST)
  },
}

const times = new Map(Object.keys(WAYS).map((name) => [name, [] as number[]]))
for (let round = -1; round < ROUNDS; round++) {
  for (const [name, way] of Object.entries(WAYS)) {
    for (let i = 0; i < (round < 0 ? WARM_UP : PER_ROUND); i++) {
      const began = performance.now()
      await way()
      if (round >= 0) times.get(name)?.push(performance.now() - began)
    }
  }
}

closeSync(held)
await transport[Symbol.asyncDispose]()
daemon.kill('SIGTERM')
await once(daemon, 'exit')
gateway?.child.stdin.end()
await rm(mountpoint, { recursive: true, force: true })

const rounded = (ms: number) => Math.round(ms * 1_000) / 1_000
const figures = Object.fromEntries(
  [...times].map(([name, all]) => {
    const sorted = all.toSorted((a, b) => a - b)
    const quantile = (p: number) =>
      rounded(sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? 0)
    const meanMs = all.reduce((sum, ms) => sum + ms, 0) / all.length
    return [
      name,
      {
        p50Ms: quantile(0.5),
        p95Ms: quantile(0.95),
        p99Ms: quantile(0.99),
        perSecond: Math.round(1_000 / meanMs),
      },
    ]
  }),
)
const report = {
  bench: 'fuse/rpc',
  against: isFake ? 'a gateway that answers at once' : at.url,
  samples: ROUNDS * PER_ROUND,
  figures,
}
process.stdout.write(`${asJson ? JSON.stringify(report) : JSON.stringify(report, null, 2)}\n`)
