import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'

interface Body {
  readonly operationName: string
  readonly variables: {
    readonly after?: number
    readonly first?: number
    readonly input?: { toolName: string; toolInput: { command?: string }; requestId: string }
  }
}

interface FakeEvent {
  readonly sequence: number
  readonly type: string
}

/** A gateway at the process edge: GraphQL over HTTP and graphql-transport-ws, a log in memory, a few verdicts. */
export interface FakeGraph extends AsyncDisposable {
  readonly url: string
  readonly wsUrl: string
  readonly port: number
  append(): FakeEvent
  readonly asked: string[]
  /** Answers the slow commands that wait. */
  decide(): void
  readonly metrics: { p50Ms: number | null }
}

export async function fakeGraph(port = 0, log: FakeEvent[] = []): Promise<FakeGraph> {
  const sockets = new Set<Socket>()
  const readers = new Map<WebSocket, string>()
  const waiting: (() => void)[] = []
  const asked: string[] = []
  const metrics = { p50Ms: 12.5 as number | null }

  function answer(response: ServerResponse, value: unknown): void {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
  }

  const answers: Record<string, (body: Body, response: ServerResponse) => void> = {
    WhoAmI: (_, response) =>
      answer(response, { data: { me: { id: 'agent-1', name: 'Agent', role: 'AGENT' } } }),
    ReadEvents: ({ variables }, response) => {
      const { after, first = 100 } = variables
      const events = after === undefined ? [] : log.filter(({ sequence }) => sequence > after).slice(0, first)
      answer(response, { data: { events: { events, lastSequence: log.length, hasMore: false } } })
    },
    ReadOperations: (_, response) => {
      const stats = { name: 'Validate', count: 3, errors: 1, p95Ms: 20, p99Ms: null, ...metrics }
      answer(response, { data: { operations: [stats, { ...stats, name: '../evil' }] } })
    },
    Validate: ({ variables }, response) => {
      const command = variables.input?.toolInput.command ?? ''
      asked.push(command)
      const refusal = /^fail (\w+)$/.exec(command)?.[1]
      if (refusal !== undefined) {
        answer(response, {
          data: null,
          errors: [{ message: `refused ${refusal}`, extensions: { code: refusal } }],
        })
        return
      }
      const decision = command.startsWith('rm') ? 'BLOCK' : 'ALLOW'
      const decide = () =>
        answer(response, {
          data: { validateCommand: { id: `d-${asked.length}`, decision, reason: command } },
        })
      if (command.startsWith('slow')) waiting.push(decide)
      else decide()
    },
  }

  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    request.on('end', () => {
      const body = JSON.parse(text) as Body
      answers[body.operationName]?.(body, response)
    })
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  const next = (socket: WebSocket, id: string, event: FakeEvent) =>
    socket.send(JSON.stringify({ type: 'next', id, payload: { data: { eventStream: event } } }))
  const wss = new WebSocketServer({ server, handleProtocols: () => 'graphql-transport-ws' })
  wss.on('connection', (socket) => {
    socket.on('close', () => readers.delete(socket))
    socket.on('message', (raw: Buffer) => {
      const message = JSON.parse(raw.toString()) as {
        type: string
        id: string
        payload: { variables: { since?: number } }
      }
      if (message.type === 'connection_init') socket.send(JSON.stringify({ type: 'connection_ack' }))
      if (message.type !== 'subscribe') return
      readers.set(socket, message.id)
      const since = message.payload.variables.since ?? log.length
      for (const event of log) if (event.sequence > since) next(socket, message.id, event)
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const bound = (server.address() as AddressInfo).port
  return {
    url: `http://127.0.0.1:${bound}/graphql`,
    wsUrl: `ws://127.0.0.1:${bound}/graphql`,
    port: bound,
    asked,
    metrics,
    append() {
      const event = { sequence: log.length + 1, type: 'CUSTOM' }
      log.push(event)
      for (const [socket, id] of readers) next(socket, id, event)
      return event
    },
    decide: () => {
      for (const decide of waiting.splice(0)) decide()
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      wss.close()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
