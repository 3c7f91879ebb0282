import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { openDashboards } from '../src/dashboards.js'

interface Message {
  readonly type: string
  readonly id?: string
  readonly payload?: { readonly authorization?: string; readonly operationName?: string }
}

async function socketServer(answer: (message: Message, send: (message: object) => void) => void) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  const received: Message[] = []
  server.on('connection', (socket) =>
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Message
      received.push(message)
      answer(message, (reply) => socket.send(JSON.stringify(reply)))
    }),
  )
  await once(server, 'listening')
  return {
    wsUrl: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async [Symbol.asyncDispose]() {
      for (const client of server.clients) client.terminate()
      server.close()
      await once(server, 'close')
    },
  }
}

describe('openDashboards', () => {
  it('each sends its key, subscribes once acknowledged, answers pings and counts frames', async ({
    expect,
  }) => {
    await using server = await socketServer((message, send) => {
      if (message.type === 'connection_init') send({ type: 'connection_ack' })
      if (message.type !== 'subscribe') return
      send({ type: 'ping' })
      for (let i = 0; i < 3; i++)
        send({ id: message.id, type: 'next', payload: { data: { liveMetrics: { at: '' } } } })
    })
    await using dashboards = openDashboards({ wsUrl: server.wsUrl, key: 'k', count: 5, intervalMs: 500 })
    await expect.poll(() => dashboards.counts()).toEqual({ frames: 15, failed: 0 })
    await expect.poll(() => server.received.filter(({ type }) => type === 'pong').length).toBe(5)
    const [first] = server.received
    expect(first).toEqual({ type: 'connection_init', payload: { authorization: 'Bearer k' } })
  })

  it('count those that were refused or could not connect, and throw nothing', async ({ expect }) => {
    await using server = await socketServer((message, send) => {
      if (message.type === 'connection_init') send({ type: 'connection_ack' })
      else send({ id: '1', type: 'error', payload: [{ message: 'no' }] })
    })
    await using refused = openDashboards({ wsUrl: server.wsUrl, key: undefined, count: 2, intervalMs: 500 })
    await using lost = openDashboards({ wsUrl: 'ws://127.0.0.1:1', key: 'k', count: 2, intervalMs: 500 })
    await expect.poll(() => [refused.counts().failed, lost.counts().failed]).toEqual([2, 2])
  })
})
