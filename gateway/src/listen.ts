import type { Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** Where a server listens. */
export interface Listening {
  readonly port: number
  /** Host and port as they stand in a URL. */
  readonly authority: string
}

/** Connections of servers that {@link listen} started. */
const connected = new WeakMap<Server, Set<Socket>>()

/** Starts listening. Rejects when the port is taken or the host is not ours. */
export function listen(server: Server, host: string, port: number): Promise<Listening> {
  const sockets = new Set<Socket>()
  connected.set(server, sockets)
  server.on('connection', (socket) => {
    // Told twice of one that asked for another protocol.
    if (sockets.has(socket)) return
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.removeListener('error', reject)
      const { address, family, port: taken } = server.address() as AddressInfo
      resolve({ port: taken, authority: `${family === 'IPv6' ? `[${address}]` : address}:${taken}` })
    })
  })
}

const SWEEP_MS = 50

/** Stops accepting, lets requests under way end, and cuts what is left when the time is over. */
export function drain(server: Server, drainMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), drainMs)
    // A connection whose last answer is sent would be kept for the next request, which is refused. One that was opened in
    // advance and says nothing is none that is idle, for Node.
    const closeIdle = () => {
      server.closeIdleConnections()
      for (const socket of connected.get(server) ?? []) if (socket.bytesRead === 0) socket.destroy()
    }
    const sweep = setInterval(closeIdle, SWEEP_MS)
    server.close(() => {
      clearTimeout(cut)
      clearInterval(sweep)
      resolve()
    })
    closeIdle()
  })
}

/** True for a host that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}
