import { afterAll, beforeAll, describe, it } from 'vitest'
import type { Gateway } from '../../src/main.js'
import { gatewayOf } from '../gateway-world.js'
import { allParts, type Increment } from './parts-client.js'
import { shop } from './shop.js'

interface Asked {
  readonly data: unknown
  readonly late: readonly Increment[]
  /** What each subgraph was asked, in order. */
  readonly queries: readonly string[]
}

const world = shop()
let gateway: Gateway
beforeAll(async () => {
  gateway = await gatewayOf(world.subgraphs)
})
afterAll(() => gateway.close())

async function ask(query: string, variables?: Record<string, unknown>): Promise<Asked> {
  for (const { seen } of world.subgraphs) seen.length = 0
  const [first, ...rest] = await allParts(gateway.url, {
    query,
    ...(variables && { variables }),
    accept: 'multipart/mixed',
  })
  const late = rest.flatMap(({ incremental = [] }) => incremental)
  const queries = world.subgraphs.flatMap(({ name, seen }) => seen.map((one) => `${name} ${one.query}`))
  return { data: first?.data, late, queries }
}

/** Without the ids of requests. */
const told = ({ errors = [] }: Increment) =>
  errors.map(({ path, extensions }) => [path, extensions?.['code']])

describe('a deferred fragment', () => {
  it('[P-125] is fetched by the keys of its objects, also from the subgraph that gave them', async ({
    expect,
  }) => {
    const { data, late, queries } = await ask('{ product { name ... @defer { price stars } } }')
    expect(data).toEqual({ product: { name: 'product 1' } })
    expect(late).toEqual([{ data: { price: 10, stars: 1 }, path: ['product'] }])
    expect(queries).toEqual([
      'products {product{name __typename upc}}',
      'products query($representations:[_Any!]!){_entities(representations: $representations){...on Product{price}}}',
      'reviews query($representations:[_Any!]!){_entities(representations: $representations){...on Product{stars}}}',
    ])
  })

  it('[P-125] comes once for each item of a list, all fetched at once, each with its own nulls and errors', async ({
    expect,
  }) => {
    const { late } = await ask(
      '{ products { ...Stars @defer(label: "s") } } fragment Stars on Product { stars refused }',
    )
    const code = 'FORBIDDEN'
    expect(late.map((one) => [one.data, one.path, one.label, told(one)])).toEqual([
      [{ stars: 1, refused: null }, ['products', 0], 's', [[['products', 0, 'refused'], code]]],
      [null, ['products', 1], 's', [[['products', 1, 'stars'], 'SUBGRAPH_ERROR']]],
      [{ stars: 3, refused: null }, ['products', 2], 's', [[['products', 2, 'refused'], code]]],
    ])
    expect(world.of('reviews').seen).toHaveLength(1)
  })

  it('is not there for objects that are null, or became null because of something in them', async ({
    expect,
  }) => {
    const nobody = await ask('{ nobody { ... @defer { stars } } product { name ... @defer { price } } }')
    expect(nobody.late.map(({ path }) => path)).toEqual([['product']])
    const bubbled = await ask(
      '{ strict { sibling { name } ... @defer { price } } product { ... @defer { price } } }',
    )
    expect(bubbled.data).toEqual({ strict: null, product: {} })
    expect(bubbled.late.map(({ path }) => path)).toEqual([['product']])
  })

  it('is not fetched again where it is answered already, and is not another value then', async ({
    expect,
  }) => {
    const { late, queries } = await ask('{ product { upc p: name ... @defer { upc p: name __typename } } }')
    expect(late).toEqual([{ data: { upc: '1', p: 'product 1', __typename: 'Product' }, path: ['product'] }])
    expect(queries).toEqual(['products {product{upc _alias_p: name __typename}}'])
  })

  it('may be in another one: that comes after it, or not at all', async ({ expect }) => {
    const { data, late } = await ask(
      '{ product { ... @defer(label: "a") { reviews(first: 1) { body author { id ... @defer(label: "b") { name reviewed } } } } } }',
    )
    expect(data).toEqual({ product: {} })
    expect(late).toEqual([
      { data: { reviews: [{ body: 'body 1a', author: { id: 'u1a' } }] }, path: ['product'], label: 'a' },
      {
        data: { name: 'user u1a', reviewed: 2 },
        path: ['product', 'reviews', 0, 'author'],
        label: 'b',
      },
    ])
    const lost = await ask(
      '{ product(upc: "2") { ... @defer(label: "a") { stars ... @defer(label: "b") { price } } } }',
    )
    expect(lost.late.map(({ data, label }) => [data, label])).toEqual([[null, 'a']])
  })

  it('is decided by variables, and so are the fields in it', async ({ expect }) => {
    const query = `query ($d: Boolean! = true, $s: Boolean = false) {
      product { upc ... @defer(if: $d, label: "x") { name @skip(if: $s) price } ... @include(if: $s) @defer { stars } } }`
    expect((await ask(query)).late.map(({ data }) => data)).toEqual([{ name: 'product 1', price: 10 }])
    expect((await ask(query, { s: true })).late.map(({ data }) => data)).toEqual(
      expect.arrayContaining([{ price: 10 }, { stars: 1 }]),
    )
    const off = await ask(query, { d: false })
    expect([off.data, off.late]).toEqual([{ product: { upc: '1', name: 'product 1', price: 10 } }, []])
  })

  it('may stand at the root of queries', async ({ expect }) => {
    const { data, late, queries } = await ask(
      'query ($u: ID!) { nobody { name } ... @defer { product(upc: $u) { name } __schema { queryType { name } } } }',
      { u: '3' },
    )
    expect(data).toEqual({ nobody: null })
    expect(late).toEqual([
      { data: { product: { name: 'product 3' }, __schema: { queryType: { name: 'Query' } } }, path: [] },
    ])
    expect(queries[1]).toBe('products query($u:ID!){product(upc: $u){name}}')
  })

  it('[P-125] of a mutation asks for what it did, and never does it again', async ({ expect }) => {
    const { data, late, queries } = await ask(
      'mutation { rename(upc: "2") { name ... @defer { price reviews(first: 1) { body } } } }',
    )
    expect(data).toEqual({ rename: { name: 'product 2' } })
    expect(late).toEqual([{ data: { price: 20, reviews: [{ body: 'body 2a' }] }, path: ['rename'] }])
    expect(world.renamed()).toBe(1)
    expect(queries.filter((one) => one.includes('mutation'))).toHaveLength(1)
  })

  it('is told apart by the types of its objects', async ({ expect }) => {
    const { data, late } = await ask(
      '{ search { __typename ... on Product @defer { price } ... on Shelf { name } } }',
    )
    expect(data).toEqual({ search: [{ __typename: 'Product' }, { __typename: 'Shelf', name: 'shelf' }] })
    expect(late).toEqual([{ data: { price: 20 }, path: ['search', 0] }])
    // Both have the field by this name, and a product in it; only in one it is deferred.
    const below = await ask(
      `{ search { ... on Product { other: twin { upc ... @defer { price } } } ... on Shelf { other: front { __typename upc } } } }`,
    )
    expect(below.data).toEqual({
      search: [{ other: { upc: '2' } }, { other: { __typename: 'Product', upc: '3' } }],
    })
    expect(below.late).toEqual([{ data: { price: 20 }, path: ['search', 0, 'other'] }])
  })

  it('stays where it is when its object cannot be asked for again; what is in it may still come later', async ({
    expect,
  }) => {
    const { data, late } = await ask(
      '{ product { shelf { ... @defer(label: "no") { name front { upc ... @defer(label: "yes") { stars } } } } } }',
    )
    expect(data).toEqual({ product: { shelf: { name: 'shelf', front: { upc: '3' } } } })
    expect(late).toEqual([{ data: { stars: 3 }, path: ['product', 'shelf', 'front'], label: 'yes' }])
    const mixed = await ask('{ search { ... @defer { ... on Product { price } ... on Shelf { name } } } }')
    expect([mixed.data, mixed.late]).toEqual([{ search: [{ price: 20 }, { name: 'shelf' }] }, []])
  })

  it('comes later for at most 32 of an operation; the others come first', async ({ expect }) => {
    const fragments = Array.from(
      { length: 36 },
      (_, index) => `... @defer(label: "${index}") { ... { upc } }`,
    )
    const { late } = await ask(`{ product { ${fragments.join(' ')} } }`)
    expect(late).toHaveLength(32)
  })
})
