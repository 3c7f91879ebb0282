import { request as httpRequest } from 'node:http'
import { createClient } from 'graphql-sse'
import { describe, it } from 'vitest'
import type { Gateway } from '../src/main.js'
import { recording } from './recording.js'
import { until, world } from './socket-client.js'

const AGENT = { agentId: 'a', role: 'AGENT', keyId: 'k' } as const

function events(gateway: Gateway, query: string, headers: Record<string, string> = {}) {
  const client = createClient({ url: gateway.url, headers, retryAttempts: 0 })
  return client.iterate<Record<string, unknown>>({ query })
}

/** The events of a stream as they stand on the wire, until it ends. */
async function wire(
  url: string,
  body: object | undefined,
  headers: Record<string, string> = {},
): Promise<{ status: number; type: string | null; text: string }> {
  const response = await fetch(url, {
    headers: { accept: 'text/event-stream', 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  })
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
}

describe('[P-124] subscriptions over server-sent events', { timeout: 30_000 }, () => {
  it('relay filled events to the client of graphql-sse until it goes', async ({ expect }) => {
    const rows = recording()
    const { graph: own, gateway: starting } = world({ recorder: rows })
    await using gateway = await starting
    const stream = events(gateway, 'subscription T { ticks { n user { name rating } } }')
    const first = stream.next()
    await until(() => own.streams() === 1)
    own.tick({ n: 1, user: { id: '2' } })
    expect((await first).value).toEqual({ data: { ticks: { n: 1, user: { name: 'user 2', rating: 2 } } } })
    const second = stream.next()
    own.tick({ n: 2, user: null })
    expect((await second).value).toEqual({ data: { ticks: { n: 2, user: null } } })
    await stream.return?.()
    await until(() => own.streams() === 0 && rows.operations.length === 1)
    expect(rows.operations[0]).toMatchObject({
      operation: 'T',
      type: 'subscription',
      status: 'ok',
      http_status: 200,
    })
  })

  it('share their stream with sockets and other event streams', async ({ expect }) => {
    const { graph: own, gateway: starting } = world()
    await using gateway = await starting
    const streams = [1, 2, 3].map(() => events(gateway, 'subscription { ticks { n } }'))
    const firsts = streams.map((stream) => stream.next())
    await until(() => own.streams() === 1)
    let done = false
    void Promise.all(firsts).then(() => (done = true))
    await until(() => {
      if (!done) own.tick({ n: 1 })
      return done
    })
    for (const first of firsts) expect((await first).value).toEqual({ data: { ticks: { n: 1 } } })
    expect(own.streams()).toBe(1)
    for (const stream of streams) await stream.return?.()
    await until(() => own.streams() === 0)
  })

  it('carry queries, refusals of documents and the end as events', async ({ expect }) => {
    await using gateway = await world().gateway
    const query = await wire(gateway.url, {
      query: 'query($on: Boolean!) { count @include(if: $on) }',
      variables: { on: true },
    })
    expect(query).toEqual({
      status: 200,
      type: 'text/event-stream; charset=utf-8',
      text: ':\n\nevent: next\ndata: {"data":{"count":3}}\n\nevent: complete\ndata:\n\n',
    })
    const get = await wire(
      `${gateway.url}?${new URLSearchParams({ query: 'query($on: Boolean!) { count @include(if: $on) }', variables: '{"on":true}' })}`,
      undefined,
    )
    expect(get.text).toBe(query.text)
    const invalid = await wire(gateway.url, { query: 'subscription { tick }' })
    expect(invalid.status).toBe(200)
    expect(invalid.text).toContain('"code":"GRAPHQL_VALIDATION_FAILED"')
    expect(invalid.text).toContain('event: complete')
    const refused = await wire(gateway.url, { query: 'subscription { refuses }' })
    expect(refused.text).toContain('"code":"SUBGRAPH_UNAVAILABLE"')
    const mutation = `${gateway.url}?${new URLSearchParams({ query: 'mutation { rename(name: "x") { name } }' })}`
    expect((await wire(mutation, undefined)).text).toContain('"code":"METHOD_NOT_ALLOWED"')
  })

  it('are only for those who take them, by name', async ({ expect }) => {
    await using gateway = await world().gateway
    const types = async (accept: string, query: string) =>
      (await wire(gateway.url, { query }, { accept })).type
    const urql = 'application/graphql-response+json, application/json, text/event-stream, multipart/mixed'
    expect(await types(urql, '{ count }')).toContain('json')
    expect(await types(urql, 'subscription { refuses }')).toContain('event-stream')
    expect(await types('text/event-stream;q=0, */*', 'subscription { refuses }')).toContain('json')
    expect(await types('*/*', 'subscription { refuses }')).toContain('json')
  })

  it('refuse strangers with 401 before anything is sent', async ({ expect }) => {
    await using gateway = await world({
      authenticate: ({ secret }) => (secret === 'good' ? AGENT : undefined),
    }).gateway
    const refused = await wire(gateway.url, { query: '{ count }' })
    expect([refused.status, refused.type]).toEqual([401, 'application/json; charset=utf-8'])
    const good = await wire(gateway.url, { query: '{ who }' }, { authorization: 'Bearer good' })
    expect(good.text).toContain('{"data":{"who":"a"}}')
    const broken = await wire(
      gateway.url,
      { query: '{ who }', variables: 1 },
      { authorization: 'Bearer good' },
    )
    expect(broken.status).toBe(400)
  })

  it('end before the next event, saying so, when the credential is revoked', async ({ expect }) => {
    let revoked = false
    const { graph: own, gateway: starting } = world({ authenticate: () => (revoked ? undefined : AGENT) })
    await using gateway = await starting
    const stream = events(gateway, 'subscription { ticks { n } }', { authorization: 'Bearer x' })
    const first = stream.next()
    await until(() => own.streams() === 1)
    revoked = true
    own.tick({ n: 1 })
    const { value } = await first
    expect(value).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
    expect((await stream.next()).done).toBe(true)
    await until(() => own.streams() === 0)
  })

  it('beat while nothing comes, and end then too when the credential is revoked', async ({ expect }) => {
    let revoked = false
    const { graph: own, gateway: starting } = world({
      authenticate: () => (revoked ? undefined : AGENT),
      keepAliveMs: 20,
    })
    await using gateway = await starting
    const answer = wire(gateway.url, { query: 'subscription { ticks { n } }' }, { authorization: 'Bearer x' })
    await until(() => own.streams() === 1)
    await new Promise((resolve) => setTimeout(resolve, 60))
    revoked = true
    const { text } = await answer
    expect(text.split(':\n\n').length).toBeGreaterThan(2)
    expect(text).toContain('"code":"UNAUTHENTICATED"')
  })

  it('cut a reader that falls behind, and free what it held', async ({ expect }) => {
    const rows = recording()
    const { graph: own, gateway: starting } = world({ recorder: rows })
    await using gateway = await starting
    const slow = httpRequest(gateway.url, {
      method: 'POST',
      headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
    })
    slow.on('response', (response) => response.pause())
    slow.on('error', () => undefined)
    slow.end(JSON.stringify({ query: 'subscription { ticks { n user { name } } }' }))
    await until(() => own.streams() === 1)
    const name = 'x'.repeat(100_000)
    for (let sent = 0; rows.operations.length === 0 && sent < 2_000; sent += 1) {
      own.tick({ n: sent, user: { id: '1', name } })
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(rows.operations[0]).toMatchObject({ error_code: 'OVERLOADED' })
    await until(() => own.streams() === 0)
    slow.destroy()
  })

  it('end when the gateway closes', async ({ expect }) => {
    const { graph: own, gateway: starting } = world()
    const gateway = await starting
    const answer = wire(gateway.url, { query: 'subscription { ticks { n } }' })
    await until(() => own.streams() === 1)
    await gateway.close()
    expect((await answer).text).toBe(':\n\n')
    await until(() => own.streams() === 0)
  })

  it('are capped', async ({ expect }) => {
    const { graph: own, gateway: starting } = world({ maxSockets: 1 })
    await using gateway = await starting
    const stopping = new AbortController()
    const body = { query: 'subscription { ticks { n } }' }
    const first = fetch(gateway.url, {
      method: 'POST',
      headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: stopping.signal,
    })
    await until(() => own.streams() === 1)
    const second = await wire(gateway.url, body)
    expect([second.status, second.text.includes('OVERLOADED')]).toEqual([503, true])
    await first
    stopping.abort()
    await until(() => own.streams() === 0)
  })
})

describe('[P-124] subscriptions in parts, as Apollo Client takes them over HTTP', { timeout: 30_000 }, () => {
  const ACCEPT = 'multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json'
  const TYPE = 'multipart/mixed; boundary="graphql"; subscriptionSpec="1.0"'
  const bodies = (text: string) =>
    text
      .split('\r\n--graphql')
      .slice(1, -1)
      .map((part) => JSON.parse(part.split('\r\n\r\n')[1] ?? '') as unknown)

  it('carry each result as a payload until the stream ends', async ({ expect }) => {
    const { graph: own, gateway: starting } = world()
    await using gateway = await starting
    const query = 'subscription { ticks { n user { rating } } }'
    const asked = wire(gateway.url, { query }, { accept: ACCEPT })
    await until(() => own.streams() === 1)
    own.tick({ n: 1, user: { id: '2' } })
    own.tick({ n: 2, user: null })
    own.end()
    const { status, type, text } = await asked
    expect([status, type]).toEqual([200, TYPE])
    expect(bodies(text)).toEqual([
      { payload: { data: { ticks: { n: 1, user: { rating: 2 } } } } },
      { payload: { data: { ticks: { n: 2, user: null } } } },
    ])
    expect(text.endsWith('\r\n--graphql--\r\n')).toBe(true)
  })

  it('tell why there are none, beat while nothing comes, and leave queries as they were', async ({
    expect,
  }) => {
    const { graph: own, gateway: starting } = world({ keepAliveMs: 20 })
    await using gateway = await starting
    const ask = (query: string) => wire(gateway.url, { query }, { accept: ACCEPT })
    expect(bodies((await ask('subscription { nope }')).text)).toMatchObject([
      { payload: null, errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
    ])
    expect(await ask('{ count }')).toMatchObject({ type: 'application/json; charset=utf-8' })
    const silent = ask('subscription { ticks { n } }')
    await until(() => own.streams() === 1)
    await new Promise((resolve) => setTimeout(resolve, 60))
    own.end()
    expect(bodies((await silent).text)[0]).toEqual({})
  })
})
