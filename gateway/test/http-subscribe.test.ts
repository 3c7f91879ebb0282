import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SubgraphRequest } from '@lighthouse/contract/subgraph-request'
import { GraphQLError } from 'graphql'
import { describe, it } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { subscribeOverHttp } from '../src/fetch/http-subscribe.js'

interface Upstream extends AsyncDisposable {
  readonly url: string
  readonly headers: Record<string, unknown>[]
  readonly open: () => number
}

/** A subgraph's WebSocket side, answering each message as the test says. */
async function upstream(
  behave: (message: { type: string; id?: string }, socket: WebSocket) => void,
): Promise<Upstream> {
  const server = createServer()
  const sockets = new WebSocketServer({ server, autoPong: true })
  const headers: Record<string, unknown>[] = []
  sockets.on('connection', (socket, request) => {
    headers.push(request.headers)
    socket.on('message', (text) => behave(JSON.parse(String(text)) as { type: string }, socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    headers,
    open: () => sockets.clients.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const reply = (socket: WebSocket, message: object) => socket.send(JSON.stringify(message))
const acknowledge = (message: { type: string }, socket: WebSocket) => {
  if (message.type === 'connection_init') reply(socket, { type: 'connection_ack' })
  if (message.type === 'ping') reply(socket, { type: 'pong' })
}

function events(url: string, signal = new AbortController().signal) {
  const request = { query: 'subscription { n }', variables: {}, signal } as unknown as SubgraphRequest
  const headers = { 'x-who': 'a' }
  return subscribeOverHttp(request, { name: 'x', url, headers, maxAnswerBytes: 1_000, patienceMs: 50 })
}

async function failure(stream: AsyncIterable<unknown>): Promise<unknown> {
  try {
    for await (const event of stream) void event
  } catch (error) {
    const { message } = error as Error
    if (error instanceof GraphQLError) return { message, extensions: error.extensions }
    return { code: (error as { code: string }).code, message }
  }
  return 'ended'
}

const ENDED = { code: 'SUBGRAPH_UNAVAILABLE', message: 'Subgraph "x" ended the subscription.' }

describe('[P-124] subscriptions to subgraphs over graphql-transport-ws', { timeout: 30_000 }, () => {
  it('give the events until the subgraph completes, and say who asks', async ({ expect }) => {
    await using server = await upstream((message, socket) => {
      acknowledge(message, socket)
      if (message.type !== 'subscribe') return
      for (const n of [1, 2]) reply(socket, { id: message.id, type: 'next', payload: { data: { n } } })
      reply(socket, { id: message.id, type: 'complete' })
    })
    const seen: unknown[] = []
    for await (const event of events(server.url)) seen.push(event.data)
    expect(seen).toEqual([{ n: 1 }, { n: 2 }])
    expect(server.headers[0]?.['x-who']).toBe('a')
  })

  it('reject when the subgraph refuses, with what it says', async ({ expect }) => {
    await using server = await upstream((message, socket) => {
      acknowledge(message, socket)
      if (message.type === 'subscribe') reply(socket, { id: message.id, type: 'error', payload })
    })
    let payload: unknown = [
      { message: 'not you', extensions: { code: 'FORBIDDEN', stacktrace: ['x'], hint: 1 } },
    ]
    expect(await failure(events(server.url))).toEqual({
      message: 'not you',
      extensions: { code: 'FORBIDDEN', service: 'x', hint: 1 },
    })
    payload = [{ message: 'not you' }]
    expect(await failure(events(server.url))).toMatchObject({ extensions: { code: 'SUBGRAPH_ERROR' } })
    payload = []
    expect(await failure(events(server.url))).toEqual(ENDED)
  })

  it('reject when the subgraph does not acknowledge, vanishes, or is not there', async ({ expect }) => {
    await using mute = await upstream(() => undefined)
    await using silent = await upstream((message, socket) => {
      if (message.type !== 'ping') acknowledge(message, socket)
    })
    await using dying = await upstream((message, socket) => {
      acknowledge(message, socket)
      if (message.type === 'subscribe') socket.terminate()
    })
    const outcomes = await Promise.all(
      [mute.url, silent.url, dying.url, 'ws://127.0.0.1:1/graphql'].map((url) => failure(events(url))),
    )
    expect(outcomes).toEqual([ENDED, ENDED, ENDED, ENDED])
  })

  it('reject when an event is over the limit', async ({ expect }) => {
    await using server = await upstream((message, socket) => {
      acknowledge(message, socket)
      if (message.type === 'subscribe')
        reply(socket, { id: message.id, type: 'next', payload: { data: { n: 'x'.repeat(2_000) } } })
    })
    expect(await failure(events(server.url))).toEqual(ENDED)
  })

  it('end, and close the socket, when nobody listens any more', async ({ expect }) => {
    await using server = await upstream(acknowledge)
    const stopping = new AbortController()
    const outcome = failure(events(server.url, stopping.signal))
    while (server.open() === 0) await new Promise((resolve) => setImmediate(resolve))
    stopping.abort()
    expect(await outcome).toBe('ended')
    while (server.open() > 0) await new Promise((resolve) => setImmediate(resolve))
  })
})
