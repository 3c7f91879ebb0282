import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { graphql, parse } from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import { apiSchema } from '../scripts/api-schema.js'
import { type Controls, createRoots } from './roots.js'

// A server of the console's edge: the built console, and the composed schema over seeded data instead of a gateway.
const { values } = parseArgs({ options: { port: { type: 'string', default: '0' }, key: { type: 'string' } } })
const dist = fileURLToPath(new URL('../dist', import.meta.url))
const schema = apiSchema()
const controls: Controls = {}
const shown: unknown[] = []
const roots = createRoots(controls, shown)

const MIMES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-lighthouse-request-id': 'req-golden-1',
  })
  response.end(JSON.stringify(body))
}

function isKnown(request: IncomingMessage): boolean {
  return values.key === undefined || request.headers.authorization === `Bearer ${values.key}`
}

async function execute(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!isKnown(request)) {
    const extensions = { code: 'UNAUTHENTICATED', requestId: 'req-golden-401' }
    return answer(response, 401, {
      errors: [{ message: 'The credential is missing, unknown or expired.', extensions }],
    })
  }
  const { query, variables, operationName } = JSON.parse(await bodyOf(request))
  if (controls.fail !== undefined && controls.fail !== null && String(query).includes(controls.fail)) {
    const extensions = { code: 'INTERNAL_SERVER_ERROR', requestId: 'req-golden-500' }
    return answer(response, 200, {
      data: null,
      errors: [{ message: 'Something failed in this gateway.', extensions }],
    })
  }
  const isMutation = parse(query).definitions.some(
    (one) => one.kind === 'OperationDefinition' && one.operation === 'mutation',
  )
  const rootValue = isMutation ? roots.mutation : roots.query
  answer(
    response,
    200,
    await graphql({ schema, source: query, variableValues: variables, operationName, rootValue }),
  )
}

async function file(path: string, response: ServerResponse): Promise<void> {
  const inside = normalize(path.replace(/^\/console\/?/, '/'))
  const name = extname(inside) === '' ? '/index.html' : inside
  try {
    const body = await readFile(join(dist, name))
    response.writeHead(200, { 'content-type': MIMES[extname(name)] ?? 'application/octet-stream' })
    response.end(body)
  } catch {
    response.writeHead(404).end()
  }
}

async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://golden.invalid')
  if (pathname === '/graphql' && request.method === 'POST') return execute(request, response)
  if (pathname === '/golden' && request.method === 'POST') {
    Object.assign(controls, JSON.parse(await bodyOf(request)))
    return answer(response, 200, { shown })
  }
  if (pathname.startsWith('/console')) return file(pathname, response)
  response.writeHead(302, { location: '/console/' }).end()
}

const server = createServer((request, response) => {
  route(request, response).catch((error: unknown) => answer(response, 500, { error: String(error) }))
})
useServer(
  {
    schema,
    roots,
    onConnect: ({ connectionParams }) =>
      values.key === undefined || connectionParams?.['authorization'] === `Bearer ${values.key}`,
  },
  new WebSocketServer({ server, path: '/graphql' }),
)
server.listen(Number(values.port), '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  process.stdout.write(`ready http://127.0.0.1:${port}/console/\n`)
})
