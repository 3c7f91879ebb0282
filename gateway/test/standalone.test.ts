import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buildSchema, GraphQLError } from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { describe, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { CompositionError, compose, startStandaloneGateway } from '../src/main.js'
import { post, standaloneOver } from './gateway-world.js'
import { graph } from './graph.js'

const NOWHERE = 'http://127.0.0.1:1/graphql'

describe('startStandaloneGateway', () => {
  it('[P-121] serves a supergraph over HTTP subgraphs with no other configuration', async ({ expect }) => {
    const { subgraphs } = graph()
    await using gateway = await standaloneOver(subgraphs)
    const answer = await post(gateway.url, '{ me { name reviews { text author { name } } } }')
    expect(answer.data).toEqual({
      me: { name: 'user 1', reviews: [{ text: 'of 1', author: { name: 'user 2' } }] },
    })
    const ready = await fetch(`${gateway.origin}/readyz`)
    expect(ready.status).toBe(200)
    expect(await ready.json()).toMatchObject({ ready: true, subgraphs: { users: 'up', reviews: 'up' } })
  })

  it('says of an operation that there is no way for it, and why in the log alone', async ({ expect }) => {
    const key = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])'
    const composed = compose([
      {
        name: 'a',
        url: NOWHERE,
        sdl: `${key} type Query { item: Item } type Item @key(fields: "id") { id: ID! }`,
      },
      { name: 'b', url: NOWHERE, sdl: `${key} type Item @key(fields: "id") { id: ID! price: Int }` },
    ])
    // What no composition gives, and any file may have: nobody can ask for prices.
    const supergraphSdl = composed.replace(
      '(graph: B, key: "id")',
      '(graph: B, key: "id", resolvable: false)',
    )
    expect(supergraphSdl).not.toBe(composed)
    const logged: [string, Readonly<Record<string, unknown>>][] = []
    const log = (message: string, details: Readonly<Record<string, unknown>>) =>
      void logged.push([message, details])
    await using gateway = await startStandaloneGateway({ supergraphSdl, log })
    const answer = await post(gateway.url, '{ item { id price } }')
    expect(answer.status).toBe(500)
    expect(answer.data).toBeUndefined()
    expect(answer.errors).toMatchObject([{ extensions: { code: 'PLANNING_FAILED' } }])
    expect(logged).toContainEqual([
      'an operation cannot be planned',
      expect.objectContaining({ cause: expect.stringContaining('price') as string }),
    ])
  })

  it('relays subscriptions of HTTP subgraphs over their own sockets', async ({ expect }) => {
    const server = createServer()
    const sockets = new WebSocketServer({ server, path: '/graphql' })
    const schema = buildSchema('type Query { a: Int } type Subscription { count(to: Int!): Int no: Int }')
    const fields = schema.getSubscriptionType()?.getFields()
    if (fields?.['count'] === undefined || fields['no'] === undefined) throw new Error('no field')
    fields['count'].subscribe = async function* (_: unknown, { to }: { to: number }) {
      for (let n = 1; n <= to; n++) yield { count: n }
    }
    fields['no'].subscribe = () => {
      throw new GraphQLError('not for you', { extensions: { code: 'FORBIDDEN' } })
    }
    useServer({ schema }, sockets)
    const given: unknown[] = []
    sockets.on('connection', (_, { headers }) => given.push(headers.authorization))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
    const supergraphSdl = compose([
      {
        name: 'counts',
        url,
        sdl: 'type Query { a: Int } type Subscription { count(to: Int!): Int no: Int }',
      },
    ])
    const traffic = { all: { forwardHeaders: ['authorization'] } }
    await using gateway = await startStandaloneGateway({ supergraphSdl, traffic })
    const client = new WebSocket(gateway.wsUrl, 'graphql-transport-ws')
    await once(client, 'open')
    const messages: {
      type: string
      id: string
      payload?: { data?: unknown; errors?: { message: string; extensions: object }[] }
    }[] = []
    const done = new Promise<void>((resolve) => {
      client.on('message', (data) => {
        const message = JSON.parse(String(data)) as (typeof messages)[number]
        messages.push(message)
        if (message.type === 'connection_ack') {
          client.send(
            JSON.stringify({
              id: '1',
              type: 'subscribe',
              payload: { query: 'subscription ($n: Int!) { count(to: $n) }', variables: { n: 2 } },
            }),
          )
        }
        if (message.type === 'complete' && message.id === '1') {
          client.send(
            JSON.stringify({ id: '2', type: 'subscribe', payload: { query: 'subscription { no }' } }),
          )
        }
        if (message.type === 'complete' && message.id === '2') resolve()
      })
    })
    // What a page proves itself with comes here, and is passed on as the header is that others send.
    client.send('{"type":"connection_init","payload":{"authorization":"Basic YTpi"}}')
    await done
    expect(given).toEqual(['Basic YTpi', 'Basic YTpi'])
    expect(messages.filter((one) => one.id === '1' && one.type === 'next').map((one) => one.payload)).toEqual(
      [{ data: { count: 1 } }, { data: { count: 2 } }],
    )
    expect(messages.find((one) => one.id === '2')?.payload?.errors?.[0]).toMatchObject({
      message: 'not for you',
      extensions: { code: 'FORBIDDEN', service: 'counts' },
    })
    const basic = await post(gateway.url, '{ __typename }', {}, { authorization: 'Basic YTpi' })
    expect(basic.data).toEqual({ __typename: 'Query' })
    client.terminate()
    await gateway.close()
    for (const socket of sockets.clients) socket.terminate()
    server.close()
  })

  it('refuses a supergraph whose subgraph has no address, naming it', async ({ expect }) => {
    const supergraphSdl = compose([{ name: 'lost', sdl: 'type Query { a: Int }' }])
    await expect(startStandaloneGateway({ supergraphSdl })).rejects.toThrow(
      'Subgraph "lost" has no http(s) address',
    )
  })

  it('says which subgraphs its settings name that there are not', async ({ expect }) => {
    const supergraphSdl = compose([{ name: 'a', sdl: 'type Query { a: Int }', url: NOWHERE }])
    const logged: unknown[] = []
    const traffic = { subgraphs: { a: { timeoutMs: 5 }, revews: { timeoutMs: 5 } } }
    await using _ = await startStandaloneGateway({
      supergraphSdl,
      traffic,
      cache: { subgraphs: { stok: { types: {} } } },
      log: (message, details) => logged.push([message, details]),
    })
    expect(logged).toEqual([
      ['the configuration is about subgraphs that there are not', { subgraphs: ['revews', 'stok'] }],
    ])
  })

  it('refuses text that is no supergraph', async ({ expect }) => {
    await expect(startStandaloneGateway({ supergraphSdl: 'type Query { a: Int }' })).rejects.toThrow(
      'not a supergraph',
    )
    await expect(startStandaloneGateway({ supergraphSdl: 'type {' })).rejects.toThrow('Syntax Error')
  })
})

describe('compose', () => {
  it('lists what is wrong, by subgraph', ({ expect }) => {
    const attempt = () =>
      compose([
        { name: 'a', sdl: 'type Query { a: Int ' },
        { name: 'a', sdl: 'type Query { b: Int }' },
      ])
    expect(attempt).toThrow(CompositionError)
    expect(attempt).toThrow(/a: two subgraphs have this name[\s\S]*a at 1:\d+: Syntax Error/)
    expect(() => compose([{ name: 'x', sdl: 'type Query { a: Missing }' }])).toThrow(/Missing/)
  })
})
