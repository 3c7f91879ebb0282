import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buildSchema, execute, type GraphQLSchema, parse } from 'graphql'
import { makeData } from '../graph/data.js'
import { servedSdl, SUBGRAPH_NAMES } from '../graph/subgraphs.js'
import { answering, settings } from './answering.js'

await settings()

/**
 * All four subgraphs behind one port, a path each. Every answer is worked out once and then sent from memory, so that
 * the gateway is what is measured. What is not GraphQL is ClickHouse's or the tap's: it is read and acknowledged.
 */
const { root, find } = makeData()
const schemas = new Map<string, GraphQLSchema>(
  SUBGRAPH_NAMES.map((name) => [`/${name}`, buildSchema(servedSdl(name))]),
)
/** Distinct requests: bounded by the queries of the bench. */
const known = new Map<string, { path: string; body: string; bytes: Buffer }>()

async function answer(path: string, schema: GraphQLSchema, body: string): Promise<Buffer> {
  const before = known.get(path + body)
  if (before !== undefined) return before.bytes
  const { query, variables } = JSON.parse(body) as { query: string; variables?: Record<string, unknown> }
  const result = await execute({
    schema,
    document: parse(query),
    variableValues: variables ?? {},
    rootValue: {
      ...root,
      _entities: ({ representations }: { representations: never[] }) => representations.map(find),
    },
  })
  const bytes = Buffer.from(JSON.stringify(result))
  known.set(path + body, { path, body, bytes })
  return bytes
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

const server = createServer(async (request, response) => {
  const path = request.url ?? '/'
  const schema = schemas.get(path)
  const body = await read(request)
  const bytes = schema === undefined ? Buffer.alloc(0) : await answer(path, schema, body)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length })
  response.end(bytes)
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
answering(origin, (message) => {
  if (message.kind === 'forget') known.clear()
  return [...known.values()].map(({ path, body, bytes }) => ({ path, body, text: bytes.toString('utf8') }))
})
