import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { readCliConfig } from '../../src/config.js'
import { Closing } from '../../src/up/closing.js'
import { startRedis } from '../../src/up/redis.js'

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'lighthouse-redis-'))
})
afterEach(async () => rm(dataDir, { recursive: true, force: true }))

/** Sends one inline command and gives the first piece of the answer. */
async function send(socketPath: string, command: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    const socket = connect(socketPath, () => socket.write(`${command}\r\n`))
    socket.once('error', reject).once('close', () => resolve('closed'))
    socket.once('data', (data: Buffer) => {
      socket.destroy()
      resolve(data.toString())
    })
  })
}

describe('startRedis', () => {
  it('serves on a private socket only, comes back when it dies, and leaves nothing', async ({ expect }) => {
    const said: string[] = []
    const say = (text: string) => said.push(text)
    const closing = new Closing(say)
    const site = { config: readCliConfig({ PATH: process.env['PATH'] }), dataDir, say, closing }
    const address = await startRedis(site)
    const socketPath = join(dataDir, 'redis.sock')
    expect(address).toEqual({ socketPath })
    expect(await send(socketPath, 'PING')).toBe('+PONG\r\n')
    expect(await send(socketPath, 'CONFIG GET port')).toContain('\r\n0\r\n')
    await send(socketPath, 'SHUTDOWN NOSAVE')
    await expect
      .poll(() => send(socketPath, 'PING').catch(() => 'down'), { timeout: 10_000 })
      .toBe('+PONG\r\n')
    await closing[Symbol.asyncDispose]()
    expect(await readdir(dataDir)).toEqual([])
    expect(said.some((text) => text.includes('redis runs again'))).toBe(true)
  })

  it('goes on without Redis where the machine has none, and uses the one that is named', async ({
    expect,
  }) => {
    const said: string[] = []
    const say = (text: string) => said.push(text)
    await using closing = new Closing(say)
    const site = { config: readCliConfig({ PATH: '/nonexistent' }), dataDir, say, closing }
    const before = process.env['PATH']
    process.env['PATH'] = '/nonexistent'
    try {
      expect(await startRedis(site)).toBeUndefined()
    } finally {
      process.env['PATH'] = before
    }
    expect(said).toEqual([expect.stringContaining('going on without it')])
    const named = { ...site, config: readCliConfig({ REDIS_URL: 'redis://127.0.0.1:6379' }) }
    expect(await startRedis(named)).toEqual({ url: 'redis://127.0.0.1:6379' })
  })
})
