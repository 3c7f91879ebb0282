import { describe, it } from 'vitest'
import type { GatewayOptions } from '../src/main.js'
import { connected, SocketClient, until, world } from './socket-client.js'

type Step = (client: SocketClient) => unknown
const init: Step = (client) => client.send({ type: 'connection_init' })
const send =
  (message: unknown): Step =>
  (client) =>
    client.send(message)
const subscribe =
  (id: string, query = 'subscription { ticks { n } }'): Step =>
  (client) =>
    client.subscribe(id, query)
const receive: Step = (client) => client.next()

interface Breach {
  readonly title: string
  readonly steps: readonly Step[]
  readonly code: number
  readonly options?: Partial<GatewayOptions>
  readonly protocol?: string
}

/** What a client may do against the protocol, and the code with which its socket is closed (PROTOCOL.md of graphql-ws). */
const BREACHES: readonly Breach[] = [
  { title: 'text that is no JSON', steps: [send('garbage')], code: 4400 },
  { title: 'JSON that is no object', steps: [send('[]')], code: 4400 },
  { title: 'a message of no known type', steps: [send({ type: 'start' })], code: 4400 },
  { title: 'a message without a type', steps: [send({ id: '1' })], code: 4400 },
  {
    title: 'a payload of connection_init that is no object',
    steps: [send({ type: 'connection_init', payload: 1 })],
    code: 4400,
  },
  {
    title: 'a subscribe without an id',
    steps: [init, receive, send({ type: 'subscribe', payload: { query: '{ count }' } })],
    code: 4400,
  },
  {
    title: 'a subscribe with an empty id',
    steps: [init, receive, send({ id: '', type: 'subscribe', payload: { query: '{ count }' } })],
    code: 4400,
  },
  {
    title: 'a subscribe without a query',
    steps: [init, receive, send({ id: '1', type: 'subscribe', payload: {} })],
    code: 4400,
  },
  {
    title: 'variables that are no object',
    steps: [
      init,
      receive,
      send({ id: '1', type: 'subscribe', payload: { query: '{ count }', variables: 1 } }),
    ],
    code: 4400,
  },
  { title: 'a complete without an id', steps: [init, receive, send({ type: 'complete' })], code: 4400 },
  {
    title: 'a message that only servers send (next)',
    steps: [init, receive, send({ id: '1', type: 'next', payload: {} })],
    code: 4400,
  },
  {
    title: 'a message that only servers send (connection_ack)',
    steps: [init, receive, send({ type: 'connection_ack' })],
    code: 4400,
  },
  {
    title: 'a message that only servers send (error)',
    steps: [init, receive, send({ id: '1', type: 'error', payload: [{ message: 'x' }] })],
    code: 4400,
  },
  { title: 'a subscribe before connection_init', steps: [subscribe('1')], code: 4401 },
  {
    title: 'a connection that is not let in',
    steps: [init],
    code: 4403,
    options: { authenticate: () => undefined },
  },
  { title: 'an older subprotocol', steps: [], code: 4406, protocol: 'graphql-ws' },
  { title: 'no subprotocol', steps: [], code: 4406, protocol: '' },
  { title: 'no connection_init in time', steps: [], code: 4408, options: { connectionInitMs: 30 } },
  {
    title: 'the id of an operation that is under way',
    steps: [init, receive, subscribe('1'), subscribe('1')],
    code: 4409,
  },
  { title: 'a second connection_init', steps: [init, receive, init], code: 4429 },
  { title: 'a second connection_init before the first is answered', steps: [init, init], code: 4429 },
  {
    title: 'a message over the limit',
    steps: [init, receive, subscribe('1', `{ count } # ${'x'.repeat(70_000)}`)],
    code: 1009,
  },
]

describe('[P-124] the graphql-transport-ws protocol', { timeout: 30_000 }, () => {
  for (const { title, steps, code, options, protocol = 'graphql-transport-ws' } of BREACHES) {
    it(`closes a socket with ${code} for ${title}`, async ({ expect }) => {
      await using gateway = await world(options).gateway
      const client = new SocketClient(gateway.wsUrl, {}, protocol)
      // A client library of ws refuses the connection itself when its subprotocol is not confirmed.
      const codes = protocol === 'graphql-ws' ? [code, 1006] : [code]
      if (protocol !== 'graphql-ws') await client.open()
      for (const step of steps) await step(client)
      expect(codes).toContain(await client.closed)
    })
  }

  it('closes with 4500, telling nothing, when something of ours fails', async ({ expect }) => {
    let asked = 0
    await using gateway = await world({
      authenticate: () => {
        asked += 1
        throw new Error('secret of the registry')
      },
    }).gateway
    const client = await new SocketClient(gateway.wsUrl).init({ authorization: 'Bearer x' })
    let reason = ''
    client.socket.once('close', (_code, text) => (reason = String(text)))
    expect([await client.closed, reason, asked]).toEqual([4500, 'Internal server error', 1])
  })

  it('answers a ping with a pong of the same payload, also before connection_init', async ({ expect }) => {
    await using gateway = await world().gateway
    const client = await new SocketClient(gateway.wsUrl).open()
    client.send({ type: 'ping', payload: { at: 1 } })
    expect(await client.next()).toEqual({ type: 'pong', payload: { at: 1 } })
    client.send({ type: 'ping' })
    expect(await client.next()).toEqual({ type: 'pong' })
    client.send({ type: 'pong' })
    await client.init()
    expect(await client.next()).toEqual({ type: 'connection_ack' })
  })

  it('lets an id be used again once its operation ended, by either side', async ({ expect }) => {
    const { graph: own, gateway: starting } = world()
    await using gateway = await starting
    const client = await connected(gateway)
    client.subscribe('1', '{ count }')
    expect([(await client.next()).type, (await client.next()).type]).toEqual(['next', 'complete'])
    client.subscribe('1', 'subscription { ticks { n } }')
    await until(() => own.streams() === 1)
    client.send({ id: '1', type: 'complete' })
    await until(() => own.streams() === 0)
    client.subscribe('1', 'subscription { other: ticks { n } }')
    await until(() => own.streams() === 1)
    own.tick({ n: 1 })
    expect((await client.next()).payload?.data).toEqual({ other: { n: 1 } })
  })

  it('ignores a complete for an operation that it does not know', async ({ expect }) => {
    await using gateway = await world().gateway
    const client = await connected(gateway)
    client.send({ id: 'nobody', type: 'complete' })
    client.subscribe('1', '{ count }')
    expect((await client.next()).payload?.data).toEqual({ count: 3 })
  })

  it('sends nothing more for an operation that the client completed while it was being started', async ({
    expect,
  }) => {
    const { graph: own, gateway: starting } = world()
    await using gateway = await starting
    const client = await connected(gateway)
    client.subscribe('1', 'subscription { ticks { n } }')
    client.send({ id: '1', type: 'complete' })
    client.subscribe('2', 'subscription { second: ticks { n } }')
    await until(() => own.streams() === 1)
    own.tick({ n: 1 })
    expect((await client.next()).id).toBe('2')
    expect(client.waiting).toBe(0)
  })
})
