import { type RequestListener, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it, onTestFinished } from 'vitest'
import { httpPeer } from '../src/peer.js'
import { ask } from './library.js'

/** A peer of a server that answers as it likes. */
async function peerOf(listener: RequestListener) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const peer = httpPeer({ name: 'odd', url: `http://127.0.0.1:${port}/graphql`, gatewaySecret: 's' })
  onTestFinished(async () => {
    server.closeAllConnections()
    await peer[Symbol.asyncDispose]()
    server.close()
  })
  return { peer, server }
}

describe('a peer', () => {
  it.for([
    ['HTML', 200, '<html>'],
    ['an empty body', 200, ''],
    ['JSON that is no answer', 200, '{"ok":true}'],
    ['a proxy page', 502, 'Bad Gateway'],
  ] as const)('rejects with SUBGRAPH_ERROR for %s', async ([, status, body], { expect }) => {
    const { peer } = await peerOf((_request, response) => response.writeHead(status).end(body))
    await expect(peer.request(ask('{ a }'))).rejects.toMatchObject({ extensions: { code: 'SUBGRAPH_ERROR' } })
  })

  it('rejects with SUBGRAPH_UNAVAILABLE when nobody listens or the connection is cut', async ({ expect }) => {
    const { peer, server } = await peerOf((request) => request.socket.destroy())
    const unavailable = { extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }
    await expect(peer.request(ask('{ a }'))).rejects.toMatchObject(unavailable)
    const closed = new Promise((resolve) => server.close(resolve))
    await closed
    await expect(peer.request(ask('{ a }'))).rejects.toMatchObject(unavailable)
    const stream = peer.subscribe(ask('subscription { a }'))[Symbol.asyncIterator]()
    await expect(stream.next()).rejects.toMatchObject(unavailable)
  })

  it('hands on the stops that the subgraph noted and takes them out of the answer', async ({ expect }) => {
    const stops = [['load', 1, 2]]
    const { peer } = await peerOf((_request, response) =>
      response.end(JSON.stringify({ data: { a: 1 }, extensions: { stops, kept: true } })),
    )
    const noted: unknown[] = []
    const answer = await peer.request(ask('{ a }', { noteStop: (...stop) => void noted.push(stop) }))
    expect(answer).toEqual({ data: { a: 1 }, extensions: { kept: true } })
    expect(noted).toEqual(stops)
  })
})
