import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: { operationName: string; variables: { input?: Record<string, unknown> } }
}

/** A real HTTP server on a free port that answers GraphQL requests as a test says. */
export async function smallServer(answer: (received: Received, response: ServerResponse) => void) {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const one = {
        headers: request.headers,
        body: JSON.parse(Buffer.concat(parts).toString()) as Received['body'],
      }
      if (one.body.operationName !== 'LoadPreflight') {
        received.push(one)
        answer(one, response)
      } else response.end('{"data":{"__typename":"Query"}}')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export function decide(response: ServerResponse, decision: string, tier = 'POLICY', cacheHit = false): void {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ data: { validateCommand: { id: 'dec_1', decision, tier, cacheHit } } }))
}
