import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectRedis } from '@lighthouse/chassis/redis'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { inputFor, openLog, openNode, publishOf, rule } from './world.js'

let folder: string
let server: ChildProcess

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'policy-redis-'))
  const flags = ['--port', '0', '--unixsocket', join(folder, 'redis.sock'), '--save', '', '--dir', folder]
  server = spawn('redis-server', flags)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.stdout?.on('data', (chunk: Buffer) => {
      if (/ready to accept/i.test(String(chunk))) resolve()
    })
  })
})
afterAll(async () => {
  server.kill('SIGKILL')
  await once(server, 'exit')
  rmSync(folder, { recursive: true, force: true })
})

describe('a publication on several nodes', () => {
  it('[P-037] reaches every node within a second by Redis, and so does going back', async ({ expect }) => {
    const socketPath = join(folder, 'redis.sock')
    await using redis = await connectRedis({ socketPath })
    await using channel = await connectRedis({ socketPath })
    await using otherChannel = await connectRedis({ socketPath })
    const log = openLog()
    await using one = await openNode(log, { redis, channel })
    await using two = await openNode(log, { redis, channel: otherChannel })
    const shipped = two.engine.version
    const encrypt = inputFor('shell/encrypt gpg')
    async function reaches(version: string): Promise<number> {
      const started = performance.now()
      while (two.engine.version !== version) {
        if (performance.now() - started > 10_000) throw new Error(`still ${two.engine.version}`)
        await new Promise((resolve) => setImmediate(resolve))
      }
      return performance.now() - started
    }
    // The subscription may still be under way when the nodes are open.
    await expect
      .poll(async () => redis.client.call('PUBSUB', 'CHANNELS'), { timeout: 10_000 })
      .not.toEqual([])
    const version = await publishOf(one, rule('shell', 'encrypt', 'BLOCK'))
    expect(await reaches(version)).toBeLessThan(1_000)
    expect(two.engine.evaluate(encrypt).decision).toBe('BLOCK')
    await one.ask('mutation { rollbackPolicy { version } }')
    expect(await reaches(shipped)).toBeLessThan(1_000)
    expect(two.engine.evaluate(encrypt).decision).toBe('ESCALATE')
  })
})
