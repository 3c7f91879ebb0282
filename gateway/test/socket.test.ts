import { once } from 'node:events'
import { nowUs } from '@lighthouse/analytics/recorder/clock'
import { describe, it } from 'vitest'
import { WebSocket } from 'ws'
import { recording } from './recording.js'
import { connected, SocketClient, until, world } from './socket-client.js'

describe('[P-124] subscriptions over graphql-transport-ws', { timeout: 30_000 }, () => {
  it('acknowledges, relays events, and fills entities of other subgraphs in for each of them', async ({
    expect,
  }) => {
    const { graph: own, gateway: starting } = world()
    await using gateway = await starting
    const client = await new SocketClient(gateway.wsUrl).init()
    expect(await client.next()).toEqual({ type: 'connection_ack' })
    client.subscribe('s', 'subscription T { ticks { n user { name rating reviews { author { name } } } } }')
    await until(() => own.streams() === 1)
    own.tick({ n: 1, user: { id: '1' } })
    own.tick({ n: 2, user: null })
    const filled = { name: 'user 1', rating: 1, reviews: [{ author: { name: 'user 2' } }] }
    expect(await client.next()).toEqual({
      id: 's',
      type: 'next',
      payload: { data: { ticks: { n: 1, user: filled } } },
    })
    expect(await client.next()).toEqual({
      id: 's',
      type: 'next',
      payload: { data: { ticks: { n: 2, user: null } } },
    })
    client.send({ id: 's', type: 'complete' })
    await until(() => own.streams() === 0)
  })

  it('runs queries and mutations too', async ({ expect }) => {
    await using gateway = await world().gateway
    const client = await connected(gateway)
    client.subscribe('q', '{ me { name rating } }')
    expect(await client.next()).toEqual({
      id: 'q',
      type: 'next',
      payload: { data: { me: { name: 'user 1', rating: 1 } } },
    })
    expect(await client.next()).toEqual({ id: 'q', type: 'complete' })
    client.subscribe('f', '{ fails }')
    expect((await client.next()).payload?.errors?.[0]?.extensions).toMatchObject({
      code: 'FORBIDDEN',
      service: 'users',
    })
  })

  it('answers documents that are refused with coded errors', async ({ expect }) => {
    await using gateway = await world().gateway
    const client = await connected(gateway)
    const codes: unknown[] = []
    for (const query of [
      '{ me {',
      'subscription { tick { n } }',
      `{ ${'count '.repeat(2_000)} }`,
      'query A { count } query B { count }',
    ]) {
      client.subscribe('x', query)
      const message = await client.next()
      expect(message.type).toBe('error')
      codes.push(
        (message.payload as unknown as { extensions: { code: string; requestId: string } }[])[0]?.extensions
          .code,
      )
    }
    expect(codes).toEqual([
      'GRAPHQL_PARSE_FAILED',
      'GRAPHQL_VALIDATION_FAILED',
      'QUERY_TOO_COMPLEX',
      'OPERATION_RESOLUTION_FAILURE',
    ])
  })

  it('ends a subscription that the subgraph refuses with a coded error', async ({ expect }) => {
    await using gateway = await world().gateway
    const client = await connected(gateway)
    client.subscribe('r', 'subscription { refuses }')
    const message = await client.next()
    expect(message.payload?.errors?.[0]?.extensions).toMatchObject({
      code: 'SUBGRAPH_UNAVAILABLE',
      service: 'users',
    })
    expect(await client.next()).toEqual({ id: 'r', type: 'complete' })
  })

  it('lets nobody in without a credential, by payload or by cookie', async ({ expect }) => {
    const principal = { agentId: 'a', role: 'AGENT', keyId: 'k' } as const
    const { graph: own, gateway: starting } = world({
      authenticate: ({ secret }) => (secret === 'good' ? principal : undefined),
    })
    await using gateway = await starting
    expect(await (await new SocketClient(gateway.wsUrl).init()).closed).toBe(4403)
    expect(await (await new SocketClient(gateway.wsUrl).init({ authorization: 'Bearer bad' })).closed).toBe(
      4403,
    )
    expect(await (await new SocketClient(gateway.wsUrl).init({ authorization: 'Basic good' })).closed).toBe(
      4403,
    )
    const byPayload = await new SocketClient(gateway.wsUrl).init({ authorization: 'Bearer good' })
    expect(await byPayload.next()).toEqual({ type: 'connection_ack' })
    const byCookie = await new SocketClient(gateway.wsUrl, { cookie: 'lighthouse_session=good' }).init()
    expect(await byCookie.next()).toEqual({ type: 'connection_ack' })
    byCookie.subscribe('q', '{ who }')
    expect((await byCookie.next()).payload?.data).toEqual({ who: 'a' })
    expect(own.seenPrincipals).toEqual([principal])
  })

  it('refuses an operation when the credential has expired since', async ({ expect }) => {
    let expired = false
    await using gateway = await world({
      authenticate: () => (expired ? undefined : { agentId: 'a', role: 'AGENT', keyId: 'k' }),
    }).gateway
    const client = await connected(gateway, { authorization: 'Bearer x' })
    expired = true
    client.subscribe('q', '{ who }')
    const message = (await client.next()) as unknown as {
      type: string
      payload: { extensions: { code: string } }[]
    }
    expect([message.type, message.payload[0]?.extensions.code]).toEqual(['error', 'UNAUTHENTICATED'])
  })

  it('refuses pages of other sites, other paths and other protocols', async ({ expect }) => {
    await using gateway = await world().gateway
    const status = async (url: string, headers: Record<string, string>) => {
      const socket = new WebSocket(url, 'graphql-transport-ws', { headers })
      const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }]
      return response.statusCode
    }
    const outcomes = await Promise.all([
      status(gateway.wsUrl, { origin: 'https://evil.example' }).catch((error: Error) => error.message),
      status(`${gateway.wsUrl}/other`, {}).catch((error: Error) => error.message),
    ])
    expect(outcomes).toEqual([403, 404])
    const own = new SocketClient(gateway.wsUrl, { origin: gateway.origin })
    await once(own.socket, 'open')
    const old = new SocketClient(gateway.wsUrl, {}, 'graphql-ws')
    old.socket.on('error', () => undefined)
    expect([4406, 1006]).toContain(await old.closed)
  })

  it('caps the operations that one socket has under way', async ({ expect }) => {
    const { graph: own, gateway: starting } = world({ maxSubscriptionsPerSocket: 2 })
    await using gateway = await starting
    const client = await connected(gateway)
    for (const id of ['1', '2', '3']) client.subscribe(id, `subscription { a${id}: ticks { n } }`)
    const refused = (await client.next()) as unknown as {
      id: string
      payload: { extensions: { code: string } }[]
    }
    expect([refused.id, refused.payload[0]?.extensions.code]).toEqual(['3', 'OVERLOADED'])
    await until(() => own.streams() === 2)
    own.tick({ n: 1 })
    expect(new Set([(await client.next()).id, (await client.next()).id])).toEqual(new Set(['1', '2']))
  })

  it('notes the relay of each trace that a payload names, once', async ({ expect }) => {
    const rows = recording()
    const { graph: own, gateway: starting } = world({ recorder: rows })
    await using gateway = await starting
    const client = await connected(gateway)
    client.subscribe('m', 'subscription { liveMetrics { n traces } }')
    await until(() => own.streams() === 1)
    const trace = crypto.randomUUID().replaceAll('-', '')
    for (const n of [1, 2]) {
      own.tick({ n, traces: [trace] })
      await client.next()
    }
    await until(() => rows.stops.some((row) => row.stop === 'relay'))
    expect(rows.stops.filter((row) => row.stop === 'relay').map((row) => row.trace_id)).toEqual([trace])
  })

  it('writes a row when a subscription ends, whose duration is the wait until it stood', async ({
    expect,
  }) => {
    const rows = recording()
    const { graph: own, gateway: starting } = world({ recorder: rows })
    await using gateway = await starting
    const client = await connected(gateway)
    client.subscribe('s', 'subscription Ticking { ticks { n } }')
    await until(() => own.streams() === 1)
    const stoodUs = nowUs()
    // Rows start at a whole millisecond: it must live longer than that for its life to show.
    await until(() => nowUs() - stoodUs > 2_000)
    client.send({ id: 's', type: 'complete' })
    await until(() => rows.operations.length === 1)
    const [row] = rows.operations
    expect(row).toMatchObject({
      operation: 'Ticking',
      type: 'subscription',
      status: 'ok',
      http_status: 101,
    })
    expect((row?.ts ?? 0) * 1_000 + (row?.duration_us ?? 0)).toBeLessThanOrEqual(stoodUs)
  })

  it('tells every client that it goes away when it closes', async ({ expect }) => {
    const { graph: own, gateway: starting } = world()
    const gateway = await starting
    const client = await connected(gateway)
    client.subscribe('s', 'subscription { ticks { n } }')
    await until(() => own.streams() === 1)
    await gateway.close()
    expect(await client.closed).toBe(1001)
    await until(() => own.streams() === 0)
  })
})
