import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parse } from 'graphql'

/** What a subgraph's HTTP server does with one request; `body` is its text. */
export type Behaviour = (response: ServerResponse, body: string, request: IncomingMessage) => void

export interface FaultyServer extends AsyncDisposable {
  readonly url: string
  /** Bodies that arrived, oldest first. */
  readonly bodies: string[]
  readonly headers: IncomingHttpHeaders[]
  /** Requests whose answer was not finished. */
  readonly open: () => number
  behave: Behaviour
  /** Lets requests that were left open be answered. */
  finish(behave: Behaviour): void
}

/** A real HTTP server that behaves as it is told: on a free port, or on a unix socket. */
export async function faultyServer(behave: Behaviour, socketPath?: string): Promise<FaultyServer> {
  const open = new Set<readonly [ServerResponse, string, IncomingMessage]>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      self.bodies.push(body)
      self.headers.push(request.headers)
      const exchange = [response, body, request] as const
      open.add(exchange)
      response.once('close', () => open.delete(exchange))
      self.behave(response, body, request)
    })
  })
  await new Promise<void>((resolve) => {
    if (socketPath === undefined) server.listen(0, '127.0.0.1', resolve)
    else server.listen(socketPath, resolve)
  })
  const url =
    socketPath === undefined
      ? `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
      : `http+unix:${socketPath}:/graphql`
  const self: FaultyServer = {
    url,
    bodies: [],
    headers: [],
    open: () => open.size,
    behave,
    finish: (late) => {
      for (const exchange of open) late(...exchange)
    },
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return self
}

/** Answers `data` as JSON. */
export function answering(data: unknown, headers: Record<string, string | string[]> = {}): Behaviour {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify({ data }))
  }
}

/** Every fault that a subgraph's server may have, by name. Each must cost its own fields and nothing else. */
export const FAULTS: Readonly<Record<string, Behaviour>> = {
  'HTTP 500': (response) => response.writeHead(500).end('Internal error at 10.1.2.3'),
  'HTTP 503': (response) => response.writeHead(503, { 'retry-after': '0' }).end('busy'),
  'HTML instead of JSON': (response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html><h1>It works!</h1></html>'),
  'a truncated answer': (response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{"_entities":[{"boo'),
  'no body': (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(),
  'JSON that is no GraphQL answer': (response) => response.end('{"status":"ok","host":"10.1.2.3"}'),
  'a list': (response) => response.end('[{"data":null}]'),
  'a connection reset before the answer': (response) => response.destroy(),
  'a connection reset in the middle': (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100000' })
    response.write('{"data":{"_entities":[', () => response.destroy())
  },
  'an answer that never ends': (response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write('{"data":')
  },
  silence: () => undefined,
  'a bad status line': (response) => response.socket?.end('SSH-2.0-OpenSSH_9.2\r\n'),
}

/** True for the text of a request for entities. */
export function asksEntities(body: string): boolean {
  const { query } = JSON.parse(body) as { query: string }
  return parse(query).definitions.some(
    (one) =>
      one.kind === 'OperationDefinition' &&
      one.selectionSet.selections.some((field) => field.kind === 'Field' && field.name.value === '_entities'),
  )
}
