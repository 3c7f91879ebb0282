import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { compose } from '@lighthouse/gateway/supergraph/compose'
import { afterAll, beforeAll, describe, it, vi } from 'vitest'

/** As it is installed: three of them start here, and from sources each takes seconds. */
const LIGHTHOUSE = fileURLToPath(new URL('../bin/lighthouse.mjs', import.meta.url))
const WITHIN_MS = 30_000

let folder = ''
let supergraph = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lighthouse-workers-'))
  supergraph = join(folder, 'supergraph.graphql')
  await writeFile(
    supergraph,
    compose([{ name: 'x', sdl: 'type Query { n: Int }', url: 'http://127.0.0.1:1' }]),
  )
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

function start(args: readonly string[]): ChildProcessByStdio<null, Readable, null> {
  const { PATH, HOME } = process.env
  return spawn(
    process.execPath,
    [LIGHTHOUSE, 'gateway', '--port', '0', '--json', '--workers', '2', ...args],
    {
      env: { PATH, HOME },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
}

interface Running {
  readonly gateway: ChildProcessByStdio<null, Readable, null>
  readonly graphql: string
}

/** Starts a gateway, asks it to end when it was used, and resolves with the code and signal of its end. */
async function whileServing(
  args: readonly string[],
  use: (running: Running) => Promise<void>,
): Promise<unknown> {
  const gateway = start(['--supergraph', supergraph, ...args])
  const exit = once(gateway, 'exit')
  try {
    const [line] = (await once(gateway.stdout, 'data')) as [Buffer]
    const { graphql } = JSON.parse(line.toString('utf8')) as { graphql: string }
    await use({ gateway, graphql })
  } finally {
    gateway.kill('SIGTERM')
  }
  return await exit
}

/** The processes that a gateway started to serve. */
async function workersOf({ pid }: { readonly pid?: number | undefined }): Promise<number[]> {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ')
  const named = await Promise.all(
    children.map(async (child) => {
      const command = await readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => '')
      return command.includes('--supergraph') ? [Number(child)] : []
    }),
  )
  return named.flat()
}

async function typename(url: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json', connection: 'close' }
  const body = JSON.stringify({ query: '{ __typename }' })
  const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(2_000) })
  return await response.json()
}

/** One request over a connection of its own: the next may be another worker's. */
async function fresh(url: URL): Promise<string> {
  const signal = AbortSignal.timeout(5_000)
  const response = await fetch(url, { headers: { connection: 'close' }, signal })
  return await response.text()
}

async function scrape(graphql: string): Promise<Map<string, number>> {
  const text = await fresh(new URL('/metrics', graphql))
  const lines = text.split('\n').map((line) => line.split(/ (?=\S+$)/) as [string, string])
  return new Map(lines.map(([series, value]) => [series, Number(value)]))
}

const OPERATIONS = 'lighthouse_operations_total{type="query",status="ok"}'

function counted(scraped: ReadonlyMap<string, number>): (number | undefined)[] {
  const states = ['answering', 'silent', 'absent'].map(
    (state) => `lighthouse_gateway_workers{state="${state}"}`,
  )
  return [OPERATIONS, ...states].map((series) => scraped.get(series))
}

/** What /readyz says of each worker: an object while it serves. */
async function readiness(graphql: string): Promise<string[]> {
  const { workers } = JSON.parse(await fresh(new URL('/readyz', graphql))) as { workers: object }
  return Object.entries(workers).map(([name, one]) => `${name} ${typeof one === 'string' ? one : 'serves'}`)
}

describe('lighthouse gateway --workers', () => {
  it(
    'serves one port from several processes, replaces one that hangs, and ends with all of them',
    async ({ expect }) => {
      const end = await whileServing(['--worker-timeout', '1.5'], async ({ gateway, graphql }) => {
        const workers = await workersOf(gateway)
        expect(workers).toHaveLength(2)
        for (let i = 0; i < 4; i++) expect(await typename(graphql)).toEqual({ data: { __typename: 'Query' } })
        const [stopped = 0, living = 0] = workers
        process.kill(stopped, 'SIGSTOP')
        await vi.waitFor(
          async () => {
            expect(await workersOf(gateway)).not.toContain(stopped)
            const scraped = await scrape(graphql)
            expect(counted(scraped).slice(1)).toEqual([2, 0, 0])
            expect(scraped.get('lighthouse_gateway_worker_ends_total{cause="silent"}')).toBe(1)
          },
          { timeout: WITHIN_MS / 2, interval: 100 },
        )
        // The end does not wait for it either.
        process.kill(living, 'SIGSTOP')
      })
      expect(end).toEqual([0, null])
    },
    WITHIN_MS,
  )

  it(
    'answers for all workers in one scrape, also while one is silent, killed and replaced',
    async ({ expect }) => {
      const end = await whileServing([], async ({ gateway, graphql }) => {
        for (let i = 0; i < 9; i++) await typename(graphql)
        const whole = await scrape(graphql)
        expect(counted(whole)).toEqual([9, 2, 0, 0])
        for (const worker of ['1', '2'])
          expect(whole.get(`lighthouse_process_cpu_seconds_total{worker="${worker}"}`)).toBeGreaterThan(0)
        expect(await readiness(graphql)).toEqual(['1 serves', '2 serves'])

        const [broken = 0] = await workersOf(gateway)
        process.kill(broken, 'SIGSTOP')
        // One of them may be handed to the worker that is stopped: it answers when that one is killed, or never.
        const asked = await Promise.any([scrape(graphql), scrape(graphql)])
        expect(counted(asked)).toEqual([9, 1, 1, 0])
        expect((await readiness(graphql)).sort()).toContain('2 serves')
        const during = scrape(graphql)
        await wait(100)
        process.kill(broken, 'SIGKILL')
        expect(counted(await during)).toEqual([9, 1, 0, 1])

        await vi.waitFor(async () => expect(counted(await scrape(graphql))).toEqual([9, 2, 0, 0]), {
          timeout: WITHIN_MS / 2,
          interval: 100,
        })
        for (let i = 0; i < 4; i++) await typename(graphql)
        const after = await scrape(graphql)
        expect(after.get(OPERATIONS)).toBe(13)
        expect(after.get('lighthouse_gateway_worker_ends_total{cause="died"}')).toBe(1)
      })
      expect(end).toEqual([0, null])
    },
    WITHIN_MS,
  )

  it(
    'ends with the code and the reason of a worker that cannot start',
    async ({ expect }) => {
      const gateway = start(['--supergraph', join(folder, 'none.graphql')])
      const [[code], said] = await Promise.all([once(gateway, 'exit'), text(gateway.stdout)])
      expect(code).toBe(1)
      expect(said).toContain('cannot be read')
    },
    WITHIN_MS,
  )

  it(
    'refuses to cache without a Redis that tells workers what is invalidated',
    async ({ expect }) => {
      const config = join(folder, 'cache.yaml')
      await writeFile(config, 'cache: {}\n')
      const gateway = start(['--supergraph', supergraph, '--config', config])
      const [[code], said] = await Promise.all([once(gateway, 'exit'), text(gateway.stdout)])
      expect(code).toBe(1)
      expect(JSON.parse(said)).toEqual({
        error: {
          code: 'BAD_USAGE',
          message:
            'Workers that cache must hear of each other what is invalidated: name a Redis with --redis.',
        },
      })
    },
    WITHIN_MS,
  )
})
