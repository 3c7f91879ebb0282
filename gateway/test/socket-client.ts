import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { Gateway, GatewayOptions } from '../src/main.js'
import { gatewayOf } from './gateway-world.js'
import { type Graph, graph } from './graph.js'

export interface SocketMessage {
  readonly type: string
  readonly id?: string
  readonly payload?: {
    data?: Record<string, unknown>
    errors?: { extensions: Record<string, unknown>; message: string }[]
  }
}

/** A client of graphql-transport-ws that queues what comes, so that no message is missed between awaits. */
export class SocketClient {
  readonly socket: WebSocket
  readonly #queue: SocketMessage[] = []
  #wake: (() => void) | undefined
  readonly closed: Promise<number>

  constructor(
    url: string,
    headers: Record<string, string> = {},
    protocol = 'graphql-transport-ws',
    autoPong = true,
  ) {
    this.socket = new WebSocket(url, protocol === '' ? [] : protocol, { headers, autoPong })
    this.socket.on('message', (data) => {
      this.#queue.push(JSON.parse(String(data)) as SocketMessage)
      this.#wake?.()
    })
    this.socket.on('error', () => undefined)
    this.closed = new Promise((resolve) => this.socket.once('close', (code) => resolve(code)))
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  get waiting(): number {
    return this.#queue.length
  }

  async next(): Promise<SocketMessage> {
    for (;;) {
      const message = this.#queue.shift()
      if (message !== undefined) return message
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  async open(): Promise<this> {
    if (this.socket.readyState !== WebSocket.OPEN) await once(this.socket, 'open')
    return this
  }

  async init(payload?: unknown): Promise<this> {
    await this.open()
    this.send({ type: 'connection_init', payload })
    return this
  }

  subscribe(id: string, query: string, variables?: unknown): void {
    this.send({ id, type: 'subscribe', payload: { query, variables } })
  }
}

/** A client whose connection is acknowledged. */
export async function connected(gateway: Gateway, payload?: unknown): Promise<SocketClient> {
  const client = await new SocketClient(gateway.wsUrl).init(payload)
  await client.next()
  return client
}

/** Waits, turn by turn, until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

/** The graph of graph.ts behind a gateway. */
export function world(options: Partial<GatewayOptions> = {}): { graph: Graph; gateway: Promise<Gateway> } {
  const own = graph()
  return { graph: own, gateway: gatewayOf(own.subgraphs, options) }
}
