import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { handleProtocols } from 'graphql-ws'
import { type WebSocket, WebSocketServer } from 'ws'
import { mayCall } from '../http/origins.js'
import type { Log } from '../scope.js'
import { makeProtocol, type Protocol, type ProtocolOptions } from './protocol.js'

export interface SocketOptions extends ProtocolOptions {
  readonly allowedOrigins: readonly string[]
  readonly loopback: boolean
  readonly isDraining: () => boolean
  readonly log: Log
  readonly maxMessageBytes: number
  readonly maxSockets: number
}

/** The WebSocket side of the endpoint. */
export interface Sockets {
  readonly size: number
  /** Tells every client that the gateway goes away (1001) and waits until their sockets are closed. */
  close(): Promise<void>
}

const GOING_AWAY = 1001
const PING_MS = 12_000

/** Serves graphql-transport-ws on `/graphql` of an HTTP server. */
export function serveSockets(server: Server, options: SocketOptions): Sockets {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: options.maxMessageBytes,
    handleProtocols,
  })
  const protocol = makeProtocol(options)
  const upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const refused = refuseUpgrade(request, sockets.clients.size, options)
    if (refused !== undefined) {
      stream.end(`HTTP/1.1 ${refused}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
      return
    }
    sockets.handleUpgrade(request, stream, head, (socket) => attach(protocol, socket, request, options.log))
  }
  server.on('upgrade', upgrade)
  return {
    get size() {
      return sockets.clients.size
    },
    async close() {
      const gone = [...sockets.clients].map(
        (socket) => new Promise((resolve) => socket.once('close', resolve)),
      )
      for (const socket of sockets.clients) socket.close(GOING_AWAY, 'Going away')
      const cut = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate()
      }, 1_000)
      await Promise.all(gone)
      clearTimeout(cut)
      sockets.close()
    },
  }
}

function refuseUpgrade(request: IncomingMessage, open: number, options: SocketOptions): string | undefined {
  if (request.url?.split('?', 1)[0] !== '/graphql') return '404 Not Found'
  if (options.isDraining() || open >= options.maxSockets) return '503 Service Unavailable'
  // A page elsewhere could otherwise open a socket with its visitor's cookie.
  if (!mayCall(request.headers, options.allowedOrigins, options.loopback)) return '403 Forbidden'
  return undefined
}

function attach(protocol: Protocol, socket: WebSocket, request: IncomingMessage, log: Log): void {
  let answered = true
  const pinging = setInterval(() => {
    if (!answered) {
      socket.terminate()
      return
    }
    answered = false
    socket.ping()
  }, PING_MS)
  pinging.unref()
  socket.on('pong', () => {
    answered = true
  })
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (text) =>
        new Promise((resolve, reject) => {
          if (socket.readyState !== socket.OPEN) resolve()
          else socket.send(text, (error) => (error ? reject(error) : resolve()))
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (take) =>
        socket.on('message', (message) => {
          take(String(message)).catch((cause: unknown) => {
            log('a message over a socket failed by our fault', { cause: String(cause) })
            socket.close(1011, 'Internal server error')
          })
        }),
    },
    { socket, request },
  )
  // A broken frame or one over the limit: ws closes the socket with the right code itself.
  socket.on('error', () => undefined)
  socket.once('close', (code, reason) => {
    clearInterval(pinging)
    void closed(code, String(reason))
  })
}
