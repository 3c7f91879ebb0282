import { QUIET } from '@lighthouse/chassis/log'
import { connectRedis, type RedisConnection } from '@lighthouse/chassis/redis'
import type { CacheInput } from '@lighthouse/gateway/cache/settings'
import { type GatewayOptions, startGateway } from '@lighthouse/gateway/main'
import { afterEach, beforeEach, describe, it, vi } from 'vitest'
import { sharedCache } from '../src/cache/shared-cache.js'
import { RedisServer } from './redis-server.js'

const SECRET = 'a-secret-of-sixteen'
const ITEMS = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  type Query { items(n: Int!): [Item!]! } type Item @key(fields: "id") { id: ID! }`
const PRICES = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  type Item @key(fields: "id") { id: ID! price: String }`
const QUERY = 'query ($n: Int!) { items(n: $n) { id price } }'
const SOON = { timeout: 10_000, interval: 20 }

let server: RedisServer
let redis: RedisConnection
beforeEach(async () => {
  server = new RedisServer()
  await server.start()
  redis = await connectRedis(server)
})
afterEach(async () => {
  await redis[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

/** Prices that differ by role and by version; each that is asked for is counted. */
function shop() {
  const asked: string[] = []
  const state = { version: 1, padding: '' }
  const items: Transport = {
    name: 'items',
    request: ({ variables }) =>
      Promise.resolve({
        data: {
          items: Array.from({ length: Number(variables['n']) }, (_, id) => ({
            __typename: 'Item',
            id: `${id}`,
          })),
        },
      }),
    subscribe: none,
  }
  const prices: Transport = {
    name: 'prices',
    request({ variables, principal }) {
      const wanted = Object.values(variables).flat() as { id: string }[]
      asked.push(...wanted.map(({ id }) => id))
      const priced = wanted.map(({ id }) => ({
        __typename: 'Item',
        price: `${id} ${principal?.role} v${state.version}${state.padding}`,
      }))
      return Promise.resolve({ data: { _entities: priced } })
    },
    subscribe: none,
  }
  const transports = new Map([items, prices].map((one) => [one.name, one]))
  return { asked, state, transports }
}

type Transport = GatewayOptions['transports'] extends ReadonlyMap<string, infer One> ? One : never
async function* none(): AsyncGenerator<never> {}

/** A gateway as `lighthouse gateway --redis` starts it. */
async function open(own: ReturnType<typeof shop>, extra: Partial<CacheInput> = {}) {
  const cache: CacheInput = {
    types: { Item: { ttlMs: 60_000, scope: 'public' }, Query: { ttlMs: 0 } },
    invalidation: { secret: SECRET },
    // A machine that is busy with other tests is no Redis that hangs.
    redis: { timeoutMs: 2_000 },
    ...extra,
  }
  const shared = await sharedCache({ redis: server.socketPath, cache }, QUIET)
  const tiers: string[] = []
  const gateway = await startGateway({
    supergraph: {
      subgraphs: [
        { name: 'items', sdl: ITEMS },
        { name: 'prices', sdl: PRICES },
      ],
    },
    transports: own.transports,
    cache,
    sharedCache: shared.store,
    authenticate: ({ secret }) => {
      const [role = '', name = ''] = secret.split('.')
      return { agentId: name, role: role === 'ADMIN' ? 'ADMIN' : 'AGENT', keyId: name }
    },
    recorder: {
      operation: () => undefined,
      stop: () => undefined,
      fetch: (row) => void (row.subgraph === 'prices' && tiers.push(row.cache_tier)),
    },
  })
  const send = async (path: string, authorization: string, body: object) => {
    const headers = { 'content-type': 'application/json', authorization }
    const answer = await fetch(`${gateway.origin}${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    return (await answer.json()) as Record<string, unknown>
  }
  return {
    tiers,
    ask: (n: number, key = 'AGENT.a') =>
      send('/graphql', `Bearer ${key}`, { query: QUERY, variables: { n } }),
    invalidate: (body: object) => send('/cache/invalidate', `Bearer ${SECRET}`, body),
    async counts() {
      const text = await (await fetch(`${gateway.origin}/metrics`)).text()
      const found = text.matchAll(/lighthouse_cache_shared_total\{outcome="(\w+)"\} (\d+)/g)
      return Object.fromEntries([...found].map(([, key = '', count]) => [key, Number(count)]))
    },
    async [Symbol.asyncDispose]() {
      await gateway.close()
      await shared[Symbol.asyncDispose]()
    },
  }
}

const answer = (n: number, version: number, role = 'AGENT') => ({
  data: {
    items: Array.from({ length: n }, (_, id) => ({ id: `${id}`, price: `${id} ${role} v${version}` })),
  },
})
const entries = () => redis.client.keys('*:cache:entry:*')
const kept = (count: number) =>
  vi.waitFor(async () => (await entries()).length >= count || Promise.reject(new Error('not yet')), SOON)

describe('a cache that gateways share', () => {
  it('[P-130] serves what another gateway fetched, all of a fetch in one round trip', async ({ expect }) => {
    const own = shop()
    await using one = await open(own)
    await using two = await open(own)
    expect(await one.ask(50)).toEqual(answer(50, 1))
    await kept(50)
    own.asked.length = 0
    await redis.client.config('RESETSTAT')
    expect(await two.ask(50)).toEqual(answer(50, 1))
    expect([own.asked, two.tiers]).toEqual([[], ['redis']])
    expect(await redis.client.info('commandstats')).toMatch(/cmdstat_mget:calls=1,/)
    // From here on it has them itself.
    await two.ask(50)
    expect(two.tiers).toEqual(['redis', 'memory'])
    expect(await two.ask(60)).toEqual(answer(60, 1))
    expect([own.asked.length, two.tiers[2]]).toEqual([10, 'partial'])
    const [key = ''] = await entries()
    expect(await redis.client.pttl(key)).toBeGreaterThan(50_000)
  })

  it('[P-130] never crosses from one role, or one caller where it is private, to another', async ({
    expect,
  }) => {
    for (const scope of ['public', 'private'] as const) {
      const own = shop()
      const types = { Item: { ttlMs: 60_000, scope }, Query: { ttlMs: 0 } }
      await using one = await open(own, { types })
      await using two = await open(own, { types })
      await one.ask(2, 'AGENT.a')
      await kept(2)
      expect(await two.ask(2, 'ADMIN.a')).toEqual(answer(2, 1, 'ADMIN'))
      await two.ask(2, 'AGENT.b')
      expect(own.asked.length).toBe(scope === 'public' ? 4 : 6)
      await redis.client.flushall()
    }
  })

  it('[P-130] is not served by any gateway within a second of an invalidation by one', async ({ expect }) => {
    const own = shop()
    await using one = await open(own)
    await using two = await open(own)
    for (const gateway of [one, two]) await gateway.ask(2)
    for (const names of [
      { types: ['Item'] },
      { entities: [{ __typename: 'Item', id: '1' }] },
      { subgraphs: ['prices'] },
    ]) {
      own.state.version += 1
      const { version } = own.state
      expect(await one.invalidate(names)).toEqual({ invalidated: 1, shared: true })
      const [, priced] = answer(2, version).data.items
      const served = async () => ((await two.ask(2))['data'] as { items: unknown[] }).items[1]
      await vi.waitFor(async () => expect(await served()).toEqual(priced), { timeout: 1_000, interval: 10 })
      expect(((await one.ask(2))['data'] as { items: unknown[] }).items[1]).toEqual(priced)
    }
    // One that starts later, and finds entries from before, knows too.
    await using three = await open(own)
    expect(await three.ask(2)).toEqual(answer(2, own.state.version))
  })

  it('[P-130] that is killed costs no caller anything; what was invalidated meanwhile is told when it is back', async ({
    expect,
  }) => {
    const own = shop()
    await using one = await open(own)
    await using two = await open(own)
    let isOver = false
    const wrong: unknown[] = []
    const ask = async (gateway: typeof one) => {
      for (let n = 1; !isOver; n = (n % 20) + 1) {
        const { data, errors } = await gateway.ask(n)
        const items = (data as { items: { id: string; price: string }[] }).items
        // Entities change one by one where nobody was told yet.
        const isRight = items.every(({ id, price }) => /^(\d+) AGENT v[12]$/.exec(price)?.[1] === id)
        if (errors !== undefined || items.length !== n || !isRight) wrong.push([data, errors])
      }
    }
    const asking = Promise.all([ask(one), ask(two)])
    try {
      await kept(20)
      await server.kill()
      own.state.version = 2
      expect(await one.invalidate({ types: ['Item'] })).toEqual({ invalidated: 1, shared: false })
      expect(await one.ask(2)).toEqual(answer(2, 2))
      expect((await one.counts())['skipped']).toBeGreaterThan(0)
      // It comes back without its memory.
      await server.start()
      await vi.waitFor(async () => expect(await two.ask(2)).toEqual(answer(2, 2)), SOON)
      await kept(20)
    } finally {
      isOver = true
      await asking
    }
    expect(wrong).toEqual([])
  })

  it.for(['flushall', 'del'] as const)(
    '[P-130] that lost its memory (%s) makes every gateway forget: an invalidation may be among what is lost',
    async (loss, { expect }) => {
      const own = shop()
      await using one = await open(own)
      await using two = await open(own)
      for (const gateway of [one, two]) await gateway.ask(2)
      const [invalidated = ''] = await redis.client.keys('*:cache:invalidated')
      own.state.version = 2
      for (const gateway of [one, two]) expect(await gateway.ask(2)).toEqual(answer(2, 1))
      await (loss === 'flushall' ? redis.client.flushall() : redis.client.del(invalidated))
      for (const gateway of [one, two]) {
        await vi.waitFor(async () => expect(await gateway.ask(2)).toEqual(answer(2, 2)), SOON)
      }
    },
  )

  it('[P-130] that hangs delays few lookups, each by its limit, and is left alone then', async ({
    expect,
  }) => {
    const own = shop()
    await using one = await open(own, { redis: { timeoutMs: 60 } })
    await one.ask(1)
    await kept(1)
    server.signal('SIGSTOP')
    try {
      const started = performance.now()
      for (let n = 2; n < 42; n++) expect(await one.ask(n)).toEqual(answer(n, 1))
      // Three in a row, and one try a second.
      expect((await one.counts())['failed']).toBeLessThan(6 * 42)
      expect(performance.now() - started).toBeLessThan(40 * 60)
    } finally {
      server.signal('SIGCONT')
    }
  })

  it('[P-130] ignores what is corrupted or not its own, and keeps nothing too large', async ({ expect }) => {
    const own = shop()
    await using one = await open(own, { redis: { maxEntryBytes: 1_024, timeoutMs: 2_000 } })
    await one.ask(6)
    await kept(6)
    const [a = '', b = '', c = '', d = '', e = '', f = ''] = await entries()
    const text = String(await redis.client.get(a))
    await redis.client.set(a, text.replace(/v1/, 'v7'))
    await redis.client.set(b, text)
    await redis.client.set(c, '{"price":"0"}')
    await redis.client.set(d, Buffer.from([0xff, 0, 0x80]))
    await redis.client.del(e)
    await redis.client.hset(e, 'price', '0')
    await redis.client.set(f, '')
    await using two = await open(own)
    expect(await two.ask(6)).toEqual(answer(6, 1))
    // A hash is no value: MGET gives nothing for it.
    expect(await two.counts()).toMatchObject({ ignored: 5, failed: 0 })
    own.state.padding = 'x'.repeat(2_000)
    expect((await one.invalidate({ types: ['Item'] }))['shared']).toBe(true)
    await redis.client.flushall()
    await vi.waitFor(async () => {
      await one.ask(1)
      expect((await one.counts())['unkept']).toBeGreaterThan(0)
    }, SOON)
    expect(await entries()).toEqual([])
  })
})
