import type { Duplex } from 'node:stream'

/** Answers a request for a WebSocket with a status and nothing else. */
export function refuseUpgrade(socket: Duplex, status: '401 Unauthorized' | '404 Not Found'): void {
  // Nobody else listens on a socket that was handed over; who asked may be gone already.
  socket.on('error', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}
