import { spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { childEnvironment, environmentOf } from '../src/config.js'
import { EXIT_CODES, WITH_PARENT } from '../src/exit-codes.js'
import { type AnalyticsStartError, spawnAnalytics, type SpawnOptions } from '../src/spawn.js'
import {
  ANALYST,
  eventually,
  GATEWAY_SECRET,
  rowsOf,
  type Running,
  startProcess,
  TAP_SECRET,
  temporary,
  WRITER,
} from './process.js'
import { operationRow } from './rows.js'

let running: Running
let dataDir: string
beforeAll(async () => {
  running = await startProcess()
  dataDir = await temporary('spawn')
})
afterAll(async () => {
  await running[Symbol.asyncDispose]()
  await rm(dataDir, { recursive: true, force: true })
})

const options = (own: Partial<SpawnOptions> = {}): SpawnOptions => ({
  dataDir,
  gatewaySecret: GATEWAY_SECRET,
  tapSecret: TAP_SECRET,
  writer: WRITER,
  analyst: ANALYST,
  ...own,
})

const failure = (own: Partial<SpawnOptions>) =>
  spawnAnalytics(options(own)).then(
    () => new Error('It started.'),
    (error: unknown) => error as AnalyticsStartError,
  )

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** Resolution of chdb fails as if it were not installed. */
const WITHOUT_CHDB = `data:text/javascript,${encodeURIComponent(`
  import { register } from 'node:module'
  register('data:text/javascript,' + encodeURIComponent(
    'export async function resolve(s, c, next) { if (s === "chdb") throw new Error("none"); return next(s, c) }'))
`)}`

describe('the analytics process', () => {
  it('runs against a server instead of the engine, with the same migrations and queries', async ({
    expect,
  }) => {
    const remote = { url: running.addresses.clickhouse, ...WRITER }
    await using second = await spawnAnalytics(options({ remote }))
    expect(second.clickhouse).toBe(remote.url)
    expect((await fetch(new URL('/readyz', second.graphql))).status).toBe(200)
  })

  it('ends with 0 when it is told to, and by itself when its parent is gone', async ({ expect }) => {
    const first = await spawnAnalytics(options())
    await first[Symbol.asyncDispose]()
    expect(await first.exited).toBe(EXIT_CODES.ok)
    const env = childEnvironment(environmentOf(options()))
    const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', main, WITH_PARENT], {
      env,
    })
    const exited = new Promise((resolve) => child.once('exit', resolve))
    await new Promise((resolve) => child.stdout.once('data', resolve))
    child.stdin.end()
    expect(await exited).toBe(EXIT_CODES.ok)
  })

  it('keeps its rows over a restart', async ({ expect }) => {
    const client = running.client()
    const recorder = running.recorder({ source: 'kept' })
    recorder.operation(operationRow({ operation: 'Kept' }))
    await eventually(
      async () => recorder.counters(),
      ({ acked }) => acked === 1,
    )
    await running.kill()
    await running.again()
    const kept = "SELECT count() AS n FROM obs.operations WHERE operation = 'Kept'"
    expect(await rowsOf(client, kept)).toEqual([{ n: 1 }])
  })

  it('says why it cannot start: a taken port, a folder in use, a missing setting', async ({ expect }) => {
    const port = Number(new URL(running.addresses.clickhouse).port)
    const taken = await failure({ clickhousePort: port })
    expect(taken).toMatchObject({ name: 'AnalyticsStartError', exitCode: EXIT_CODES.failed, noEngine: false })
    expect(taken.message).toContain('EADDRINUSE')
    const inUse = await failure({ dataDir: running.dataDir })
    expect(inUse.message).toContain('another analytics process may own it')
    const unset = await failure({ tapSecret: '' })
    expect(unset).toMatchObject({ exitCode: EXIT_CODES.badConfig })
    expect(unset.message).toContain('LIGHTHOUSE_TAP_SECRET is not set.')
  })

  it('says what to do without chDB, and ends with a code that means analytics is off', async ({ expect }) => {
    const env = childEnvironment(environmentOf(options()))
    const args = ['--conditions=source', '--import', 'tsx', '--import', WITHOUT_CHDB, main]
    const child = spawn(process.execPath, args, { env })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(EXIT_CODES.noEngine)
    expect(said).toContain('npm install chdb')
    expect(said).toContain('CLICKHOUSE_URL')
  })
})
