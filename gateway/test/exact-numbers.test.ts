import { describe, it } from 'vitest'
import { compose, startStandaloneGateway } from '../src/main.js'
import type { CacheInput } from '../src/cache/settings.js'
import { LINK } from './federate.js'
import { faultyServer } from './faulty-server.js'
import { connected } from './socket-client.js'

/** Two that are one and the same double. */
const [ONE, OTHER] = ['9223372036854775807', '9223372036854775806']
const OWNER = `${LINK} scalar Long scalar JSON
  type Query { items: [Item] any: JSON id: ID text: String share: Float echo(of: Long, in: In): Int near(share: Float, id: ID): Int }
  input In { of: Long, id: ID }
  type Item @key(fields: "id") { id: Long! }`
const PRICES = `${LINK} scalar Long type Item @key(fields: "id") { id: Long! price: Long }`

async function world(cache?: CacheInput) {
  const owner = await faultyServer((response) => {
    const items = `[{"__typename":"Item","id":${ONE}},{"__typename":"Item","id":${OTHER}}]`
    const any = `{"deep":[${ONE},"${OTHER}",0.1]}`
    response.end(`{"data":{"items":${items},"any":${any},"id":${ONE},"text":${ONE},"share":${ONE},"echo":1}}`)
  })
  const prices = await faultyServer((response, body) => {
    const ids = [...body.matchAll(/"id":(\d+)/g)].map(([, id]) => id)
    response.end(`{"data":{"_entities":[${ids.map((id) => `{"price":${id}}`).join()}]}}`)
  })
  const gateway = await startStandaloneGateway({
    supergraphSdl: compose([
      { name: 'owner', sdl: OWNER, url: owner.url },
      { name: 'prices', sdl: PRICES, url: prices.url },
    ]),
    ...(cache && { cache }),
  })
  return {
    owner,
    prices,
    gateway,
    async ask(body: string) {
      const headers = { 'content-type': 'application/json' }
      return (await fetch(gateway.url, { method: 'POST', headers, body })).text()
    },
    async [Symbol.asyncDispose]() {
      await gateway.close()
      await owner[Symbol.asyncDispose]()
      await prices[Symbol.asyncDispose]()
    },
  }
}

const ITEMS = `{"data":{"items":[{"id":${ONE},"price":${ONE}},{"id":${OTHER},"price":${OTHER}}]}}`
const KEPT: CacheInput = {
  responses: true,
  types: { Item: { ttlMs: 60_000, scope: 'public' }, Query: { ttlMs: 0 } },
}

describe('integers of 64 bits', () => {
  it.for([undefined, KEPT])(
    'are keys of entities and values as they are, cached or not',
    async (cache, { expect }) => {
      await using graph = await world(cache)
      for (let nth = 0; nth < 3; nth++)
        expect(await graph.ask('{"query":"{ items { id price } }"}')).toBe(ITEMS)
      expect(graph.prices.bodies).toHaveLength(cache === undefined ? 3 : 1)
      expect(graph.prices.bodies[0]).toContain(`"id":${ONE}`)
    },
  )

  it('pass in whatever is of a scalar of their own, and are read as what the schema says elsewhere', async ({
    expect,
  }) => {
    await using graph = await world()
    expect(await graph.ask('{"query":"{ any id text share }"}')).toBe(
      `{"data":{"any":{"deep":[${ONE},"${OTHER}",0.1]},"id":"${ONE}","text":"${ONE}","share":9223372036854776000}}`,
    )
  })

  it('reach subgraphs as clients sent them, over HTTP and over a socket', async ({ expect }) => {
    await using graph = await world()
    const query = 'query Q($of: Long, $in: In) { echo(of: $of, in: $in) }'
    const variables = `{"of":${ONE},"in":{"of":${OTHER},"id":${ONE}}}`
    await graph.ask(`{"query":"${query}","variables":${variables}}`)
    const search = new URLSearchParams({ query, variables })
    await fetch(`${graph.gateway.url}?${search}`)
    const socket = await connected(graph.gateway)
    socket.send(`{"id":"1","type":"subscribe","payload":{"query":"${query}","variables":${variables}}}`)
    expect((await socket.next()).payload?.data).toEqual({ echo: 1 })
    socket.socket.terminate()
    for (const body of graph.owner.bodies) {
      expect(body).toContain(`"of":${ONE}`)
      expect(body).toContain(`"in":{"of":${OTHER},"id":${ONE}}`)
    }
    expect(graph.owner.bodies).toHaveLength(3)
  })

  it('are constants of documents where the schema tells what they are, and refused elsewhere', async ({
    expect,
  }) => {
    await using graph = await world()
    const long = '12345678901234567890'
    await graph.ask(`{"query":"{ near(share: ${long}, id: ${long}) echo(of: ${ONE}) }"}`)
    expect(graph.owner.bodies[0]).toContain(`id: \\"${long}\\", share: ${Number(long)}`)
    expect(graph.owner.bodies[0]).toContain(`echo(of: ${ONE})`)
    for (const query of [`{ echo(of: ${long}) }`, '{ near(share: 1e400) }', '{ near(share: -1e400) }']) {
      const answer = await graph.ask(JSON.stringify({ query }))
      expect(answer).toContain('GRAPHQL_VALIDATION_FAILED')
    }
    expect(graph.owner.bodies).toHaveLength(1)
  })
})
