import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL, handleProtocols } from 'graphql-ws'
import { type WebSocket, WebSocketServer } from 'ws'
import { serveWithoutUpgrade } from '../http/serve-without-upgrade.js'
import type { Reach } from '../http/cross-site.js'
import { isOwnHost } from '../http/hosts.js'
import { mayCall } from '../http/origins.js'
import { Connection, type ConnectionOptions } from './connection.js'

export interface SocketOptions extends ConnectionOptions, Reach {
  readonly isDraining: () => boolean
  readonly maxMessageBytes: number
  readonly maxSockets: number
  /** Every so often a socket must answer a ping, and its credential must still hold. */
  readonly keepAliveMs: number
}

/** The WebSocket side of the endpoint. */
export interface Sockets {
  readonly size: number
  /** Tells every client that the gateway goes away (1001) and waits until their sockets are closed. */
  close(): Promise<void>
}

const GOING_AWAY = 1001

/** Serves graphql-transport-ws on `/graphql` of an HTTP server. */
export function serveSockets(server: Server, options: SocketOptions): Sockets {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: options.maxMessageBytes,
    handleProtocols,
    // Counted and answered by the connection.
    autoPong: false,
  })
  const upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      serveWithoutUpgrade(server, request, stream, head)
      return
    }
    const refused = refuseUpgrade(request, sockets.clients.size, options)
    if (refused !== undefined) {
      stream.end(`HTTP/1.1 ${refused}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
      return
    }
    sockets.handleUpgrade(request, stream, head, (socket) => attach(socket, request, options))
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
  if (!isOwnHost(request.headers.host, options)) return '421 Misdirected Request'
  if (request.url?.split('?', 1)[0] !== '/graphql') return '404 Not Found'
  if (options.isDraining() || open >= options.maxSockets) return '503 Service Unavailable'
  // A page elsewhere could otherwise open a socket with its visitor's cookie.
  if (!mayCall(request.headers, options.allowedOrigins, options.loopback)) return '403 Forbidden'
  return undefined
}

function attach(socket: WebSocket, request: IncomingMessage, options: SocketOptions): void {
  // A broken frame or one over the limit: ws closes the socket with the right code itself.
  socket.on('error', () => undefined)
  const connection = new Connection(socket, request, options)
  if (socket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) {
    connection.close(CloseCode.SubprotocolNotAcceptable, 'Subprotocol not acceptable')
    return
  }
  let isAlive = true
  const keepAlive = setInterval(() => {
    if (!isAlive) {
      socket.terminate()
      return
    }
    isAlive = false
    socket.ping()
    void connection.recheck()
  }, options.keepAliveMs)
  keepAlive.unref()
  socket.on('pong', () => {
    isAlive = true
  })
  socket.on('ping', (data) => {
    if (connection.mayTake()) socket.pong(data)
  })
  socket.on('message', (message) => void connection.take(String(message)))
  socket.once('close', () => {
    clearInterval(keepAlive)
    connection.closed()
  })
}
