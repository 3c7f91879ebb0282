import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'

export interface FakeGraph extends AsyncDisposable {
  readonly url: string
  readonly wsUrl: string
  readonly requests: { headers: IncomingMessage['headers']; body: string }[]
  readonly subscriptions: {
    variables: Record<string, unknown>
    init: unknown
    socket: WebSocket
    id: string
  }[]
  /** Cuts every TCP connection, as a crash would. */
  cut(): void
}

export interface FakeGraphOptions {
  answer?(body: string, response: ServerResponse, request: IncomingMessage): void
  onInit?(socket: WebSocket, payload: unknown): boolean
  onSubscribe?(subscription: FakeGraph['subscriptions'][number]): void
}

/** A GraphQL endpoint at the process edge: real HTTP, real graphql-transport-ws, answers given by the test. */
export async function fakeGraph(options: FakeGraphOptions = {}): Promise<FakeGraph> {
  const sockets = new Set<Socket>()
  const requests: FakeGraph['requests'] = []
  const subscriptions: FakeGraph['subscriptions'] = []
  const server: Server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => {
      requests.push({ headers: request.headers, body })
      options.answer?.(body, response, request)
    })
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  const wss = new WebSocketServer({ server, handleProtocols: () => 'graphql-transport-ws' })
  wss.on('connection', (socket) => {
    let init: unknown
    socket.on('message', (raw: Buffer) => {
      const message = JSON.parse(raw.toString()) as {
        type: string
        id: string
        payload?: { variables?: object }
      }
      if (message.type === 'connection_init') {
        init = message.payload
        if (options.onInit?.(socket, init) === false) return
        socket.send(JSON.stringify({ type: 'connection_ack' }))
      }
      if (message.type === 'subscribe') {
        const variables = (message.payload?.variables ?? {}) as Record<string, unknown>
        const subscription = { variables, init, socket, id: message.id }
        subscriptions.push(subscription)
        options.onSubscribe?.(subscription)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    wsUrl: `ws://127.0.0.1:${port}/graphql`,
    requests,
    subscriptions,
    cut: () => sockets.forEach((socket) => void socket.destroy()),
    async [Symbol.asyncDispose]() {
      sockets.forEach((socket) => void socket.destroy())
      wss.close()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}
