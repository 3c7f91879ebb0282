import type { ChildProcess } from 'node:child_process'
import { afterAll, beforeAll, beforeEach, describe, it, vi } from 'vitest'
import { connectRedis } from '@lighthouse/chassis/redis'
import { decisionKey, DECISION_PREFIX } from '@lighthouse/contract/redis-keys'
import type { Engine } from '@lighthouse/policy/engine/engine'
import { decide } from '../../src/decide.js'
import type { House } from '../../src/decide.js'
import { openHouse } from '../../src/main.js'
import { AGENT, bash, consults, ON, openTestEngine, scopeFor } from '../house.js'
import { freePorts, RedisServers } from '../redis-servers.js'

const SOON = { timeout: 15_000, interval: 5 }

let engine: Engine
let port = 0
let server: ChildProcess
const servers = new RedisServers()
beforeAll(async () => {
  engine = await openTestEngine()
  ;[port = 0] = await freePorts(1)
  server = await servers.start(port, [])
})
afterAll(async () => {
  await engine[Symbol.asyncDispose]()
  await servers[Symbol.asyncDispose]()
})

interface Gateway extends AsyncDisposable {
  readonly house: House
  readonly redis: Awaited<ReturnType<typeof connectRedis>>
  readonly experts: ReturnType<typeof consults>
  ask(command: string): Promise<string>
}

/** One gateway with experts of its own. */
async function openGateway(verdict = 'BLOCK'): Promise<Gateway> {
  const redis = await connectRedis({ url: `redis://127.0.0.1:${port}` })
  const experts = consults(verdict)
  const house = openHouse({ engine, flags: ON, experts, redis })
  await vi.waitFor(() => {
    if (!house.shelves.redis.mayRemember()) throw new Error('not armed')
  }, SOON)
  return {
    house,
    redis,
    experts,
    async ask(command) {
      const request = { call: bash(command), principal: AGENT, requestId: undefined }
      const { decision, tier } = await decide(request, scopeFor(), house)
      return `${decision} ${tier}`
    },
    [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose](),
  }
}

const remembers = (gateway: Gateway, size: number) =>
  vi.waitFor(() => {
    if (gateway.house.shelves.memory.size !== size) throw new Error(`${gateway.house.shelves.memory.size}`)
  }, SOON)

/** A change that is told while an answer is read keeps it from being remembered: the next one is. */
const comesToRemember = (gateway: Gateway, command: string, decision: string) =>
  vi.waitFor(async () => {
    const answer = await gateway.ask(command)
    if (answer !== `${decision} MEMORY`) throw new Error(answer)
  }, SOON)

describe('memory and Redis together', () => {
  beforeEach(async () => {
    await using redis = await connectRedis({ url: `redis://127.0.0.1:${port}` })
    await redis.client.flushall()
  })

  it('[P-033] answers on gateway B what A was told, from Redis once and then from memory', async ({
    expect,
  }) => {
    await using a = await openGateway()
    await using b = await openGateway()
    expect(await a.ask('git push origin x')).toBe('BLOCK EXPERT')
    expect(await b.ask('git push origin x')).toBe('BLOCK REDIS')
    await comesToRemember(b, 'git push origin x', 'BLOCK')
    expect(b.experts.asked).toEqual([])
  })

  it('[P-033] forgets in the memory of B what is deleted, overwritten or expires in Redis', async ({
    expect,
  }) => {
    await using a = await openGateway()
    await using b = await openGateway('ALLOW')
    const command = 'git push origin y'
    await a.ask(command)
    const [key = ''] = await a.redis.client.keys(`${DECISION_PREFIX}*`)
    expect(key.startsWith(decisionKey(engine.version, ''))).toBe(true)

    await comesToRemember(b, command, 'BLOCK')
    await a.redis.client.del(key)
    await remembers(b, 0)
    expect(await b.ask(command)).toBe('ALLOW EXPERT')

    await remembers(b, 0)
    await comesToRemember(b, command, 'ALLOW')
    const text = await a.redis.client.get(key)
    await a.redis.client.set(key, String(text).replace('"ALLOW"', '"BLOCK"'), 'PX', 200)
    await remembers(b, 0)
    expect(await b.ask(command)).toBe('BLOCK REDIS')
    await remembers(b, 0)
    expect(await b.redis.client.exists(key)).toBe(0)
  })

  it('does not extend what is shared by reading it, nor remember it longer than it is shared', async ({
    expect,
  }) => {
    await using a = await openGateway()
    await using b = await openGateway()
    await a.ask('git push origin z')
    const [key = ''] = await a.redis.client.keys(`${DECISION_PREFIX}*`)
    await a.redis.client.pexpire(key, 60_000)
    await remembers(b, 0)
    expect(await b.ask('git push origin z')).toBe('BLOCK REDIS')
    expect(await a.redis.client.pttl(key)).toBeLessThanOrEqual(60_000)
  })

  it('[P-033] keeps to its limits: values over 16 KB are not shared, and not believed', async ({
    expect,
  }) => {
    await using a = await openGateway()
    const judgement = { policyVersion: 'v', digest: 'f' } as Parameters<House['shelves']['redis']['share']>[0]
    const finding = {
      decision: 'BLOCK',
      confidenceScore: 1,
      riskLevel: 'HIGH',
      reason: 'x',
      originTier: 'EXPERT',
      ruleId: undefined,
      consultationId: undefined,
    } as const
    const { redis } = a.house.shelves
    expect(await redis.share(judgement, finding, 1_000)).toBe(true)
    expect(await redis.share(judgement, { ...finding, reason: 'x'.repeat(17_000) }, 1_000)).toBe(false)
    expect(await redis.share({ ...judgement, policyVersion: 'v'.repeat(1_000) }, finding, 1_000)).toBe(false)
  })

  it('[P-034] forgets everything when it may have missed changes, and is told of them again once the server is back', async ({
    expect,
  }) => {
    await using a = await openGateway()
    await using b = await openGateway()
    await b.ask('ls')
    expect(await b.ask('ls')).toBe('ALLOW MEMORY')
    await servers.kill(server)
    await remembers(b, 0)
    // What experts say is remembered once nobody can change it: when the other connection has noticed as well.
    await vi.waitFor(() => expect(b.redis.ready).toBe(false), SOON)
    expect(await b.ask('ls')).toBe('ALLOW POLICY')
    expect(await b.ask('git push origin down')).toBe('BLOCK EXPERT')
    expect(await b.ask('git push origin down')).toBe('BLOCK MEMORY')
    server = await servers.start(port, [])
    await remembers(b, 0)
    await vi.waitFor(() => {
      if (!b.redis.ready || !a.redis.ready) throw new Error('not back')
    }, SOON)
    expect(await a.ask('git push origin up')).toBe('BLOCK EXPERT')
    await comesToRemember(b, 'git push origin up', 'BLOCK')
    expect(b.experts.asked).toHaveLength(1)
    await a.redis.client.flushall()
    await remembers(b, 0)
  })

  it('notices a server that hangs, though its connection stands', async ({ expect }) => {
    await using b = await openGateway()
    await b.ask('ls')
    expect(b.house.shelves.memory.size).toBe(1)
    server.kill('SIGSTOP')
    try {
      await remembers(b, 0)
      expect(b.house.shelves.redis.mayRemember({ ttlMs: 1_000, changes: 0 })).toBe(false)
    } finally {
      server.kill('SIGCONT')
    }
  })
})
