import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { readStatement } from './read-statement.js'

/** One insert or frame that arrived. */
export interface Arrived {
  readonly path: string
  readonly token: string
  readonly table: string
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  readonly body: string
  /** The content encoding; '' for none. */
  readonly encoding: string
}

/** An HTTP server at the edge of the process that says what a test wants. */
export interface FakeClickHouse extends AsyncDisposable {
  readonly url: string
  readonly arrived: Arrived[]
  /** What to answer; default 200. `undefined` cuts the connection after the body was read: a lost reply. */
  answer: (arrived: Arrived) => number | undefined | Promise<number | undefined>
}

export async function fakeClickHouse(port = 0): Promise<FakeClickHouse> {
  const server = createServer((request, response) => void take(request, response))
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const fake: FakeClickHouse = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived: [],
    answer: () => 200,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const bytes = Buffer.concat(chunks)
    const encoding = request.headers['content-encoding'] ?? ''
    const body = encoding === 'gzip' ? gunzipSync(bytes).toString() : bytes.toString()
    const { pathname, searchParams } = new URL(request.url ?? '/', fake.url)
    const arrived: Arrived = {
      path: pathname,
      token: searchParams.get('insert_deduplication_token') ?? '',
      ...readStatement(body),
      body,
      encoding,
    }
    fake.arrived.push(arrived)
    const status = await fake.answer(arrived)
    if (status === undefined) request.socket.destroy()
    else
      response.writeHead(status, status === 400 ? { 'x-clickhouse-exception-code': '27' } : {}).end('said\n')
  }
  return fake
}
