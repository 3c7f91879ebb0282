import { afterAll, beforeAll, describe, it } from 'vitest'
import { limitedBy } from '../src/cache/cache-control.js'
import { Freshness, least } from '../src/cache/freshness.js'
import type { CacheInput } from '../src/cache/settings.js'
import { type GatewayOptions, startStandaloneGateway } from '../src/main.js'
import { compose } from '../src/supergraph/compose.js'
import { faultyServer } from './faulty-server.js'
import { subgraph } from './federate.js'
import { gatewayOf, post } from './gateway-world.js'
import { recording } from './recording.js'

const SECRET = 'a-secret-of-sixteen'
const CACHE_CONTROL = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@composeDirective"])
  @link(url: "https://lighthouse.example/cacheControl/v0.1", import: ["@cacheControl"])
  @composeDirective(name: "@cacheControl")
  enum CacheControlScope { PUBLIC PRIVATE }
  directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean)
    on FIELD_DEFINITION | OBJECT | INTERFACE | UNION\n`

/** A catalogue whose schema says how long its things may be kept. */
function catalogue() {
  let asked = 0
  const sdl = `
    type Query {
      book: Book @cacheControl(maxAge: 60)
      plain: Book
      shelf: Shelf @cacheControl(maxAge: 100)
      mine: Book @cacheControl(maxAge: 40, scope: PRIVATE)
      short: Int @cacheControl(maxAge: 20)
      broken: Int @cacheControl(maxAge: 20)
      kept: Kept
    }
    type Mutation { change: Int }
    type Kept @cacheControl(maxAge: 50) { id: ID! note: String book: Book }
    type Shelf { id: ID! book: Book label: Label @cacheControl(inheritMaxAge: true) }
    type Label { text: String }
    type Book { id: ID! title: String slow: Int @cacheControl(maxAge: 30) author: Author }
    type Author { name: String }`
  const book = { id: '1', title: 'A', slow: 1, author: { name: 'B' } }
  const count = <T>(value: T) => {
    asked += 1
    return value
  }
  const books = subgraph('books', sdl, {
    Query: {
      book: () => count(book),
      plain: () => count(book),
      shelf: () => count({ id: '1', book, label: { text: 'L' } }),
      mine: () => count(book),
      short: () => count(1),
      broken: () => {
        throw new Error('broken')
      },
      kept: () => count({ id: '1', note: 'N', book }),
    },
    Mutation: { change: () => count(1) },
  })
  return { subgraphs: [{ ...books, sdl: CACHE_CONTROL + sdl }], asked: () => asked }
}

async function world(cache: CacheInput, extra: Partial<GatewayOptions> = {}) {
  const own = catalogue()
  const rows = recording()
  const gateway = await gatewayOf(own.subgraphs, { cache, recorder: rows, ...extra })
  const ask = (query: string, headers: Record<string, string> = {}, variables?: Record<string, unknown>) =>
    post(gateway.url, query, variables, headers)
  const control = async (query: string, headers?: Record<string, string>) =>
    (await ask(query, headers)).headers.get('cache-control')
  return { ...own, rows, gateway, ask, control, [Symbol.asyncDispose]: () => gateway.close() }
}

const AUTHENTICATE: Partial<GatewayOptions> = {
  authenticate: ({ secret }) => {
    const [role, name = ''] = secret.split('.')
    return role === 'AGENT' || role === 'ADMIN' ? { agentId: name, role, keyId: name } : undefined
  },
}

describe('@cacheControl', () => {
  let one: Awaited<ReturnType<typeof world>>
  beforeAll(async () => {
    one = await world({})
  })
  afterAll(() => one[Symbol.asyncDispose]())

  it.for([
    ['{ book { id title } }', 'max-age=60, public', 'a scalar lives as long as its object'],
    ['{ plain { id } }', 'no-store', 'what nothing is said of is not kept'],
    ['{ book { id slow } }', 'max-age=30, public', 'the least wins'],
    ['{ book { author { name } } }', 'no-store', 'an object of which nothing is said is not kept'],
    ['{ shelf { label { text } } }', 'max-age=100, public', 'inheritMaxAge takes the age of the parent'],
    ['{ shelf { book { id } } }', 'no-store', 'and nothing else does'],
    ['{ kept { note } }', 'max-age=50, public', 'the type says it for its fields'],
    ['{ book { id } short }', 'max-age=20, public', 'of two root fields the shorter'],
    ['{ mine { id } book { id } }', 'max-age=40, private', 'private when any is'],
    ['{ book { ...F } } fragment F on Book { slow }', 'max-age=30, public', 'through fragments'],
    ['{ short broken }', 'no-store', 'never with errors'],
    ['mutation { change }', 'no-store', 'never a mutation'],
    ['{ __typename }', null, 'nothing was asked for'],
  ] as const)('[P-130] %s is answered with %s: %s', async ([query, expected], { expect }) => {
    const told = await one.control(query)
    // What is kept for a while already is kept for less than at first.
    const seconds = (text: string | null) => Number(/max-age=(\d+)/.exec(text ?? '')?.[1] ?? 0)
    expect(told?.replace(/\d+/, '') ?? null).toBe(expected?.replace(/\d+/, '') ?? null)
    expect(seconds(expected) - seconds(told)).toBeGreaterThanOrEqual(0)
    expect(seconds(expected) - seconds(told)).toBeLessThan(5)
  })

  it('[P-130] is not heeded, and nothing is told, unless a cache is configured', async ({ expect }) => {
    const own = catalogue()
    await using plain = await gatewayOf(own.subgraphs)
    const answer = await post(plain.url, '{ book { id } }')
    expect([answer.headers.get('cache-control'), answer.headers.get('vary')]).toEqual([null, 'origin'])
    await using off = await world({ hints: false })
    expect(await off.control('{ book { id } }')).toBe('no-store')
  })

  it('[P-130] is told as private to whoever showed a credential, and what the answer varies by', async ({
    expect,
  }) => {
    await using closed = await world({}, AUTHENTICATE)
    const answer = await closed.ask('{ book { id } }', { authorization: 'Bearer AGENT.a' })
    expect(answer.headers.get('cache-control')).toMatch(/^max-age=\d+, private$/)
    expect(answer.headers.get('vary')).toBe('origin, accept, authorization, cookie')
  })
})

describe("a subgraph's Cache-Control header", () => {
  const shared = { ttlMs: 10_000, isPrivate: false, tags: [] }
  it.for([
    [undefined, 10_000],
    ['max-age=5', 5_000],
    ['max-age=60', 10_000],
    ['public, max-age=60, s-maxage=2', 2_000],
    ['MAX-AGE="3"', 3_000],
    ['no-store', 0],
    ['no-cache', 0],
    ['private, max-age=60', 0],
    ['max-age=soon', 0],
    ['max-age=-1', 0],
    ['max-age', 0],
    ['must-revalidate', 10_000],
  ] as const)('%s leaves of ten seconds %d ms', ([header, ms], { expect }) => {
    expect(limitedBy(header, shared)).toBe(ms)
  })

  it('that is private leaves a rule that is private', ({ expect }) => {
    expect(limitedBy('private, max-age=5', { ...shared, isPrivate: true })).toBe(5_000)
  })

  it('[P-130] shortens what is kept and what the client is told, or forbids it', async ({ expect }) => {
    let header = 'max-age=5'
    let asked = 0
    await using served = await faultyServer((response) => {
      asked += 1
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': header })
      response.end('{"data":{"a":1}}')
    })
    const supergraphSdl = compose([{ name: 'a', sdl: 'type Query { a: Int b: Int }', url: served.url }])
    const cache: CacheInput = { types: { Query: { ttlMs: 60_000, scope: 'public' } } }
    const traffic = { all: { forwardHeaders: ['accept-language'] } }
    await using gateway = await startStandaloneGateway({ supergraphSdl, cache, traffic })
    const answers = [await post(gateway.url, '{ a }'), await post(gateway.url, '{ a }')]
    expect(answers.map((answer) => answer.headers.get('cache-control'))).toEqual([
      expect.stringMatching(/^max-age=[45], public$/),
      expect.stringMatching(/^max-age=[45], public$/),
    ])
    expect(answers[0]?.headers.get('vary')).toContain('accept-language')
    expect(asked).toBe(1)
    header = 'no-store'
    for (let nth = 0; nth < 2; nth++) {
      expect((await post(gateway.url, '{ x: a }')).headers.get('cache-control')).toBe('no-store')
    }
    expect(asked).toBe(3)
  })
})

describe('whole answers', () => {
  const ON: CacheInput = { responses: true, invalidation: { secret: SECRET } }

  it('[P-130] are kept where it is configured: no fetch is made, and the row says which operation it was', async ({
    expect,
  }) => {
    await using one = await world(ON)
    const query = 'query Cover { book { title } }'
    const first = await one.ask(query)
    const second = await one.ask(query)
    expect(second.data).toEqual(first.data)
    expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'))
    expect(second.headers.get('cache-control')).toMatch(/^max-age=(59|60), public$/)
    expect(
      one.rows.operations.map(({ operation, type, status, fetches }) => [operation, type, status, fetches]),
    ).toEqual([
      ['Cover', 'query', 'ok', 1],
      ['Cover', 'query', 'ok', 0],
    ])
    expect(one.rows.operations[1]?.operation_hash).toBe(one.rows.operations[0]?.operation_hash)
    // Who wants to see the walk of a request gets one.
    await one.ask(query, { 'x-lighthouse-walk': '1' })
    expect(one.rows.operations[2]?.fetches).toBe(1)
  })

  it('[P-130] are another one for another document, operation, variable, media type or caller', async ({
    expect,
  }) => {
    await using one = await world(ON, AUTHENTICATE)
    const a = { authorization: 'Bearer AGENT.a' }
    const both = 'query A { book { id } } query B { book { title } }'
    const named = async (operationName: string) => {
      const headers = { 'content-type': 'application/json', ...a }
      const body = JSON.stringify({ query: both, operationName })
      return (
        (await (await fetch(one.gateway.url, { method: 'POST', headers, body })).json()) as { data: unknown }
      ).data
    }
    expect([await named('A'), await named('B'), await named('A')]).toEqual([
      { book: { id: '1' } },
      { book: { title: 'A' } },
      { book: { id: '1' } },
    ])
    const query = 'query ($with: Boolean!) { book { id title @include(if: $with) } }'
    for (const yes of [true, false, true]) {
      expect((await one.ask(query, a, { with: yes })).data).toEqual({
        book: { id: '1', ...(yes && { title: 'A' }) },
      })
    }
    const fetches = async (headers: Record<string, string>, document: string) => {
      await one.ask(document, headers)
      return one.rows.operations.at(-1)?.fetches
    }
    await fetches(a, '{ short }')
    expect(await fetches({ authorization: 'Bearer AGENT.b' }, '{ short }')).toBe(0)
    expect(await fetches({ authorization: 'Bearer ADMIN.a' }, '{ short }')).toBe(1)
    expect(await fetches({ ...a, accept: 'application/graphql-response+json' }, '{ short }')).toBe(1)
    await fetches(a, '{ mine { id } }')
    expect(await fetches(a, '{ mine { id } }')).toBe(0)
    expect(await fetches({ authorization: 'Bearer AGENT.b' }, '{ mine { id } }')).toBe(1)
  })

  it('[P-130] are forgotten with anything in them, and never kept with errors or of a mutation', async ({
    expect,
  }) => {
    await using one = await world(ON)
    for (const names of [{ types: ['Query'] }, { subgraphs: ['books'] }]) {
      await one.ask('{ short }')
      const before = one.asked()
      await one.ask('{ short }')
      expect(one.asked()).toBe(before)
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${SECRET}` }
      await fetch(`${one.gateway.origin}/cache/invalidate`, {
        method: 'POST',
        headers,
        body: JSON.stringify(names),
      })
      await one.ask('{ short }')
      expect(one.asked()).toBe(before + 1)
      // What is asked for in the millisecond of an invalidation does not count either.
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    for (const query of ['{ short broken }', 'mutation { change }']) {
      for (let nth = 0; nth < 2; nth++) {
        await one.ask(query)
        expect([query, one.rows.operations.at(-1)?.fetches]).toEqual([query, 1])
      }
    }
  })
})

describe('Freshness', () => {
  const one = (nth: number) => ({
    askedAt: 5 + nth,
    untilAt: 100 - nth,
    isPrivate: nth === 7,
    tags: [`tag ${nth}`],
  })

  it('is the least of what it took, of however many', ({ expect }) => {
    const freshness = new Freshness()
    expect([freshness.kept, freshness.isUnkept]).toEqual([undefined, false])
    freshness.take(one(0))
    freshness.take(one(1))
    expect(freshness.kept).toEqual({ askedAt: 5, untilAt: 99, isPrivate: false, tags: ['tag 0', 'tag 1'] })
    const many = least(Array.from({ length: 200_000 }, (_, nth) => one(nth % 50_000)))
    expect([many.untilAt, many.isPrivate, many.tags.length]).toEqual([100 - 49_999, true, 1_001])
    freshness.take(undefined)
    expect([freshness.kept, freshness.isUnkept]).toEqual([undefined, true])
  })
})
