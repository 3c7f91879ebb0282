import { describe, it } from 'vitest'
import { Connections } from '../../src/connections.js'
import { createPlans } from '../../src/plan.js'
import { compose } from '../../src/supergraph/compose.js'
import { type Edition, Editions } from '../../src/supergraph/editions.js'
import { Holds } from '../../src/supergraph/holds.js'
import { planHere, type Planning } from '../../src/supergraph/planning.js'
import { loadSupergraph } from '../../src/supergraph/supergraph.js'
import { countUses, warm } from '../../src/supergraph/warm.js'
import { executableOf } from '../differential/executable-of.js'
import { connected, until, world } from '../socket-client.js'

function edition(name: string, freed: string[]): Edition {
  return {
    holds: new Holds(),
    [Symbol.asyncDispose]() {
      freed.push(name)
      return Promise.resolve()
    },
  }
}

describe('editions', () => {
  it('are freed when they were replaced and the last that holds them is done', async ({ expect }) => {
    const freed: string[] = []
    const editions = new Editions(edition('1', freed))
    const [early, late] = [editions.current.holds.take(), editions.current.holds.take()]
    early()
    early()
    await editions.replace(() => Promise.resolve(edition('2', freed)))
    expect(freed).toEqual([])
    late()
    expect(freed).toEqual(['1'])
    await editions.replace(() => Promise.resolve(edition('3', freed)))
    expect(freed).toEqual(['1', '2'])
    await editions[Symbol.asyncDispose]()
    expect(freed).toEqual(['1', '2', '3'])
  })

  it('replace one after the other; one that fails changes nothing but the state', async ({ expect }) => {
    const freed: string[] = []
    const first = edition('1', freed)
    const editions = new Editions(first, () => 7)
    const failing = editions.replace(() => Promise.reject(new Error('bad')))
    await expect(failing).rejects.toThrow('bad')
    expect(editions.current).toBe(first)
    expect(editions.state).toEqual({ since: 7, swaps: 0, refusals: 1, refused: 'bad' })
    const order: string[] = []
    await Promise.all(
      ['2', '3'].map((name) =>
        editions.replace(async () => {
          order.push(`${name} begins`)
          await Promise.resolve()
          order.push(`${name} ends`)
          return edition(name, freed)
        }),
      ),
    )
    expect(order).toEqual(['2 begins', '2 ends', '3 begins', '3 ends'])
    expect(editions.state).toEqual({ since: 7, swaps: 2, refusals: 1, refused: undefined })
  })
})

describe('a subscription', () => {
  it('[P-131] goes on over swaps, and is told to subscribe again when too many graphs are kept for others', async ({
    expect,
  }) => {
    const { graph, gateway: starting } = world()
    await using gateway = await starting
    const client = await connected(gateway)
    const subscribe = async (id: string) => {
      client.subscribe(id, 'subscription { ticks { n user { name } } }')
      await until(() => graph.streams() === Number(id))
    }
    const event = { n: 1, user: { id: '1' } }
    const data = { ticks: { n: 1, user: { name: 'user 1' } } }
    await subscribe('1')
    for (let swap = 1; swap <= 3; swap++) {
      await gateway.reload(() => Promise.resolve({}))
      await subscribe(String(swap + 1))
    }
    graph.tick(event)
    for (let n = 0; n < 4; n++) expect((await client.next()).payload?.data).toEqual(data)
    await gateway.reload(() => Promise.resolve({}))
    const told = await client.next()
    expect([told.id, told.payload?.errors?.[0]?.extensions['code']]).toEqual(['1', 'SUPERGRAPH_CHANGED'])
    expect(await client.next()).toEqual({ id: '1', type: 'complete' })
    await until(() => graph.streams() === 3)
    graph.tick(event)
    const ids = [await client.next(), await client.next(), await client.next()].map(({ id }) => id)
    expect(ids.sort((x = '', y = '') => x.localeCompare(y))).toEqual(['2', '3', '4'])
    client.subscribe('5', 'subscription { ticks { n } }')
    await until(() => graph.streams() === 4)
    client.socket.terminate()
  })
})

describe('warming', () => {
  const sdl = (url: string) => compose([{ name: 'a', url, sdl: 'type Query { a(s: String): Int b: Int }' }])

  function counting(): { planning: Planning; asked: string[] } {
    const here = planHere()
    const asked: string[] = []
    const plan: Planning['plan'] = (supergraph, question) => {
      asked.push(question.text.replaceAll(/\s+/g, ' '))
      return here.plan(supergraph, question)
    }
    return { planning: { plan, [Symbol.asyncDispose]: () => Promise.resolve() }, asked }
  }

  it('[P-131] plans what was used most before the swap, most used first, each way that it was asked', async ({
    expect,
  }) => {
    const { planning, asked } = counting()
    const before = countUses(createPlans(loadSupergraph(sdl('http://1')), { planning }))
    const rare = executableOf('query R($b: Boolean! = true) { a b @include(if: $b) }')
    const often = executableOf('query O($b: Boolean!, $s: String) { a(s: $s) @skip(if: $b) b }', {
      b: true,
      s: 'secret',
    })
    for (const one of [rare, often, often, executableOf('{ gone: __typename a }')]) before.plan(one)
    expect(before.mostUsed()[0]).toMatchObject({ query: often.query, variables: { b: true } })
    expect(JSON.stringify(before.mostUsed())).not.toContain('secret')

    const next = loadSupergraph(sdl('http://2'))
    const plans = createPlans(next, { planning })
    const lost = executableOf('{ unknownField }')
    await warm(plans, next, [...before.mostUsed(), lost])
    expect(plans.size).toBe(3)
    const warmed = asked.length
    expect(asked[0]).not.toContain('a')
    await plans.plan(often).routeFor({ b: true })
    await plans.plan(rare).routeFor({ b: true })
    expect(asked.length).toBe(warmed)
    await plans.plan(rare).routeFor({ b: false })
    expect(asked.length).toBe(warmed + 1)
  })
})

describe('connections', () => {
  const sdl = (a: string, b: string) =>
    compose([
      { name: 'a', url: a, sdl: 'type Query { a: Int }' },
      { name: 'b', url: b, sdl: 'type Query { b: Int }' },
    ])
  const plain = { urls: {}, traffic: undefined }

  it('stay with a subgraph whose address and settings stay, until nobody needs them', async ({ expect }) => {
    await using connections = new Connections(undefined)
    const one = connections.open(sdl('http://a.test', 'http://b.test'), plain)
    const two = connections.open(sdl('http://a.test', 'http://c.test'), plain)
    expect(two.transports.get('a')).toBe(one.transports.get('a'))
    expect(two.transports.get('b')).not.toBe(one.transports.get('b'))
    await one.release()
    await one.release()
    const three = connections.open(sdl('http://a.test', 'http://b.test'), plain)
    expect(three.transports.get('a')).toBe(two.transports.get('a'))
    expect(three.transports.get('b')).not.toBe(one.transports.get('b'))
    const other = { urls: {}, traffic: { all: { timeoutMs: 1 } } }
    expect(connections.open(sdl('http://a.test', 'http://b.test'), other).transports.get('a')).not.toBe(
      two.transports.get('a'),
    )
  })

  it('are not kept for a supergraph that cannot be served', ({ expect }) => {
    const connections = new Connections(undefined)
    expect(() => connections.open(sdl('http://a.test', 'nowhere'), plain)).toThrow(
      'Subgraph "b" has no http(s) address',
    )
  })
})
