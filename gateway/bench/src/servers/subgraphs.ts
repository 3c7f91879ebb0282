import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { Answers } from '../graph/answers.js'
import { answering, settings } from './answering.js'

await settings()

/**
 * All four subgraphs behind one port, a path each. What is not GraphQL is ClickHouse's: it is read and acknowledged. Whoever
 * asks for a WebSocket is acknowledged too.
 */
const answers = new Answers()
const NOTHING = Buffer.alloc(0)

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

const server = createServer(async (request, response) => {
  const bytes = (await answers.of(request.url ?? '/', await read(request)))?.bytes ?? NOTHING
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length })
  response.end(bytes)
})
server.keepAliveTimeout = 60_000
/** What analytics' tap does: it says twice a second how many frames it took. */
const tap = new WebSocketServer({ server, perMessageDeflate: false })
tap.on('connection', (recorder) => {
  let taken = 0
  const acknowledging = setInterval(() => {
    if (taken > 0) recorder.send(String(taken))
    taken = 0
  }, 500)
  recorder.on('message', () => (taken += 1))
  recorder.on('close', () => clearInterval(acknowledging))
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
answering(origin, (message) => {
  if (message.kind === 'forget') answers.forget()
  return answers.known.map(({ path, body, text }) => ({ path, body, text }))
})
