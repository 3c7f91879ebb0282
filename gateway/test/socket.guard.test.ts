import { describe, it } from 'vitest'
import { recording } from './recording.js'
import { connected, SocketClient, until, world } from './socket-client.js'

const AGENT = { agentId: 'a', role: 'AGENT', keyId: 'k' } as const
const KEY = { authorization: 'Bearer x' }

describe('[P-112] credentials of open streams', { timeout: 30_000 }, () => {
  it('end a stream before the next event once they are revoked, with 4403', async ({ expect }) => {
    const rows = recording()
    let revoked = false
    const { graph: own, gateway: starting } = world({
      authenticate: () => (revoked ? undefined : AGENT),
      recorder: rows,
    })
    await using gateway = await starting
    const client = await connected(gateway, KEY)
    client.subscribe('s', 'subscription Watch { ticks { n } }')
    await until(() => own.streams() === 1)
    own.tick({ n: 1 })
    expect((await client.next()).payload?.data).toEqual({ ticks: { n: 1 } })
    revoked = true
    own.tick({ n: 2 })
    expect(await client.closed).toBe(4403)
    expect(client.waiting).toBe(0)
    await until(() => own.streams() === 0 && rows.operations.length === 1)
    expect(rows.operations[0]).toMatchObject({
      operation: 'Watch',
      error_code: 'UNAUTHENTICATED',
      status: 'denied',
    })
  })

  it('end a stream over which nothing comes, too', async ({ expect }) => {
    let revoked = false
    const { graph: own, gateway: starting } = world({
      authenticate: () => (revoked ? undefined : AGENT),
      keepAliveMs: 20,
    })
    await using gateway = await starting
    const client = await connected(gateway, KEY)
    client.subscribe('s', 'subscription { ticks { n } }')
    await until(() => own.streams() === 1)
    revoked = true
    expect(await client.closed).toBe(4403)
    await until(() => own.streams() === 0)
  })

  it('end it when they stand for another role by now', async ({ expect }) => {
    let role: 'AGENT' | 'GUEST' = 'AGENT'
    const { graph: own, gateway: starting } = world({ authenticate: () => ({ ...AGENT, role }) })
    await using gateway = await starting
    const client = await connected(gateway, KEY)
    client.subscribe('s', 'subscription { ticks { n } }')
    await until(() => own.streams() === 1)
    role = 'GUEST'
    own.tick({ n: 1 })
    expect(await client.closed).toBe(4403)
  })

  it('end it with 1013 when nobody can tell', async ({ expect }) => {
    let isDown = false
    const { graph: own, gateway: starting } = world({
      authenticate: () => {
        if (isDown) throw new Error('registry is down')
        return AGENT
      },
    })
    await using gateway = await starting
    const client = await connected(gateway, KEY)
    client.subscribe('s', 'subscription { ticks { n } }')
    await until(() => own.streams() === 1)
    isDown = true
    own.tick({ n: 1 })
    expect(await client.closed).toBe(1013)
    expect(client.waiting).toBe(0)
  })
})

describe('[P-124] bounds of sockets', { timeout: 30_000 }, () => {
  it('close one that floods with messages or pings, with 1008', async ({ expect }) => {
    await using gateway = await world({ maxMessagesPerSecond: 20 }).gateway
    const talking = await connected(gateway)
    for (let i = 0; i < 200; i += 1) talking.send({ type: 'ping' })
    expect(await talking.closed).toBe(1008)
    const pinging = await connected(gateway)
    let pongs = 0
    pinging.socket.on('pong', () => (pongs += 1))
    for (let i = 0; i < 200; i += 1) pinging.socket.ping()
    expect(await pinging.closed).toBe(1008)
    expect(pongs).toBeLessThan(60)
  })

  it('close one that answers no ping', async ({ expect }) => {
    await using gateway = await world({ keepAliveMs: 20 }).gateway
    const client = await new SocketClient(gateway.wsUrl, {}, 'graphql-transport-ws', false).init()
    expect(await client.closed).toBe(1006)
  })

  it('let an agent open so many sockets and subscriptions, and no more', async ({ expect }) => {
    const { graph: own, gateway: starting } = world({
      authenticate: ({ secret }) => ({ ...AGENT, agentId: secret }),
      maxSocketsPerAgent: 2,
      maxSubscriptionsPerAgent: 2,
    })
    await using gateway = await starting
    const [first, second] = [await connected(gateway, KEY), await connected(gateway, KEY)]
    expect(await (await new SocketClient(gateway.wsUrl).init(KEY)).closed).toBe(4429)
    const other = await connected(gateway, { authorization: 'Bearer other' })
    first.subscribe('1', 'subscription { ticks { n } }')
    first.subscribe('2', 'subscription { b: ticks { n } }')
    await until(() => own.streams() === 2)
    second.subscribe('3', 'subscription { c: ticks { n } }')
    const refused = (await second.next()) as unknown as { payload: { extensions: { code: string } }[] }
    expect(refused.payload[0]?.extensions.code).toBe('RATE_LIMITED')
    other.subscribe('1', 'subscription { ticks { n } }')
    await until(() => own.streams() === 3)
    first.send({ id: '1', type: 'complete' })
    await until(() => own.streams() === 2)
    second.subscribe('3', 'subscription { c: ticks { n } }')
    await until(() => own.streams() === 3)
    first.socket.close()
    await until(() => own.streams() === 2)
    expect((await (await new SocketClient(gateway.wsUrl).init(KEY)).next()).type).toBe('connection_ack')
  })

  it('close a reader with 1013 that is 256 events behind, and free what it held', async ({ expect }) => {
    const rows = recording()
    const { graph: own, gateway: starting } = world({ recorder: rows })
    await using gateway = await starting
    const [slow, quick] = [await connected(gateway), await connected(gateway)]
    for (const client of [slow, quick]) client.subscribe('s', 'subscription { ticks { n user { name } } }')
    await until(() => own.streams() === 1)
    slow.socket.pause()
    let sent = 0
    const pad = 'x'.repeat(100_000)
    while (rows.operations.length === 0 && sent < 2_000) {
      own.tick({ n: 1, user: { id: '1', name: pad } })
      sent += 1
      await quick.next()
    }
    slow.socket.resume()
    expect(await slow.closed).toBe(1013)
    expect(rows.operations[0]).toMatchObject({ error_code: 'OVERLOADED' })
    own.tick({ n: 7 })
    expect((await quick.next()).payload?.data).toEqual({ ticks: { n: 7, user: null } })
  })

  it('give a slow reader of states the newest instead', async ({ expect }) => {
    const { graph: own, gateway: starting } = world()
    await using gateway = await starting
    const [slow, quick] = [await connected(gateway), await connected(gateway)]
    for (const client of [slow, quick]) client.subscribe('s', 'subscription { liveMetrics { n traces } }')
    await until(() => own.streams() === 1)
    slow.socket.pause()
    const traces = ['x'.repeat(200_000)]
    for (let n = 1; n <= 200; n += 1) {
      own.tick({ n, traces })
      await quick.next()
    }
    slow.socket.resume()
    let seen = 0
    let last: unknown
    while (last !== 200) {
      const data = (await slow.next()).payload?.data as { liveMetrics: { n: number } }
      last = data.liveMetrics.n
      seen += 1
    }
    expect(seen).toBeLessThan(200)
  })
})
