import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { readConfig } from '../src/config.js'
import { startTicksOf } from '../src/instance.js'
import { locate } from '../src/locate.js'
import { refusal } from './refusal.js'

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'lighthouse-locate-'))
})
afterEach(async () => rm(dataDir, { recursive: true, force: true }))

const config = (over = {}) => ({ url: undefined, key: undefined, dataDir, ...over })

async function writeInstance(over: Record<string, unknown> = {}): Promise<void> {
  const instance = {
    pid: process.pid,
    startTicks: await startTicksOf(process.pid),
    graphql: 'http://127.0.0.1:4000/graphql',
    ws: 'ws://127.0.0.1:4000/graphql',
    ...over,
  }
  await writeFile(join(dataDir, 'instance.json'), JSON.stringify(instance))
  await writeFile(join(dataDir, 'credentials.json'), JSON.stringify({ adminKey: 'admin', agentKey: 'agent' }))
}

describe('locate', () => {
  it('takes address and key from the environment first', async ({ expect }) => {
    await writeInstance()
    const found = await locate({ config: config({ url: 'https://lh.example/graphql', key: 'k' }) })
    expect(found).toEqual({
      url: 'https://lh.example/graphql',
      wsUrl: 'wss://lh.example/graphql',
      key: 'k',
      from: 'named',
    })
  })

  it('completes an address without a path', async ({ expect }) => {
    const found = await locate({ config: config({ url: 'http://localhost:4000' }) })
    expect(found.url).toBe('http://localhost:4000/graphql')
    expect(found.key).toBeUndefined()
  })

  it('finds the running instance and its agent key', async ({ expect }) => {
    await writeInstance()
    const found = await locate({ config: config() })
    expect(found).toEqual({
      url: 'http://127.0.0.1:4000/graphql',
      wsUrl: 'ws://127.0.0.1:4000/graphql',
      key: 'agent',
      from: 'instance',
    })
    expect((await locate({ config: config(), as: 'admin' })).key).toBe('admin')
  })

  it('gives the local key only to the local instance', async ({ expect }) => {
    await writeInstance()
    expect((await locate({ config: config({ url: 'http://127.0.0.1:4000' }) })).key).toBe('agent')
    expect((await locate({ config: config({ url: 'http://elsewhere:4000' }) })).key).toBeUndefined()
  })

  for (const [name, over] of [
    ['a dead process', { pid: 2 ** 22 - 3 }],
    ['another process that got its pid', { startTicks: 1 }],
  ] as const) {
    it(`does not take ${name} for a running instance`, async ({ expect }) => {
      await writeInstance(over)
      const error = await refusal(locate({ config: config() }))
      expect(error.code).toBe('NO_INSTANCE')
      expect(error.message).toContain('lighthouse up')
    })
  }

  it('says what is wrong with a broken file, a missing key and an address that is none', async ({
    expect,
  }) => {
    expect((await refusal(locate({ config: config() }))).code).toBe('NO_INSTANCE')
    expect((await refusal(locate({ url: 'ftp://x' }))).code).toBe('BAD_CONFIGURATION')
    expect((await refusal(locate({ url: 'lighthouse' }))).message).toContain('"lighthouse"')
    await writeInstance()
    await writeFile(join(dataDir, 'credentials.json'), '{}')
    expect((await refusal(locate({ config: config() }))).message).toContain('LIGHTHOUSE_KEY')
    await writeFile(join(dataDir, 'instance.json'), '{"pid":')
    expect((await refusal(locate({ config: config() }))).message).toContain('instance.json')
  })
})

describe('readConfig', () => {
  it('reads an empty variable as absent and makes the directory absolute', ({ expect }) => {
    expect(readConfig({ LIGHTHOUSE_URL: ' ', LIGHTHOUSE_KEY: '', LIGHTHOUSE_DATA_DIR: '/d' })).toEqual({
      url: undefined,
      key: undefined,
      dataDir: '/d',
    })
    expect(readConfig({}).dataDir).toMatch(/\/\.lighthouse$/)
  })
})
