import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Answers } from '../graph/answers.js'
import { answering, settings } from './answering.js'

await settings()

/**
 * All four subgraphs behind one port, a path each. What is not GraphQL is ClickHouse's or the tap's: it is read and
 * acknowledged.
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
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
answering(origin, (message) => {
  if (message.kind === 'forget') answers.forget()
  return answers.known.map(({ path, body, text }) => ({ path, body, text }))
})
