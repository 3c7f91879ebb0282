import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, it } from 'vitest'
import { compose, startStandaloneGateway } from '../src/main.js'
import type { TrafficSection } from '../src/fetch/traffic/settings.js'
import { LINK } from './federate.js'
import { answering, asksEntities, FAULTS, type FaultyServer, faultyServer } from './faulty-server.js'
import { post } from './gateway-world.js'
import { recording } from './recording.js'

const BOOKS = `${LINK} type Query { books: [Book!]! top: Book } type Book @key(fields: "id") { id: ID! title: String }`
const STOCK = `${LINK} type Query { open: Boolean } type Book @key(fields: "id") { id: ID! inStock: Int }`
const QUERY = '{ books { title inStock } open }'

const books = answering({
  books: [
    { __typename: 'Book', id: '1', title: 'A' },
    { __typename: 'Book', id: '2', title: 'B' },
  ],
})

/** A subgraph that works: entities in order, or the root field. */
function stock(body: string) {
  if (!asksEntities(body)) return { open: true }
  const { variables } = JSON.parse(body) as { variables: Record<string, { id: string }[]> }
  return { _entities: (Object.values(variables)[0] ?? []).map(({ id }) => ({ inStock: Number(id) * 10 })) }
}

const working: FaultyServer['behave'] = (response, body, request) =>
  answering(stock(body))(response, body, request)

async function shop(traffic: TrafficSection = { all: { timeoutMs: 300 } }) {
  const one = await faultyServer(books)
  const other = await faultyServer(working)
  const rows = recording()
  const logged: string[] = []
  const gateway = await startStandaloneGateway({
    supergraphSdl: compose([
      { name: 'books', sdl: BOOKS, url: one.url },
      { name: 'stock', sdl: STOCK, url: other.url },
    ]),
    traffic,
    recorder: rows,
    log: (message, details) => logged.push(`${message} ${JSON.stringify(details)}`),
  })
  return {
    stock: other,
    rows,
    logged,
    ask: (headers: Record<string, string> = {}) => post(gateway.url, QUERY, {}, headers),
    origin: gateway.origin,
    async [Symbol.asyncDispose]() {
      await gateway.close()
      await one[Symbol.asyncDispose]()
      await other[Symbol.asyncDispose]()
    },
  }
}

const WHOLE = {
  books: [
    { title: 'A', inStock: 10 },
    { title: 'B', inStock: 20 },
  ],
  open: true,
}

const WITHOUT_STOCK = {
  books: [
    { title: 'A', inStock: null },
    { title: 'B', inStock: null },
  ],
  open: null,
}

describe('a subgraph with a fault', () => {
  for (const [title, behave] of Object.entries(FAULTS)) {
    it(`[P-111] costs its own fields and nothing else: ${title}`, async ({ expect }) => {
      await using world = await shop()
      expect((await world.ask()).data).toEqual(WHOLE)
      world.stock.behave = behave
      const answer = await world.ask()
      expect(answer.status).toBe(200)
      expect(answer.data).toEqual(WITHOUT_STOCK)
      const errors = answer.errors ?? []
      expect(errors.map(({ path }) => path?.join('.'))).toEqual(
        expect.arrayContaining(['books.0', 'books.1', 'open']),
      )
      for (const { extensions, message } of errors) {
        expect(['SUBGRAPH_UNAVAILABLE', 'SUBGRAPH_ERROR', 'DEADLINE_EXCEEDED']).toContain(
          extensions?.['code'],
        )
        expect(extensions?.['service']).toBe('stock')
        expect(message).toContain('"stock"')
      }
      expect(JSON.stringify(answer)).not.toMatch(/127\.0\.0\.1|10\.1\.2\.3|html|ECONN|UND_ERR|node:/i)
      world.stock.behave = working
      expect((await world.ask()).data).toEqual(WHOLE)
      expect(
        world.rows.fetches.filter((row) => row.status !== 'ok').every((row) => row.subgraph === 'stock'),
      ).toBe(true)
    })
  }

  it('[P-111] costs its own fields and nothing else: nothing listens', async ({ expect }) => {
    await using world = await shop()
    await world.stock[Symbol.asyncDispose]()
    const answer = await world.ask()
    expect(answer.data).toEqual(WITHOUT_STOCK)
    expect(new Set(answer.errors?.map(({ extensions }) => extensions?.['code']))).toEqual(
      new Set(['SUBGRAPH_UNAVAILABLE']),
    )
  })

  it('[P-111] costs its own fields and nothing else: values of the wrong type', async ({ expect }) => {
    const wrong: unknown[] = ['many', { count: 1 }, [1], 1.5, 1e20]
    for (const value of wrong) {
      await using world = await shop()
      world.stock.behave = (response, body, request) => {
        const data = asksEntities(body)
          ? { _entities: [{ inStock: value }, { inStock: 20 }] }
          : { open: true }
        answering(data)(response, body, request)
      }
      const answer = await world.ask()
      expect(answer.data).toEqual({ ...WHOLE, books: [{ title: 'A', inStock: null }, WHOLE.books[1]] })
      expect(answer.errors?.map(({ path }) => path)).toEqual([['books', 0, 'inStock']])
    }
  })

  it.for([
    null,
    [],
    'full',
    {},
    [null],
    [7],
    [{ message: 1, path: {}, extensions: 'x' }],
    [{ path: [null] }],
  ])('[P-111] data stand whatever is said beside them as errors: %j', async (errors, { expect }) => {
    await using world = await shop()
    const told = errors === null || (Array.isArray(errors) && errors.length === 0) ? 0 : 1
    world.stock.behave = (response, body) => response.end(JSON.stringify({ data: stock(body), errors }))
    const answer = await world.ask()
    expect(answer.data).toEqual(WHOLE)
    const codes = new Set((answer.errors ?? []).map(({ extensions }) => extensions?.['code']))
    expect([...codes]).toEqual(told === 0 ? [] : ['SUBGRAPH_ERROR'])
  })

  it('tells a thousand errors of one answer, and how many more there are', async ({ expect }) => {
    await using world = await shop()
    world.stock.behave = (response, body) => {
      if (asksEntities(body)) return response.end(JSON.stringify({ data: stock(body) }))
      const errors = Array.from({ length: 50_000 }, () => ({ message: 'again', path: ['open'] }))
      return response.end(JSON.stringify({ data: { open: true }, errors }))
    }
    const answer = await world.ask()
    expect(answer.data).toEqual(WHOLE)
    expect(answer.errors).toHaveLength(1_001)
    expect(answer.errors?.at(-1)?.message).toBe('49000 more errors are not told.')
  })

  it('reads answers that begin with a byte order mark', async ({ expect }) => {
    await using world = await shop()
    world.stock.behave = (response, body) => response.end(`\ufeff${JSON.stringify({ data: stock(body) })}`)
    expect((await world.ask()).data).toEqual(WHOLE)
  })

  it('[P-111] answers of 50 MB are dropped while they are read, and memory stays bounded', async ({
    expect,
  }) => {
    await using world = await shop({ all: { maxAnswerBytes: 1_048_576, timeoutMs: 20_000 } })
    const piece = Buffer.alloc(65_536, 'x')
    let written = 0
    world.stock.behave = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write('{"data":{"open":"')
      let left = 50 * 1_048_576
      const more = () => {
        while (left > 0 && !response.destroyed) {
          left -= piece.length
          written += piece.length
          if (!response.write(piece)) return void response.once('drain', more)
        }
        response.end('"}}')
      }
      more()
    }
    const before = process.memoryUsage()
    let peak = 0
    const answers = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const answer = await world.ask()
        const { rss, external } = process.memoryUsage()
        peak = Math.max(peak, rss - before.rss, external - before.external)
        return answer
      }),
    )
    for (const answer of answers) {
      expect(answer.data).toEqual(WITHOUT_STOCK)
      expect(new Set(answer.errors?.map(({ message }) => message))).toEqual(
        new Set(['Subgraph "stock" answered with more than 1048576 bytes.']),
      )
    }
    // Eight clients, two fetches each, would have been 800 MB.
    expect(written).toBeLessThan(200 * 1_048_576)
    expect(peak).toBeLessThan(200 * 1_048_576)
  })

  it('[P-129] that keeps failing is not called while its breaker is open', async ({ expect }) => {
    await using world = await shop({
      all: { retry: false, breaker: { minCalls: 4, windowCalls: 10, openMs: 60_000 } },
    })
    world.stock.behave = FAULTS['HTTP 500'] ?? working
    for (let i = 0; i < 10; i++) await world.ask()
    const calls = world.stock.bodies.length
    expect(calls).toBeLessThan(8)
    const answer = await world.ask()
    expect(world.stock.bodies.length).toBe(calls)
    expect(answer.data).toEqual(WITHOUT_STOCK)
    expect(answer.errors?.[0]?.message).toContain('failed too often')
  })

  it('[P-129] queries are sent again after a failure, within the deadline of the operation', async ({
    expect,
  }) => {
    await using world = await shop()
    let failures = 2
    world.stock.behave = (response, body, request) => {
      if (failures-- > 0) response.destroy()
      else working(response, body, request)
    }
    expect((await world.ask()).data).toEqual(WHOLE)
    expect(world.rows.fetches.some((row) => row.retries > 0)).toBe(true)
    const metrics = await (await fetch(`${world.origin}/metrics`)).text()
    expect(metrics).toMatch(/^lighthouse_fetch_retries_total\{subgraph="stock"\} 2$/m)
    expect(metrics).toMatch(/^lighthouse_fetch_breaker_open\{subgraph="stock"\} 0$/m)
    expect(metrics).toMatch(/^lighthouse_fetch_duration_seconds_count\{subgraph="books",status="ok"\} 1$/m)
  })
})

describe('headers', () => {
  it('pass on what is named, in both directions, and nothing else', async ({ expect }) => {
    await using world = await shop({
      all: {
        forwardHeaders: ['accept-language', 'authorization'],
        returnHeaders: ['x-region', 'set-cookie'],
      },
    })
    world.stock.behave = (response, body, request) =>
      answering(stock(body), {
        'x-region': 'north',
        'x-secret': 'inside',
        'set-cookie': ['a=1', 'b=2'],
        'content-type': 'application/json',
      })(response, body, request)
    const answer = await world.ask({
      'accept-language': 'de',
      authorization: 'Bearer token',
      cookie: 'session=1',
      'x-lighthouse-principal': 'forged',
      origin: 'http://localhost:5173',
    })
    // A page can read what it is told that it may.
    expect(answer.headers.get('access-control-expose-headers')).toBe(
      'x-lighthouse-request-id, x-region, set-cookie',
    )
    expect(answer.data).toEqual(WHOLE)
    for (const headers of world.stock.headers) {
      expect(headers['accept-language']).toBe('de')
      expect(headers.authorization).toBe('Bearer token')
      expect(headers.cookie).toBeUndefined()
      expect(headers['x-lighthouse-principal']).toBeUndefined()
    }
    expect(answer.headers.get('x-region')).toBe('north')
    expect(answer.headers.get('x-secret')).toBeNull()
    // Two fetches went there, and each may set its own.
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2', 'a=1', 'b=2'])
  })

  it('have values of our own in place of the client’s where the settings say so', async ({ expect }) => {
    const headers = { Authorization: 'Basic a2V5', 'x-api-key': 'k' }
    await using world = await shop({ all: { forwardHeaders: ['authorization', 'accept-language'], headers } })
    await world.ask({ authorization: 'Bearer token', 'accept-language': 'de' })
    for (const sent of world.stock.headers) {
      expect(sent).toMatchObject({ authorization: 'Basic a2V5', 'x-api-key': 'k', 'accept-language': 'de' })
    }
  })

  it('give the client a cookie as it was set, and nobody that of another request', async ({ expect }) => {
    await using world = await shop({ all: { returnHeaders: ['set-cookie'] } })
    let sent = 0
    world.stock.behave = (response, body, request) => {
      const cookie = `visit=${(sent += 1)}; Path=/`
      const headers = { 'set-cookie': cookie, 'content-type': 'application/json' }
      setTimeout(() => answering(stock(body), headers)(response, body, request), 20)
    }
    const cookies = (await Promise.all([world.ask(), world.ask()])).map(({ headers }) =>
      headers.getSetCookie(),
    )
    const all = [1, 2, 3, 4].map((nth) => `visit=${nth}; Path=/`)
    expect(cookies.flat().sort()).toEqual(all)
    expect(cookies.map(({ length }) => length)).toEqual([2, 2])
  })

  it.for([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
    ['br, gzip', (text: string) => gzipSync(brotliCompressSync(text))],
  ] as const)('let answers come encoded as %s', async ([encoding, encoded], { expect }) => {
    await using world = await shop({ all: { compression: true, maxAnswerBytes: 1_000 } })
    const plain = (body: string) => JSON.stringify({ data: stock(body) })
    let text = plain
    world.stock.behave = (response, body, request) => {
      expect(request.headers['accept-encoding']).toBe('gzip, deflate, br')
      response.writeHead(200, { 'content-encoding': encoding }).end(encoded(text(body)))
    }
    expect((await world.ask()).data).toEqual(WHOLE)
    // Small on the wire, and too large for us.
    text = (body) => plain(body) + ' '.repeat(5_000)
    const codes = (await world.ask()).errors?.map(({ extensions }) => extensions?.['code'])
    expect(new Set(codes)).toEqual(new Set(['SUBGRAPH_ERROR']))
  })

  it('[P-135] carry the trace and the request on, and the time that is left', async ({ expect }) => {
    await using world = await shop({ all: { timeoutMs: 5_000 } })
    const traceId = 'ab'.repeat(16)
    await world.ask({ traceparent: `00-${traceId}-${'1'.repeat(16)}-01`, 'x-lighthouse-request-id': 'mine' })
    const spans = world.stock.headers.map((headers) => {
      expect(headers['x-lighthouse-request-id']).toBe('mine')
      expect(Number(headers['x-lighthouse-deadline-ms'])).toBeGreaterThan(0)
      expect(Number(headers['x-lighthouse-deadline-ms'])).toBeLessThanOrEqual(5_000)
      const [, trace, span] = String(headers['traceparent']).split('-')
      expect(trace).toBe(traceId)
      return span
    })
    expect(new Set(spans).size).toBe(spans.length)
  })
})

describe('unix sockets', () => {
  it('[P-129] reach a subgraph like any other address', async ({ expect }) => {
    const path = `/tmp/lighthouse-${process.pid}-${Math.random().toString(36).slice(2)}.sock`
    await using served = await faultyServer(answering({ a: 1 }), path)
    const supergraphSdl = compose([{ name: 'a', sdl: 'type Query { a: Int }', url: served.url }])
    await using gateway = await startStandaloneGateway({ supergraphSdl })
    expect((await post(gateway.url, '{ a }')).data).toEqual({ a: 1 })
  })
})
