import { describe, it } from 'vitest'
import { recording } from './recording.js'
import { connected, until, world } from './socket-client.js'

const byName = {
  authenticate: ({ secret }: { secret: string }) => ({ agentId: secret, role: 'AGENT', keyId: 'k' }) as const,
}
const named = (name: string) => ({ authorization: `Bearer ${name}` })

describe('[P-124] identical subscriptions', { timeout: 30_000 }, () => {
  it('share one stream and one execution per event', async ({ expect }) => {
    const rows = recording()
    const { graph: own, gateway: starting } = world({ recorder: rows })
    await using gateway = await starting
    const clients = await Promise.all(Array.from({ length: 5 }, () => connected(gateway)))
    const query = 'subscription T($on: Boolean!) { ticks { n user @include(if: $on) { rating } } }'
    for (const client of clients) client.subscribe('s', query, { on: true })
    const other = await connected(gateway)
    other.subscribe('s', query, { on: false })
    await until(() => own.streams() === 2)
    own.tick({ n: 1, user: { id: '3' } })
    for (const client of clients)
      expect((await client.next()).payload?.data).toEqual({ ticks: { n: 1, user: { rating: 3 } } })
    expect((await other.next()).payload?.data).toEqual({ ticks: { n: 1 } })
    expect(rows.fetches.map((row) => row.subgraph)).toEqual(['reviews'])
    for (const client of [...clients, other]) client.socket.close()
    await until(() => own.streams() === 0)
  })

  it('stay apart for every principal, and are shared by the connections of one', async ({ expect }) => {
    const { graph: own, gateway: starting } = world(byName)
    await using gateway = await starting
    const clients = await Promise.all(['a', 'a', 'b'].map((name) => connected(gateway, named(name))))
    for (const client of clients) client.subscribe('t', 'subscription { ticks { n } }')
    await until(() => own.streams() === 2)
    own.tick({ n: 1 })
    for (const client of clients) await client.next()
    expect(own.streams()).toBe(2)
  })

  it('to states are shared by everybody of one role, and a late comer gets the newest at once', async ({
    expect,
  }) => {
    const { graph: own, gateway: starting } = world(byName)
    await using gateway = await starting
    const clients = await Promise.all(['a', 'b', 'c'].map((name) => connected(gateway, named(name))))
    for (const client of clients) client.subscribe('m', 'subscription { liveMetrics(intervalMs: 500) { n } }')
    clients[2]?.subscribe('other', 'subscription { liveMetrics(intervalMs: 600) { n } }')
    await until(() => own.streams() === 2)
    own.tick({ n: 7 })
    for (const client of clients)
      expect((await client.next()).payload?.data).toEqual({ liveMetrics: { n: 7 } })
    const late = await connected(gateway, named('d'))
    late.subscribe('m', 'subscription { liveMetrics(intervalMs: 500) { n } }')
    expect((await late.next()).payload?.data).toEqual({ liveMetrics: { n: 7 } })
    expect(own.streams()).toBe(2)
    for (const client of [...clients, late]) client.socket.close()
    await until(() => own.streams() === 0)
  })

  it('that begin with what happened before are not shared', async ({ expect }) => {
    const { graph: own, gateway: starting } = world({ unshared: ['ticks'] })
    await using gateway = await starting
    const clients = await Promise.all([connected(gateway), connected(gateway)])
    for (const client of clients) client.subscribe('t', 'subscription { ticks { n } }')
    await until(() => own.streams() === 2)
    expect(own.streams()).toBe(2)
  })

  it('go on for the others when the one that opened the stream leaves', async ({ expect }) => {
    const { graph: own, gateway: starting } = world()
    await using gateway = await starting
    const [first, second] = [await connected(gateway), await connected(gateway)]
    for (const client of [first, second]) {
      client.subscribe('t', 'subscription { ticks { n user { rating } } }')
      await until(() => own.streams() === 1)
    }
    await until(() => {
      own.tick({ n: 1, user: null })
      return first.waiting > 0 && second.waiting > 0
    })
    first.socket.terminate()
    own.tick({ n: 2, user: { id: '2' } })
    let payload = (await second.next()).payload
    while (JSON.stringify(payload) === '{"data":{"ticks":{"n":1,"user":null}}}')
      payload = (await second.next()).payload
    expect(payload).toEqual({ data: { ticks: { n: 2, user: { rating: 2 } } } })
    expect(own.streams()).toBe(1)
  })
})
