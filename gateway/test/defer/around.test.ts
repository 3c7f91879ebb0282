import { describe, it } from 'vitest'
import { gatewayOf, post } from '../gateway-world.js'
import { sdls, subgraph } from '../federate.js'
import { holding, library } from '../authorize/library.js'
import { allParts, askParts } from './parts-client.js'
import { shop } from './shop.js'

const STARS = '{ product { name ... @defer { stars } } }'

describe('what is around an answer in parts', () => {
  const asked = '{ me { name ... @defer(label: "d") { email shelf orders { total } } } }'
  const bearer = { authorization: 'Bearer x' }

  it('[P-125] authorisation holds in each part: what is denied is null there, and not asked for', async ({
    expect,
  }) => {
    const { subgraphs } = library()
    await using gateway = await gatewayOf(subgraphs, { authenticate: () => holding(['orders']) })
    const [first, last] = await allParts(gateway.url, { query: asked, headers: bearer })
    expect(first).toEqual({ data: { me: { name: 'Anna' } }, hasNext: true })
    const [increment] = last?.incremental ?? []
    expect(increment).toMatchObject({
      data: { email: null, shelf: null, orders: [{ total: 5 }] },
      path: ['me'],
      label: 'd',
    })
    expect(increment?.errors?.map(({ path, extensions }) => [path, extensions?.['code']])).toEqual([
      [['me', 'email'], 'UNAUTHORIZED_FIELD_OR_TYPE'],
      [['me', 'shelf'], 'UNAUTHORIZED_FIELD_OR_TYPE'],
    ])
    const queries = subgraphs.flatMap(({ seen }) => seen.map(({ query }) => query)).join()
    expect(queries).not.toMatch(/email|shelf/)
  })

  it('an operation that asks for too much in any part is refused before its first, where that is configured', async ({
    expect,
  }) => {
    const { subgraphs } = library()
    const authenticate = () => holding(['orders'])
    await using gateway = await gatewayOf(subgraphs, { authenticate, authorization: { mode: 'reject' } })
    const answer = await askParts(gateway.url, { query: asked, headers: bearer })
    expect(answer.type).toBe('application/json; charset=utf-8')
    expect(JSON.parse(await answer.text())).toMatchObject({
      errors: [{ path: ['me', 'email'] }, { path: ['me', 'shelf'] }],
    })
    expect(subgraphs.flatMap(({ seen }) => seen)).toEqual([])
  })

  it('a rehearsal of authorisation tells with the first part, and takes nothing away', async ({ expect }) => {
    const { subgraphs } = library()
    const authenticate = () => holding(['orders'])
    await using gateway = await gatewayOf(subgraphs, { authenticate, authorization: { dryRun: true } })
    const [first, last] = await allParts(gateway.url, { query: asked, headers: bearer })
    expect(first?.extensions).toMatchObject({
      authorizationErrors: [{ path: ['me', 'email'] }, { path: ['me', 'shelf'] }],
    })
    expect(last?.incremental).toEqual([
      { data: { email: 'a@x', shelf: 'B4', orders: [{ total: 5 }] }, path: ['me'], label: 'd' },
    ])
  })

  it('limits count what is deferred', async ({ expect }) => {
    await using gateway = await gatewayOf(shop().subgraphs, { limits: { maxCost: 2 } })
    const answer = await askParts(gateway.url, { query: STARS })
    expect(answer.status).toBe(400)
    expect(JSON.parse(await answer.text())).toMatchObject({
      errors: [{ extensions: { code: 'QUERY_TOO_COMPLEX', limit: 'maxCost', found: 3 } }],
    })
  })

  it('entities are kept for what is deferred; answers in parts are not', async ({ expect }) => {
    const world = shop()
    const subgraphs = { reviews: { types: { Product: { ttlMs: 60_000, scope: 'public' as const } } } }
    const cache = { responses: true, subgraphs }
    await using gateway = await gatewayOf(world.subgraphs, { cache })
    for (let times = 0; times < 2; times += 1) {
      const parts = await allParts(gateway.url, { query: STARS })
      expect(parts.at(-1)?.incremental).toEqual([{ data: { stars: 1 }, path: ['product'] }])
    }
    expect(world.of('products').seen).toHaveLength(2)
    expect(world.of('reviews').seen).toHaveLength(1)
    expect((await post(gateway.url, STARS)).data).toEqual({ product: { name: 'product 1', stars: 1 } })
  })

  it('a graph that is replaced meanwhile answers the parts that are due; the new one is planned for them', async ({
    expect,
  }) => {
    const world = shop()
    const release = world.hold()
    await using gateway = await gatewayOf(world.subgraphs)
    const parts = (await askParts(gateway.url, { query: STARS })).parts()
    await parts.next()
    const changed = sdls(world.subgraphs).map(({ name, sdl }) => ({
      name,
      sdl: name === 'products' ? sdl.replace('type Query {', 'type Query { added: Int') : sdl,
    }))
    await gateway.reload(() => Promise.resolve({ supergraph: { subgraphs: changed } }))
    release()
    expect((await parts.next()).value?.incremental).toEqual([{ data: { stars: 1 }, path: ['product'] }])
    const [first] = await allParts(gateway.url, { query: '{ added ... @defer { product { stars } } }' })
    expect(first).toEqual({ data: { added: null }, hasNext: true })
  })

  it('a subgraph that is down is an error in the parts that wait for it, and in no other', async ({
    expect,
  }) => {
    const world = shop()
    const broken = world.subgraphs.map((one) =>
      one.name === 'reviews' ? { ...one, request: () => Promise.reject(new Error('down')) } : one,
    )
    await using gateway = await gatewayOf(broken)
    const query =
      '{ product { upc ... @defer(label: "a") { refused stars } ... @defer(label: "b") { price } } }'
    const parts = await allParts(gateway.url, { query })
    const late = parts.flatMap(({ incremental = [] }) => incremental)
    expect(late.find(({ label }) => label === 'b')).toEqual({
      data: { price: 10 },
      path: ['product'],
      label: 'b',
    })
    expect(late.find(({ label }) => label === 'a')).toMatchObject({
      data: null,
      errors: [{ path: ['product'], extensions: { code: 'SUBGRAPH_UNAVAILABLE', service: 'reviews' } }],
    })
  })

  it('an object whose type nobody can tell gets an error where something would come', async ({ expect }) => {
    const things = subgraph(
      'things',
      'type Query { one: Thing } type Thing @key(fields: "id") @interfaceObject { id: ID! extra: Int }',
      { Query: { one: () => ({ id: '1', extra: 1 }) } },
    )
    const kinds = subgraph(
      'kinds',
      `interface Thing @key(fields: "id") { id: ID! label: String }
       type Kind implements Thing @key(fields: "id") { id: ID! label: String }`,
      { Kind: { label: () => 'x' } },
    )
    const down = { ...kinds, request: () => Promise.reject(new Error('down')) }
    await using gateway = await gatewayOf([things, down])
    const [first, last] = await allParts(gateway.url, { query: '{ one { extra ... @defer { label } } }' })
    expect(first?.data).toEqual({ one: { extra: 1 } })
    expect(last?.incremental).toMatchObject([{ data: null, path: ['one'], errors: [{ path: ['one'] }] }])
  })
})
