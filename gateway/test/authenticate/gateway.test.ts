import { describe, it } from 'vitest'
import type { Principal } from '@lighthouse/contract/principal'
import type { SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import type { GatewayOptions } from '../../src/main.js'
import { httpTransport } from '../../src/main.js'
import { holding, library } from '../authorize/library.js'
import { gatewayOf, post, serve } from '../gateway-world.js'
import { connected, until, world } from '../socket-client.js'
import { type Claims, Issuer } from './issuer.js'

async function open(options: Partial<GatewayOptions> = {}, settings: object = {}) {
  const issuer = await Issuer.open()
  const { subgraphs } = library()
  const authentication = { ...settings, jwt: [issuer.settings] }
  const gateway = await gatewayOf(subgraphs, { authentication, ...options })
  return {
    issuer,
    gateway,
    subgraphs,
    async ask(query: string, claims: Claims = {}) {
      return post(gateway.url, query, {}, { authorization: `Bearer ${await issuer.token(claims)}` })
    },
    async [Symbol.asyncDispose]() {
      await gateway.close()
      await issuer[Symbol.asyncDispose]()
    },
  }
}

describe('[P-128] callers with tokens', () => {
  it('see what their scopes and policies permit', async ({ expect }) => {
    await using at = await open()
    const { data } = await at.ask('{ secret me { name email } }', { scope: 'mail x' })
    expect(data).toEqual({ secret: 'hidden', me: { name: 'Anna', email: 'a@x' } })
    expect((await at.ask('{ me { ssn } }', { policies: ['gdpr'] })).data).toEqual({ me: { ssn: '111' } })
    expect((await at.ask('{ me { name email } }')).data).toEqual({ me: { name: 'Anna', email: null } })
  })

  it('are refused when a token is no good, and when there is none', async ({ expect }) => {
    await using at = await open()
    for (const headers of [{}, { authorization: 'Bearer a.b.c' }, { authorization: 'Bearer key' }]) {
      const answer = await post(at.gateway.url, '{ count }', {}, headers as Record<string, string>)
      expect(answer).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
      expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    }
  })

  it('may be nobody where a token is not required; one that is no good is refused all the same', async ({
    expect,
  }) => {
    await using at = await open({}, { required: false })
    expect((await post(at.gateway.url, '{ count secret }')).data).toEqual({ count: 2, secret: null })
    const expired = await at.ask('{ count }', { exp: 1 })
    expect(expired.status).toBe(401)
  })

  it('call beside those with keys, whose roles have scopes by configuration', async ({ expect }) => {
    const agent: Principal = { agentId: 'a', role: 'AGENT', keyId: 'k' }
    const authenticate = ({ secret }: { secret: string }) => (secret === 'key' ? agent : undefined)
    await using at = await open({ authenticate, authorization: { roles: { AGENT: { scopes: ['mail'] } } } })
    const keyed = await post(at.gateway.url, '{ me { name email } }', {}, { authorization: 'Bearer key' })
    expect(keyed.data).toEqual({ me: { name: 'Anna', email: 'a@x' } })
    expect((await at.ask('{ me { name email } }')).data).toEqual({ me: { name: 'Anna', email: null } })
    const other = await post(at.gateway.url, '{ count }', {}, { authorization: 'Bearer other' })
    expect(other.status).toBe(401)
  })

  it('may send it in another header', async ({ expect }) => {
    const cache = { types: { Query: { ttlMs: 60_000, scope: 'public' as const } } }
    await using at = await open({ cache }, { header: 'X-Id-Token', required: false })
    const token = await at.issuer.token()
    expect((await post(at.gateway.url, '{ secret }', {}, { 'x-id-token': token })).data).toEqual({
      secret: 'hidden',
    })
    const elsewhere = await post(at.gateway.url, '{ secret }', {}, { authorization: `Bearer ${token}` })
    expect(elsewhere.data).toEqual({ secret: null })
    const headers = { origin: at.gateway.origin, 'access-control-request-headers': 'x-id-token' }
    const preflight = await fetch(at.gateway.url, { method: 'OPTIONS', headers })
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-id-token')
    const everybody = await post(at.gateway.url, '{ count }')
    expect(everybody.headers.get('cache-control')).toContain('public')
    expect(everybody.headers.get('vary')).toContain('x-id-token')
  })

  it('wait while the keys of their issuer cannot be had', async ({ expect }) => {
    await using at = await open()
    at.issuer.answer = (response) => response.destroy()
    const answer = await at.ask('{ count }')
    expect(answer).toMatchObject({
      status: 503,
      errors: [{ extensions: { code: 'AUTHENTICATION_UNAVAILABLE' } }],
    })
    expect(answer.headers.get('retry-after')).toBe('5')
  })

  it('lose their stream when their token expires', { timeout: 10_000 }, async ({ expect }) => {
    await using issuer = await Issuer.open()
    const jwt = [{ ...issuer.settings, clockToleranceMs: 0 }]
    const { graph, gateway: starting } = world({ authentication: { jwt }, keepAliveMs: 250 })
    await using gateway = await starting
    const exp = Math.floor(Date.now() / 1_000) + 2
    const client = await connected(gateway, { authorization: `Bearer ${await issuer.token({ exp })}` })
    client.subscribe('s', 'subscription { ticks { n } }')
    await until(() => graph.streams() === 1)
    expect(await client.closed).toBe(4403)
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1_000)
  })

  it('lose their stream when their issuer is taken out of the configuration', async ({ expect }) => {
    await using issuer = await Issuer.open()
    const { graph, gateway: starting } = world({
      authentication: { jwt: [issuer.settings] },
      keepAliveMs: 250,
    })
    await using gateway = await starting
    const authorization = `Bearer ${await issuer.token()}`
    const client = await connected(gateway, { authorization })
    client.subscribe('s', 'subscription { ticks { n } }')
    const events = fetch(gateway.url, {
      method: 'POST',
      headers: { authorization, accept: 'text/event-stream', 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'subscription { ticks { n at } }' }),
    }).then((response) => response.text())
    await until(() => graph.streams() === 2)
    const jwt = [{ ...issuer.settings, issuer: 'https://other.example' }]
    await gateway.reload(() => Promise.resolve({ authentication: { jwt } }))
    expect(await client.closed).toBe(4403)
    expect(await events).toContain('UNAUTHENTICATED')
  })
})

describe('[P-128] what is kept or shared', () => {
  const { subgraphs } = library()
  const twoOf = (url: string, options: Partial<GatewayOptions> = {}) => {
    const [people, ...others] = subgraphs
    const principals = new Map([
      ['one', { ...holding(['mail']), agentId: 'same' }],
      ['two', { ...holding(['mail', 'more']), agentId: 'same' }],
    ])
    return gatewayOf(subgraphs, {
      authenticate: ({ secret }) => principals.get(secret),
      transports: new Map<string, SubgraphTransport>([
        ['people', httpTransport({ name: people?.name ?? '', url })],
        ...others.map((one) => [one.name, one] as const),
      ]),
      ...options,
    })
  }
  const as = (secret: string) => ({ authorization: `Bearer ${secret}` })

  it.for([false, true])(
    'in a cache, public too, never crosses from one set of rights to another (whole answers: %s)',
    async (responses, { expect }) => {
      const [people] = subgraphs
      if (people === undefined) throw new Error('no subgraph')
      await using served = await serve(people)
      const cache = { responses, types: { Query: { ttlMs: 60_000, scope: 'public' as const } } }
      await using gateway = await twoOf(served.url, { cache })
      const query = '{ count secret }'
      for (const [secret, requests] of [
        ['one', 1],
        ['one', 1],
        ['two', 2],
        ['two', 2],
        ['one', 2],
      ] as const) {
        expect((await post(gateway.url, query, {}, as(secret))).data).toEqual({ count: 2, secret: 'hidden' })
        expect(served.headers).toHaveLength(requests)
      }
    },
  )

  it('in flight never crosses either', async ({ expect }) => {
    const [people] = subgraphs
    if (people === undefined) throw new Error('no subgraph')
    await using served = await serve(people)
    await using gateway = await twoOf(served.url)
    const query = '{ count secret }'
    await Promise.all(['one', 'two', 'one', 'two'].map((secret) => post(gateway.url, query, {}, as(secret))))
    expect(new Set(served.headers.map((one) => one['x-lighthouse-principal'])).size).toBe(2)
  })
})
