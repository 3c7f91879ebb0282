import { afterAll, beforeAll, describe, it } from 'vitest'
import { connectRedis } from '@lighthouse/chassis/redis'
import { openFlags } from '../src/flags.js'
import type { Flags } from '../src/flags.js'
import { type RedisServer, startRedis } from './redis-server.js'

let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server[Symbol.asyncDispose]())

async function openNode(): Promise<{ flags: Flags } & AsyncDisposable> {
  const [redis, channel] = [await connectRedis(server), await connectRedis(server)]
  const flags = await openFlags({ redis, channel })
  return {
    flags,
    async [Symbol.asyncDispose]() {
      await flags[Symbol.asyncDispose]()
      await channel[Symbol.asyncDispose]()
      await redis[Symbol.asyncDispose]()
    },
  }
}

async function until(holds: () => Promise<boolean>): Promise<number> {
  const started = performance.now()
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve))
  return performance.now() - started
}

describe('feature flags on several nodes', () => {
  it('[P-059] reach every node within a second, and a node that starts later', async ({ expect }) => {
    await using one = await openNode()
    await using two = await openNode()
    await until(async () => {
      await one.flags.set({ name: 'redis-tier', state: 'DISABLED' })
      return !(await two.flags.isOn('redis-tier', 'a'))
    })
    await one.flags.set({ name: 'redis-tier', state: 'ENABLED' })
    expect(await until(() => two.flags.isOn('redis-tier', 'a'))).toBeLessThan(1_000)
    await one.flags.set({ name: 'redis-tier', state: 'PERCENTAGE_ROLLOUT', rolloutPercentage: 12.5 })
    await using three = await openNode()
    await one.flags.set({ name: 'of-ours', state: 'ENABLED' })
    expect(await until(() => two.flags.isOn('of-ours', 'a'))).toBeLessThan(1_000)
    await one.flags.rollback(['of-ours'])
    expect(await until(async () => !(await two.flags.isOn('of-ours', 'a')))).toBeLessThan(1_000)
    expect(three.flags.find('redis-tier')).toMatchObject({
      state: 'PERCENTAGE_ROLLOUT',
      rolloutPercentage: 12.5,
    })
  })
})
