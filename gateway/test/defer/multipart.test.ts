import { describe, it } from 'vitest'
import { startStandaloneGateway } from '../../src/main.js'
import { compose } from '../../src/supergraph/compose.js'
import { sdls } from '../federate.js'
import { gatewayOf, post, serve } from '../gateway-world.js'
import { recording } from '../recording.js'
import { allParts, askParts } from './parts-client.js'
import { shop } from './shop.js'

const REVIEWS = '{ product { name ... @defer(label: "r") { reviews { body author { name } } } } }'

describe('an answer in parts', () => {
  it('[P-125] is multipart/mixed to the byte, as Apollo’s clients read it', async ({ expect }) => {
    await using gateway = await gatewayOf(shop().subgraphs)
    const answer = await askParts(gateway.url, {
      query: '{ product { name ... @defer(label: "s") { stars } } }',
    })
    expect([answer.status, answer.type]).toEqual([200, 'multipart/mixed; boundary="-"; deferSpec=20220824'])
    expect(await answer.text()).toBe(
      [
        '',
        '---',
        'content-type: application/json; charset=utf-8',
        '',
        '{"data":{"product":{"name":"product 1"}},"hasNext":true}',
        '---',
        'content-type: application/json; charset=utf-8',
        '',
        '{"incremental":[{"data":{"stars":1},"path":["product"],"label":"s"}],"hasNext":false}',
        '-----',
        '',
      ].join('\r\n'),
    )
  })

  it('[P-125] begins before what is deferred was fetched, which is asked of no subgraph until then', async ({
    expect,
  }) => {
    const world = shop()
    const release = world.hold()
    await using gateway = await gatewayOf(world.subgraphs)
    const parts = (await askParts(gateway.url, { query: REVIEWS })).parts()
    const first = await parts.next()
    expect(first.value).toEqual({ data: { product: { name: 'product 1' } }, hasNext: true })
    expect(world.of('products').seen.map(({ query }) => query)).toEqual(['{product{name __typename upc}}'])
    release()
    const second = await parts.next()
    const reviews = ['a', 'b'].map((id) => ({ body: `body 1${id}`, author: { name: `user u1${id}` } }))
    expect(second.value).toEqual({
      incremental: [{ data: { reviews }, path: ['product'], label: 'r' }],
      hasNext: false,
    })
    expect((await parts.next()).done).toBe(true)
    for (const { seen } of world.subgraphs) for (const { query } of seen) expect(query).not.toContain('defer')
  })

  it('[P-125] begins before a subgraph behind HTTP has answered what is deferred', async ({ expect }) => {
    const world = shop()
    const release = world.hold()
    const [products, reviews, users] = await Promise.all(world.subgraphs.map((one) => serve(one)))
    const urls = [products?.url, reviews?.url, users?.url]
    const supergraphSdl = compose(sdls(world.subgraphs).map((one, nth) => ({ ...one, url: urls[nth] })))
    await using gateway = await startStandaloneGateway({ supergraphSdl, port: 0 })
    const parts = (await askParts(gateway.url, { query: REVIEWS })).parts()
    expect((await parts.next()).value).toEqual({ data: { product: { name: 'product 1' } }, hasNext: true })
    await expect.poll(() => reviews?.headers.length).toBe(1)
    release()
    expect((await parts.next()).value?.incremental?.[0]?.path).toEqual(['product'])
    await Promise.all([products, reviews, users].map((one) => one?.[Symbol.asyncDispose]()))
  })

  it('comes whole to clients that take none, and where nothing is deferred', async ({ expect }) => {
    await using gateway = await gatewayOf(shop().subgraphs)
    const whole = await post(gateway.url, REVIEWS)
    expect(whole.data).toMatchObject({ product: { name: 'product 1', reviews: [{}, {}] } })
    const refusing = [
      'application/json',
      '*/*',
      'multipart/mixed;q=0, application/json',
      'multipart/mixed;deferSpec=20991231, application/json',
      'multipart/mixed;incrementalSpec="v0.2", application/json',
      'multipart/mixed;boundary="graphql";subscriptionSpec=1.0, application/json',
    ]
    for (const accept of refusing) {
      const answer = await askParts(gateway.url, { query: REVIEWS, accept })
      expect([accept, answer.type]).toEqual([accept, 'application/json; charset=utf-8'])
      expect(JSON.parse(await answer.text())).toEqual({ data: whole.data })
    }
    const accept = 'multipart/mixed;deferSpec=20220824, application/graphql-response+json'
    const query = 'query ($d: Boolean!) { product { name ... @defer(if: $d) { stars } } }'
    const plain = await askParts(gateway.url, { query, accept, variables: { d: false } })
    expect(plain.type).toBe('application/graphql-response+json; charset=utf-8')
    expect(JSON.parse(await plain.text())).toEqual({ data: { product: { name: 'product 1', stars: 1 } } })
    const nobody = await askParts(gateway.url, { query: '{ nobody { ... @defer { stars } } }' })
    expect(nobody.type).toBe('application/json; charset=utf-8')
    expect(await nobody.text()).toBe('{"data":{"nobody":null}}')
  })

  it('is one part for a client that takes nothing else', async ({ expect }) => {
    await using gateway = await gatewayOf(shop().subgraphs)
    const accept = 'multipart/mixed'
    expect(await allParts(gateway.url, { query: '{ product { name } }', accept })).toEqual([
      { data: { product: { name: 'product 1' } }, hasNext: false },
    ])
    const [wrong] = await allParts(gateway.url, { query: '{ nothing }', accept })
    expect(wrong?.errors?.[0]?.extensions).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' })
    const refused = await askParts(gateway.url, { query: '{ product { name } }', accept: 'text/html' })
    expect(refused.status).toBe(406)
  })

  it('comes as server-sent events where a client takes those alone', async ({ expect }) => {
    await using gateway = await gatewayOf(shop().subgraphs)
    const answer = await askParts(gateway.url, {
      query: '{ product { name ... @defer { stars } } }',
      accept: 'text/event-stream',
    })
    expect((await answer.text()).split('\n').filter((line) => line.startsWith('data: '))).toEqual([
      'data: {"data":{"product":{"name":"product 1"}},"hasNext":true}',
      'data: {"incremental":[{"data":{"stars":1},"path":["product"]}],"hasNext":false}',
    ])
  })

  it('[P-125] is one operation in rows, with its whole time and all its fetches', async ({ expect }) => {
    const world = shop()
    const release = world.hold()
    const recorded = recording()
    await using gateway = await gatewayOf(world.subgraphs, { recorder: recorded })
    const parts = (
      await askParts(gateway.url, {
        query: 'query Later { product { name ... @defer { stars refused } } }',
      })
    ).parts()
    await parts.next()
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(recorded.operations).toHaveLength(0)
    release()
    for await (const _ of parts) void _
    await expect.poll(() => recorded.operations).toHaveLength(1)
    const [row] = recorded.operations
    expect(row).toMatchObject({
      operation: 'Later',
      type: 'query',
      fetches: 2,
      http_status: 200,
      status: 'denied',
      error_code: 'FORBIDDEN',
    })
    expect(row?.duration_us).toBeGreaterThan(60_000)
    expect(row?.execute_us).toBeGreaterThan(60_000)
    expect(row?.bytes_out).toBeGreaterThan(250)
  })
})

describe('an answer in parts ends', () => {
  it('[P-125] for a client that goes: what is under way is aborted', async ({ expect }) => {
    const world = shop()
    world.hold()
    const recorded = recording()
    await using gateway = await gatewayOf(world.subgraphs, { recorder: recorded })
    const mutation = 'mutation { rename(upc: "1") { name ... @defer { stars } } }'
    const ways = [
      { query: '{ product { name ... @defer { stars } } }' },
      { query: mutation },
      { query: mutation, accept: 'text/event-stream' },
    ]
    for (const [index, asked] of ways.entries()) {
      const answer = await askParts(gateway.url, asked)
      await expect.poll(() => world.of('reviews').seen.length).toBe(index + 1)
      const signal = world.of('reviews').seen.at(-1)?.signal
      expect(signal?.aborted).toBe(false)
      answer.leave()
      await expect.poll(() => signal?.aborted).toBe(true)
    }
    const ended = () => recorded.operations.map(({ type, status }) => `${type} ${status}`)
    await expect.poll(ended).toEqual(['query cancelled', 'mutation cancelled', 'mutation cancelled'])
    expect(world.renamed()).toBe(2)
  })

  it('at its deadline, with what could not be had in time as errors', async ({ expect }) => {
    const world = shop()
    await using gateway = await gatewayOf(world.subgraphs, { deadlineMs: 1_500 })
    const query = '{ product { name ... @defer { reviews { body } } ... @defer(label: "p") { price } } }'
    await allParts(gateway.url, { query })
    world.hold()
    const [first, ...rest] = await allParts(gateway.url, { query })
    expect(first?.data).toEqual({ product: { name: 'product 1' } })
    const late = rest.flatMap(({ incremental = [] }) => incremental)
    expect(late.find(({ label }) => label === 'p')?.data).toEqual({ price: 10 })
    expect(late.find(({ label }) => label === undefined)).toMatchObject({
      data: null,
      path: ['product'],
      errors: [{ path: ['product'], extensions: { code: 'DEADLINE_EXCEEDED' } }],
    })
  })

  it('at the limit of its bytes, of all parts together', async ({ expect }) => {
    await using gateway = await gatewayOf(shop().subgraphs, { limits: { maxResponseBytes: 200 } })
    const parts = await allParts(gateway.url, {
      query: '{ products { name ... @defer { reviews { body } } } }',
    })
    const late = parts.flatMap(({ incremental = [] }) => incremental)
    expect(parts.at(-1)?.hasNext).toBe(false)
    expect(late.at(-1)).toMatchObject({
      data: null,
      errors: [{ path: ['products', late.length - 1], extensions: { code: 'RESPONSE_TOO_LARGE' } }],
    })
    expect(late.length).toBeLessThan(3)
  })
})
