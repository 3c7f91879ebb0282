import { afterAll, beforeAll, describe, it } from 'vitest'
import type { Principal } from '@lighthouse/contract/principal'
import type { Credential } from '../../src/credential.js'
import { gatewayOf, post } from '../gateway-world.js'
import type { GatewayOptions } from '../../src/main.js'
import { holding, library } from './library.js'

const EVERYTHING = holding(['id', 'mail', 'mood', 'orders', 'shop:write'], ['gdpr', 'places'])

/** Asks as a caller with these rights; undefined: as nobody. */
async function open(options: Partial<GatewayOptions> = {}) {
  const { subgraphs, bought } = library()
  const principals = new Map<string, Principal>()
  const authenticate = ({ secret }: Credential) => principals.get(secret)
  const known = await gatewayOf(subgraphs, { authenticate, ...options })
  const strangers = await gatewayOf(subgraphs, options)
  return {
    bought,
    strangers: strangers.url,
    asked: (name: string) => subgraphs.find((one) => one.name === name)?.seen.map(({ query }) => query) ?? [],
    async ask(query: string, as: Principal | undefined, variables: Record<string, unknown> = {}) {
      if (as === undefined) return post(strangers.url, query, variables)
      const secret = String(principals.size)
      principals.set(secret, as)
      return post(known.url, query, variables, { authorization: `Bearer ${secret}` })
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([known.close(), strangers.close()])
    },
  }
}

const places = (errors: readonly { path?: readonly (string | number)[] }[] = []) =>
  errors.map(({ path }) => path?.join('.'))

describe('[P-128] authorisation by the supergraph', () => {
  let world: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    world = await open()
  })
  afterAll(() => world[Symbol.asyncDispose]())

  it('answers null where a field is denied, with an error that says where, and does not ask for it', async ({
    expect,
  }) => {
    const answer = await world.ask('{ me { name email } secret count }', holding([]))
    expect(answer.status).toBe(200)
    expect(answer.data).toEqual({ me: { name: 'Anna', email: null }, secret: 'hidden', count: 2 })
    expect(answer.errors).toMatchObject([
      { path: ['me', 'email'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } },
    ])
    expect(world.asked('people').join()).not.toContain('email')
  })

  it('lets nobody see what is for those with a credential', async ({ expect }) => {
    const answer = await world.ask('{ secret count robot { name } }', undefined)
    expect(answer.data).toEqual({ secret: null, count: 2, robot: null })
    expect(places(answer.errors)).toEqual(['secret', 'robot'])
  })

  it('is the same as without directives for those who may see everything', async ({ expect }) => {
    const query = '{ me { id name email ssn mood shelf orders { total by { points } } } beings { id name } }'
    const answer = await world.ask(query, EVERYTHING)
    expect(answer.errors).toBeUndefined()
    expect(answer.data?.['me']).toMatchObject({ id: '1', ssn: '111', mood: 'GLAD', orders: [{ total: 5 }] })
  })

  it('wants all scopes of one list, and any of the lists', async ({ expect }) => {
    const email = async (...scopes: string[]) => (await world.ask('{ me { email } }', holding(scopes))).data
    expect(await email('mail')).toEqual({ me: { email: 'a@x' } })
    expect(await email('read', 'all')).toEqual({ me: { email: 'a@x' } })
    expect(await email('read')).toEqual({ me: { email: null } })
    expect(await email('all', 'mail2')).toEqual({ me: { email: null } })
  })

  it('spreads null to the nearest place that may be null', async ({ expect }) => {
    const one = await world.ask('{ me { name ssn } count }', holding([]))
    expect(one.data).toEqual({ me: null, count: 2 })
    const list = await world.ask('{ count people { ssn } }', holding([]))
    expect(list.data).toBeNull()
    expect(places(list.errors)).toEqual(['people.0.ssn'])
  })

  it('says of each item of a list what is missing in it', async ({ expect }) => {
    const { data, errors } = await world.ask('{ people { email name } }', holding([]))
    expect(data).toEqual({
      people: [
        { email: null, name: 'Anna' },
        { email: null, name: 'Bo' },
      ],
    })
    expect(places(errors)).toEqual(['people.0.email', 'people.1.email'])
  })

  it('sees through aliases, fragments, nested fragments and merged selections, and keeps their order', async ({
    expect,
  }) => {
    const { data, errors, ...rest } = await world.ask(
      `query { me { a: email ...F ... { b: email } } me { name c: email } }
       fragment F on Person { ...G name } fragment G on Being { ... on Person { d: email } id }`,
      holding(['id']),
    )
    expect(rest.status).toBe(200)
    expect(JSON.stringify(data)).toBe('{"me":{"a":null,"d":null,"id":"1","name":"Anna","b":null,"c":null}}')
    expect(places(errors)).toEqual(['me.a', 'me.d', 'me.b', 'me.c'])
  })

  it('judges an interface by each type that an object can be', async ({ expect }) => {
    const { data, errors } = await world.ask('{ being { n: name friend { name id } } }', undefined)
    // A friend that is a Robot may not be seen: its name may not be null, so the friend is.
    expect(data).toEqual({ being: { n: 'Anna', friend: null } })
    expect(places(errors)).toEqual(['being.friend.name'])
    const deeper = await world.ask('{ being { friend { __typename friend { name } } } }', undefined)
    expect(deeper.data).toEqual({ being: { friend: { __typename: 'Robot', friend: null } } })
  })

  it('judges a union by each type that an object can be', async ({ expect }) => {
    const query =
      '{ found { ... on Person { name } ... on Robot { serial } ... on Being { friend { __typename } } } }'
    expect((await world.ask(query, holding([]))).errors).toBeUndefined()
    const { data, errors } = await world.ask(query, undefined)
    expect(data).toBeNull()
    expect(places(errors)).toEqual(['found.0.serial'])
  })

  it('reaches fields that come by reference, and protects an enum and a scalar wherever they are returned', async ({
    expect,
  }) => {
    const { data, errors } = await world.ask(
      '{ me { points orders { total } mood shelf } }',
      holding(['mood']),
    )
    expect(data).toEqual({ me: null })
    expect(places(errors)).toEqual(['me.orders'])
    const leaves = await world.ask('{ me { points mood shelf } }', holding([]))
    expect(leaves.data).toEqual({ me: { points: 7, mood: null, shelf: null } })
    const all = await world.ask('{ me { mood shelf } }', holding(['mood'], ['places']))
    expect(all.data).toEqual({ me: { mood: 'GLAD', shelf: 'B4' } })
  })

  it('uses a protected key for itself, and neither shows it nor stops at it', async ({ expect }) => {
    const { data, errors } = await world.ask('{ top { by { points name } } me { points } }', holding([]))
    expect(data).toEqual({ top: { by: { points: 7, name: 'Anna' } }, me: { points: 7 } })
    expect(errors).toBeUndefined()
    const id = await world.ask('{ me { id points } }', holding([]))
    expect(id.data).toEqual({ me: null })
  })

  it('does not run a mutation that is denied, and runs the others', async ({ expect }) => {
    const answer = await world.ask('mutation { buy(name: "x") look }', holding([]))
    expect(answer.data).toEqual({ buy: null, look: 'ok' })
    expect(world.bought).toEqual([])
    await world.ask('mutation { buy(name: "y") }', EVERYTHING)
    expect(world.bought).toEqual(['y'])
  })

  it('holds for each event of a subscription, and refuses one whose field is denied', async ({ expect }) => {
    const events = async (query: string) => {
      const response = await fetch(world.strangers, {
        method: 'POST',
        headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      })
      return [...(await response.text()).matchAll(/^data: (.+)$/gm)].map(
        ([, text = '']) => JSON.parse(text) as object,
      )
    }
    expect(await events('subscription { joined { email name } }')).toMatchObject([
      { data: { joined: { email: null, name: 'Anna' } }, errors: [{ path: ['joined', 'email'] }] },
    ])
    const [refused, ...rest] = await events('subscription { watched }')
    expect(refused).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } }] })
    expect(rest).toEqual([])
    expect(world.asked('people').join()).not.toContain('watched')
  })

  it('leaves introspection as it is', async ({ expect }) => {
    const query =
      'query { __typename secret __schema { ...S } __type(name: "Person") { name fields { name } } } fragment S on __Schema { queryType { name } }'
    const { data } = await world.ask(query, undefined)
    expect(data).toMatchObject({
      __typename: 'Query',
      secret: null,
      __schema: { queryType: { name: 'Query' } },
    })
    expect(JSON.stringify(data)).toContain('"ssn"')
  })

  it('says nothing of what @skip and @include leave out', async ({ expect }) => {
    const query =
      'query($with: Boolean = false) { me { name email @include(if: $with) ... @skip(if: true) { ssn } } }'
    const without = await world.ask(query, holding([]))
    expect(without).toMatchObject({ data: { me: { name: 'Anna' } } })
    expect(without.errors).toBeUndefined()
    expect((await world.ask(query, holding([]), { with: true })).data).toEqual({
      me: { name: 'Anna', email: null },
    })
  })

  it('refuses the whole operation where it is configured so', async ({ expect }) => {
    await using world = await open({ authorization: { mode: 'reject' } })
    const query = 'mutation M($no: Boolean = false) { look buy(name: "x") @skip(if: $no) }'
    const answer = await world.ask(query, holding([]))
    expect(answer.status).toBe(403)
    expect(answer.data).toBeUndefined()
    expect(answer.errors).toMatchObject([
      { path: ['buy'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE', requestId: expect.any(String) } },
    ])
    expect(answer.errors?.[0]?.extensions).not.toHaveProperty('http')
    expect((await world.ask(query, holding([]), { no: true })).data).toEqual({ look: 'ok' })
    expect(world.asked('people').join()).not.toContain('buy')
  })

  it('only tells what it would do in a dry run', async ({ expect }) => {
    const logged: unknown[] = []
    const log = (message: string, details: object) => void logged.push([message, details])
    await using world = await open({ authorization: { dryRun: true, mode: 'reject' }, log })
    const answer = await world.ask('{ me { name ssn } }', holding([]))
    expect(answer.data).toEqual({ me: { name: 'Anna', ssn: '111' } })
    expect(answer.errors).toBeUndefined()
    expect(answer.extensions).toMatchObject({ authorizationErrors: [{ path: ['me', 'ssn'] }] })
    expect(logged).toMatchObject([['an operation would not be permitted', { fields: ['Person.ssn'] }]])
  })

  it('gives roles their scopes by configuration', async ({ expect }) => {
    const roles = { AGENT: { scopes: ['mail'] }, ADMIN: { policies: ['gdpr'] } }
    await using world = await open({ authorization: { roles } })
    const agent: Principal = { agentId: 'a', role: 'AGENT', keyId: 'k' }
    const query = '{ me { name email } }'
    expect((await world.ask(query, agent)).data).toEqual({ me: { name: 'Anna', email: 'a@x' } })
    expect((await world.ask(query, { ...agent, role: 'ADMIN' })).data).toEqual({
      me: { name: 'Anna', email: null },
    })
    expect((await world.ask('{ me { ssn } }', { ...agent, role: 'ADMIN' })).data).toEqual({
      me: { ssn: '111' },
    })
  })

  it('plans once for all callers who may see the same, and never serves the plan of another', async ({
    expect,
  }) => {
    const query = '{ me { email name } }'
    for (const scopes of [[], ['mail'], ['x'], ['mail', 'y'], []]) {
      const may = scopes.includes('mail')
      expect((await world.ask(query, holding(scopes))).data).toEqual({
        me: { email: may ? 'a@x' : null, name: 'Anna' },
      })
    }
  })
})
