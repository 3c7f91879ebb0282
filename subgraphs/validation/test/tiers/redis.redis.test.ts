import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { connectRedis } from '@lighthouse/chassis/redis'
import type { RedisConnection } from '@lighthouse/chassis/redis'
import { decisionKey } from '@lighthouse/contract/redis-keys'
import type { Engine } from '@lighthouse/policy/engine/engine'
import { decide } from '../../src/decide.js'
import { openHouse } from '../../src/main.js'
import { AGENT, bash, consults, ON, openTestEngine, scopeFor } from '../house.js'
import { RedisServers } from '../redis-servers.js'

let engine: Engine
let server: ChildProcess
const servers = new RedisServers()
const socketPath = join(servers.folder, 'redis.sock')

/** On a socket alone. */
const startRedis = () => servers.start(0, ['--unixsocket', socketPath])

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

beforeAll(async () => {
  engine = await openTestEngine()
  server = await startRedis()
})
afterAll(async () => {
  await engine[Symbol.asyncDispose]()
  await servers[Symbol.asyncDispose]()
})

const connect = (): Promise<RedisConnection> => connectRedis({ socketPath })
const ask = (house: ReturnType<typeof openHouse>, command: string) =>
  decide({ call: bash(command), principal: AGENT, requestId: undefined }, scopeFor(), house)

describe('the redis tier', () => {
  it('[P-033] answers on one node what an expert told another, and [P-048] without asking again', async ({
    expect,
  }) => {
    const [one, two] = [await connect(), await connect()]
    const experts = consults('BLOCK')
    const first = await ask(openHouse({ engine, flags: ON, experts, redis: one }), 'git push origin shared')
    const second = await ask(openHouse({ engine, flags: ON, experts, redis: two }), 'git push origin shared')
    expect(first).toMatchObject({ decision: 'BLOCK', tier: 'EXPERT' })
    expect(second).toMatchObject({
      decision: 'BLOCK',
      tier: 'REDIS',
      originTier: 'EXPERT',
      cacheHit: true,
      consultationId: 'cons_1',
    })
    expect(experts.asked).toHaveLength(1)
    await one[Symbol.asyncDispose]()
    await two[Symbol.asyncDispose]()
  })

  it('shares nothing but what experts said, and does not believe what is no finding', async ({ expect }) => {
    const redis = await connect()
    await redis.client.flushall()
    await ask(openHouse({ engine, flags: ON, redis }), 'ls -la')
    await ask(openHouse({ engine, flags: ON, redis }), 'git push')
    expect(await redis.client.dbsize()).toBe(0)
    await ask(openHouse({ engine, flags: ON, redis, experts: consults('ALLOW') }), 'git push')
    const [key = ''] = await redis.client.keys('*')
    expect(key.startsWith(decisionKey(engine.version, ''))).toBe(true)
    await redis.client.set(key, '{"decision":"ALLOW"}')
    const decision = await ask(openHouse({ engine, flags: ON, redis }), 'git push')
    expect(decision).toMatchObject({ decision: 'ESCALATE', tier: 'SAFE_DEFAULT' })
    await redis[Symbol.asyncDispose]()
  })

  it('[P-034] costs no caller an error, and allows nothing, when the server is killed mid-run', async ({
    expect,
  }) => {
    const redis = await connect()
    const house = openHouse({ engine, flags: ON, experts: consults('ESCALATE'), redis })
    const seen: string[] = []
    for (let i = 0; i < 300; i++) {
      if (i === 100) await servers.kill(server)
      const decision = await ask(house, `git push origin b${i}`)
      seen.push(decision.decision)
    }
    expect(new Set(seen)).toEqual(new Set(['ESCALATE']))
    await until(() => !redis.ready)
    const down = await ask(house, 'git push origin down')
    expect(down.tierTimings.find(({ tier }) => tier === 'REDIS')?.outcome).toBe('SKIPPED')
    server = await startRedis()
    await until(() => redis.ready)
    // The breaker lets one call through once it has been open for its time.
    let outcome: string | undefined
    for (let i = 0; outcome !== 'PASS'; i++) {
      const up = await ask(house, `git push origin up${i}`)
      outcome = up.tierTimings.find(({ tier }) => tier === 'REDIS')?.outcome
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(outcome).toBe('PASS')
    await redis[Symbol.asyncDispose]()
  })

  it('[P-034] gives up a server that hangs, then stops asking it', async ({ expect }) => {
    const redis = await connect()
    const house = openHouse({ engine, flags: ON, experts: consults('ESCALATE'), redis })
    server.kill('SIGSTOP')
    const outcomes: (string | undefined)[] = []
    for (let i = 0; i < 12; i++) {
      const decision = await ask(house, `git push origin h${i}`)
      expect(decision.decision).toBe('ESCALATE')
      outcomes.push(decision.tierTimings.find(({ tier }) => tier === 'REDIS')?.outcome)
    }
    server.kill('SIGCONT')
    expect(outcomes[0]).toBe('TIMEOUT')
    expect(outcomes.filter((outcome) => outcome === 'SKIPPED').length).toBeGreaterThan(4)
    await redis[Symbol.asyncDispose]()
  })
})
