import fc from 'fast-check'
import { describe, it } from 'vitest'
import { EntityCache, type SharedStore } from '../src/cache/entity-cache.js'
import type { CacheInput } from '../src/cache/settings.js'
import type { Gateway } from '../src/main.js'
import { subgraph } from './federate.js'
import { gatewayOf, post } from './gateway-world.js'
import { recording } from './recording.js'

const SECRET = 'a-secret-of-sixteen'
const ROLES = ['GUEST', 'AGENT', 'ADMIN'] as const

/** Prices depend on who asks; every answer counts what was asked for. */
function shop() {
  const asked: string[] = []
  let version = 1
  const items = subgraph(
    'items',
    'type Query { items(n: Int!): [Item!]! } type Mutation { raise: Item } type Item @key(fields: "id") { id: ID! }',
    {
      Mutation: {
        raise() {
          version += 1
          return { id: '0' }
        },
      },
      Query: {
        items: (_: never, { n }: { n: number }) =>
          Array.from({ length: n }, (__, id) => ({ id: String(id) })),
      },
      Item: { __ref: ({ id }: { id: string }) => ({ id }) },
    },
  )
  const prices = subgraph(
    'prices',
    'type Query { rate: Int } type Item @key(fields: "id") { id: ID! price(in: String): String broken: String }',
    {
      Query: { rate: () => version },
      Item: {
        __ref({ id }: { id: string }) {
          asked.push(id)
          return { id }
        },
        price: ({ id }: { id: string }, { in: unit = 'EUR' }: { in?: string }, { principal }) =>
          `${id} ${unit} ${principal?.role} v${version}`,
        broken: () => {
          throw new Error('broken')
        },
      },
    },
  )
  return { subgraphs: [items, prices], asked, change: () => (version += 1) }
}

const RULES: CacheInput = {
  types: { Item: { ttlMs: 60_000, scope: 'public', tags: ['catalog'] }, Query: { ttlMs: 0 } },
  invalidation: { secret: SECRET },
}

async function world(cache: CacheInput | 'none' = RULES) {
  const own = shop()
  const rows = recording()
  const gateway = await gatewayOf(own.subgraphs, {
    cache: cache === 'none' ? undefined : cache,
    recorder: rows,
    authenticate: ({ secret }) => {
      const [role, name] = secret.split('.')
      const known = ROLES.find((one) => one === role)
      return known === undefined ? undefined : { agentId: name ?? '', role: known, keyId: name ?? '' }
    },
  })
  const ask = (query: string, variables: Record<string, unknown> = {}, key = 'AGENT.a') =>
    post(gateway.url, query, variables, { authorization: `Bearer ${key}` })
  return { ...own, rows, gateway, ask, [Symbol.asyncDispose]: () => gateway.close() }
}

async function invalidate(gateway: Gateway, body: unknown, secret = SECRET) {
  const response = await fetch(`${gateway.origin}/cache/invalidate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
    body: JSON.stringify(body),
  })
  return [response.status, await response.json()] as const
}

const QUERY = 'query ($n: Int!) { items(n: $n) { id price } }'

describe('the entity cache', () => {
  it('[P-130] fetches only what it has not, and says in the row where entities came from', async ({
    expect,
  }) => {
    await using one = await world()
    await one.ask(QUERY, { n: 2 })
    expect(one.asked.splice(0)).toEqual(['0', '1'])
    const answer = await one.ask(QUERY, { n: 4 })
    expect(one.asked.splice(0)).toEqual(['2', '3'])
    expect(answer.data?.['items']).toEqual(
      ['0', '1', '2', '3'].map((id) => ({ id, price: `${id} EUR AGENT v1` })),
    )
    expect((await one.ask(QUERY, { n: 4 })).data).toEqual(answer.data)
    expect(one.asked).toEqual([])
    expect(one.rows.fetches.filter((row) => row.subgraph === 'prices').map((row) => row.cache_tier)).toEqual([
      'none',
      'partial',
      'memory',
    ])
  })

  it('[P-130] answers as without a cache, whoever asks, whatever and in whichever order', async ({
    expect,
  }) => {
    const question = fc.record({
      n: fc.integer({ min: 0, max: 4 }),
      role: fc.constantFrom(...ROLES),
      name: fc.constantFrom('a', 'b'),
      query: fc.constantFrom(
        QUERY,
        'query ($n: Int!, $u: String) { items(n: $n) { price(in: $u) } }',
        'query ($n: Int!) { items(n: $n) { price other: price(in: "USD") } }',
        'query ($n: Int!) { items(n: $n) { price broken } rate }',
      ),
      u: fc.constantFrom('EUR', 'USD', null),
    })
    const kinds = [
      ['private', false],
      ['public', false],
      ['private', true],
      ['public', true],
    ] as const
    for (const [scope, responses] of kinds) {
      await using cached = await world({
        types: { Item: { ttlMs: 60_000, scope }, Query: { ttlMs: 60_000, scope } },
        responses,
      })
      await using plain = await world('none')
      await fc.assert(
        fc.asyncProperty(fc.array(question, { maxLength: 6 }), async (questions) => {
          for (const { n, role, name, query, u } of questions) {
            const variables = query.includes('$u') ? { n, u } : { n }
            const [a, b] = await Promise.all([
              cached.ask(query, variables, `${role}.${name}`),
              plain.ask(query, variables, `${role}.${name}`),
            ])
            expect(a.data).toEqual(b.data)
            const paths = (answer: typeof a) => (answer.errors ?? []).map(({ path }) => path)
            expect(paths(a)).toEqual(paths(b))
          }
        }),
        { numRuns: 15 },
      )
    }
  }, 60_000)

  it('[P-130] gives a mutation nothing that was kept, and keeps what it gave', async ({ expect }) => {
    await using shop = await world()
    const query = 'query Q($n: Int!) { items(n: $n) { price } }'
    expect((await shop.ask(query, { n: 2 })).data).toEqual({
      items: [{ price: '0 EUR AGENT v1' }, { price: '1 EUR AGENT v1' }],
    })
    expect((await shop.ask('mutation { raise { price } }')).data).toEqual({
      raise: { price: '0 EUR AGENT v2' },
    })
    expect((await shop.ask(query, { n: 2 })).data).toEqual({
      items: [{ price: '0 EUR AGENT v2' }, { price: '1 EUR AGENT v1' }],
    })
  })

  it('[P-130] keeps private entities for their own caller only', async ({ expect }) => {
    await using one = await world({ types: { Item: { ttlMs: 60_000 } } })
    for (const key of ['AGENT.a', 'AGENT.b', 'AGENT.a']) await one.ask(QUERY, { n: 1 }, key)
    expect(one.asked.length).toBe(2)
  })

  it('[P-130] keeps nothing that has errors', async ({ expect }) => {
    await using one = await world()
    const query = '{ items(n: 1) { price broken } }'
    for (let i = 0; i < 2; i++) expect((await one.ask(query)).errors?.length).toBe(1)
    expect(one.asked.length).toBe(2)
  })

  it('[P-130] forgets by entity, type, tag and subgraph, for whoever brings the secret', async ({
    expect,
  }) => {
    await using one = await world()
    const entities = [{ __typename: 'Item', id: 0 }]
    for (const body of [
      { entities },
      { types: ['Item'] },
      { tags: ['catalog'] },
      { subgraphs: ['prices'] },
    ]) {
      await one.ask(QUERY, { n: 1 })
      one.change()
      const before = (await one.ask(QUERY, { n: 1 })).data
      expect(await invalidate(one.gateway, body, 'another-secret-of-16')).toMatchObject([401, {}])
      expect((await one.ask(QUERY, { n: 1 })).data).toEqual(before)
      expect(await invalidate(one.gateway, body)).toEqual([200, { invalidated: 1 }])
      expect((await one.ask(QUERY, { n: 1 })).data).not.toEqual(before)
      // What is asked for in the millisecond of an invalidation does not count either.
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    expect((await invalidate(one.gateway, { colour: 'red' }))[0]).toBe(400)
  })

  it('is not there unless it is configured', async ({ expect }) => {
    await using one = await world('none')
    expect((await invalidate(one.gateway, { types: ['Item'] }))[0]).toBe(404)
  })
})

describe('EntityCache', () => {
  const entry = (text: string, askedAt = 1, tags: string[] = []) => ({ text, askedAt, ttlMs: 100, tags })

  it('[P-130] stays within its bytes and ends entries with their time', async ({ expect }) => {
    let now = 1
    const cache = new EntityCache({ maxBytes: 65_536, now: () => now })
    for (let i = 0; i < 1_000; i++) cache.setMany([[`k${i}`, entry('x'.repeat(500))]])
    expect(cache.counts.bytes).toBeLessThanOrEqual(65_536)
    expect((await cache.getMany(['k0', 'k999'])).map((one) => one?.tier)).toEqual([undefined, 'memory'])
    now = 101
    expect(await cache.getMany(['k999'])).toEqual([undefined])
  })

  it('[P-130] asks a shared store for what memory has not, and heeds what others invalidate', async ({
    expect,
  }) => {
    const kept = new Map([['a', entry('1', 5_000, ['t'])]])
    let tell: (tags: readonly string[], at: number) => void = () => undefined
    const shared: SharedStore = {
      getMany: (keys) => Promise.resolve(keys.map((key) => kept.get(key))),
      setMany: (entries) => {
        for (const [key, value] of entries) kept.set(key, { ...value, tags: [...value.tags] })
      },
      invalidate: () => Promise.resolve(true),
      counts: { ignored: 0, failed: 0, skipped: 0, unkept: 0 },
      follow(take) {
        tell = take
        return { [Symbol.dispose]: () => undefined }
      },
    }
    const cache = new EntityCache({ maxBytes: 65_536, shared, now: () => 5_050 })
    expect((await cache.getMany(['a', 'b'])).map((one) => one?.tier)).toEqual(['redis', undefined])
    expect((await cache.getMany(['a'])).map((one) => one?.tier)).toEqual(['memory'])
    tell(['t'], 5_001)
    expect(await cache.getMany(['a'])).toEqual([undefined])
  })
})
