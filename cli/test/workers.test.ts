import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
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

describe('lighthouse gateway --workers', () => {
  it(
    'serves one port from several processes, replaces one that dies, and ends with all of them',
    async ({ expect }) => {
      const gateway = start(['--supergraph', supergraph])
      const exit = once(gateway, 'exit')
      try {
        const [line] = (await once(gateway.stdout, 'data')) as [Buffer]
        const { graphql } = JSON.parse(line.toString('utf8')) as { graphql: string }
        const workers = await workersOf(gateway)
        expect(workers).toHaveLength(2)
        for (let i = 0; i < 4; i++) expect(await typename(graphql)).toEqual({ data: { __typename: 'Query' } })
        process.kill(workers[0] ?? 0, 'SIGKILL')
        await vi.waitFor(
          async () => {
            const now = await workersOf(gateway)
            expect(now).toHaveLength(2)
            expect(now).not.toContain(workers[0])
            expect(await typename(graphql)).toEqual({ data: { __typename: 'Query' } })
          },
          { timeout: WITHIN_MS / 2, interval: 100 },
        )
      } finally {
        gateway.kill('SIGTERM')
      }
      expect(await exit).toEqual([0, null])
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
})
