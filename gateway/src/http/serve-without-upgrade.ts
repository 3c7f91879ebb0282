import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'

/** They speak of the protocol that is not spoken here. */
const OF_UPGRADE = new Set(['upgrade', 'connection', 'http2-settings'])

/**
 * Answers a request that asks for another protocol in HTTP/1.1, as a server does that does not know that protocol (RFC 9110,
 * section 7.8). Java's HttpClient and `curl --http2` ask for h2c with whatever they send. Node has left the connection to us,
 * its body unread, so the server is given it anew, as one on which the request comes without the wish.
 */
export function serveWithoutUpgrade(
  server: Server,
  { method, url, httpVersion, rawHeaders }: IncomingMessage,
  stream: Duplex,
  head: Buffer,
): void {
  // Asked before the answer to another request was sent: no client does, and Node could not send the two in their order.
  if ('_httpMessage' in stream && stream._httpMessage !== null) {
    stream.destroy()
    return
  }
  let text = `${method} ${url} HTTP/${httpVersion}\r\n`
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2)
    if (!OF_UPGRADE.has(name.toLowerCase())) text += `${name}: ${value}\r\n`
  }
  stream.unshift(Buffer.concat([Buffer.from(`${text}\r\n`, 'latin1'), head]))
  server.emit('connection', stream)
}
