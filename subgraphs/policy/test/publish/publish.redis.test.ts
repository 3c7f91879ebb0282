import { connectRedis } from '@lighthouse/chassis/redis'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { type RedisServer, startRedis } from '../redis-server.js'
import { inputFor, openLog, openNode, publishOf, rule } from './world.js'

let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server[Symbol.asyncDispose]())

describe('a publication on several nodes', () => {
  it('[P-037] reaches every node within a second by Redis, and so does going back', async ({ expect }) => {
    await using redis = await connectRedis(server)
    await using channel = await connectRedis(server)
    await using otherChannel = await connectRedis(server)
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
