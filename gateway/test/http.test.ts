import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, it } from 'vitest'
import { subgraph } from './federate.js'
import { gatewayOf } from './gateway-world.js'
import { graph } from './graph.js'

type Errors = { errors: [{ message: string; extensions: { code: string; requestId: string } }] }

const QUERY = `?query=${encodeURIComponent('{ count }')}`
const MUTATION = `?query=${encodeURIComponent('mutation { rename(name: "x") { id } }')}`
const JSON_TYPE = { 'content-type': 'application/json' }

const codeOf = async (response: Response) => [
  response.status,
  ((await response.json()) as Errors).errors[0].extensions.code,
]

/** Sends bytes as they are and reads until the connection closes. */
function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes))
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => (text += chunk))
    socket.on('end', () => resolve(text))
    socket.on('error', reject)
  })
}

describe('a GET', () => {
  it('runs queries, and mutations never', async ({ expect }) => {
    await using gateway = await gatewayOf(graph().subgraphs)
    expect(await (await fetch(gateway.url + QUERY)).json()).toEqual({ data: { count: 3 } })
    for (const headers of [{}, { 'apollo-require-preflight': '1' }, { accept: 'application/json' }]) {
      const answer = await fetch(gateway.url + MUTATION, { headers: headers as Record<string, string> })
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST'])
      expect(answer.headers.get('content-type')).toContain('json')
    }
  })

  it('[P-123] is refused when a page of another site sent it, unless a preflight was passed', async ({
    expect,
  }) => {
    await using gateway = await gatewayOf(graph().subgraphs, { allowedOrigins: ['https://ok.example'] })
    const ask = (headers: Record<string, string>) => fetch(gateway.url + QUERY, { headers })
    const image = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }
    expect(await codeOf(await ask(image))).toEqual([400, 'BAD_REQUEST'])
    expect(await codeOf(await ask({ 'sec-fetch-site': 'same-site' }))).toEqual([400, 'BAD_REQUEST'])
    expect(await codeOf(await ask({ origin: 'https://evil.example' }))).toEqual([400, 'BAD_REQUEST'])
    for (const headers of [
      { ...image, 'apollo-require-preflight': '1' },
      { 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'none' },
      { 'sec-fetch-site': 'cross-site', origin: 'https://ok.example' },
    ]) {
      expect((await ask(headers)).status).toBe(200)
    }
  })

  it('[P-123] is not spoken for by a cookie that another page could have made a browser send', async ({
    expect,
  }) => {
    await using gateway = await gatewayOf(graph().subgraphs, {
      authenticate: ({ secret }) =>
        secret === 's' ? { agentId: 'a', role: 'AGENT', keyId: 'k' } : undefined,
    })
    const cookie = 'lighthouse_session=s'
    const ask = (headers: Record<string, string>) =>
      fetch(gateway.url + QUERY, { headers: { cookie, ...headers } })
    expect(await codeOf(await ask({}))).toEqual([401, 'UNAUTHENTICATED'])
    expect(await codeOf(await ask({ 'sec-fetch-site': 'none' }))).toEqual([401, 'UNAUTHENTICATED'])
    expect((await ask({ 'sec-fetch-site': 'same-origin' })).status).toBe(200)
    expect((await ask({ 'apollo-require-preflight': '1' })).status).toBe(200)
    const post = { method: 'POST', body: '{"query":"{ count }"}', headers: { cookie, ...JSON_TYPE } }
    expect((await fetch(gateway.url, post)).status).toBe(200)
  })
})

describe('an answer', () => {
  it('[P-123] has the media type that is accepted, and nothing runs when none is', async ({ expect }) => {
    const world = graph()
    await using gateway = await gatewayOf(world.subgraphs)
    const ask = async (accept: string, query = '{ count }') => {
      const body = JSON.stringify({ query })
      const answer = await fetch(gateway.url, { method: 'POST', headers: { ...JSON_TYPE, accept }, body })
      return [answer.status, answer.headers.get('content-type')?.split(';')[0]]
    }
    const graphql = 'application/graphql-response+json'
    expect(await ask(graphql)).toEqual([200, graphql])
    expect(await ask(`text/html;q=0.9, ${graphql};q=0.8, application/json;q=0.1`)).toEqual([200, graphql])
    expect(await ask('*/*')).toEqual([200, 'application/json'])
    expect(await ask('application/*')).toEqual([200, 'application/json'])
    for (const accept of ['text/html', 'application/xml, text/*', 'application/json;q=0']) {
      expect(await ask(accept, 'mutation { rename(name: "x") { id } }')).toEqual([406, 'application/json'])
    }
  })

  it('[P-123] has the status that its media type wants when the document is wrong', async ({ expect }) => {
    await using gateway = await gatewayOf(graph().subgraphs)
    const statuses = async (query: string) =>
      Promise.all(
        ['application/json', 'application/graphql-response+json', '*/*'].map(async (accept) => {
          const body = JSON.stringify({ query })
          const answer = await fetch(gateway.url, { method: 'POST', headers: { ...JSON_TYPE, accept }, body })
          return answer.status
        }),
      )
    for (const query of [
      '{',
      '{ nope }',
      'query ($n: String!) { count(n: $n) }',
      'query A { count } query B { count }',
    ]) {
      expect([query, ...(await statuses(query))]).toEqual([query, 200, 400, 400])
    }
  })

  it('[P-138] is coded JSON for bytes that are no HTTP, and for headers that are too large', async ({
    expect,
  }) => {
    await using gateway = await gatewayOf(graph().subgraphs)
    for (const [bytes, status, code] of [
      ['\0\x01\x02garbage\r\n\r\n', 400, 'BAD_REQUEST'],
      [`GET /graphql HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 413, 'PAYLOAD_TOO_LARGE'],
      [
        'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n',
        400,
        'BAD_REQUEST',
      ],
    ] as const) {
      const text = await raw(gateway.port, bytes)
      const [head = '', body = ''] = text.split('\r\n\r\n')
      expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
      expect(head).toContain('application/json')
      expect((JSON.parse(body) as Errors).errors[0].extensions).toMatchObject({ code })
    }
    expect((await fetch(`${gateway.origin}/livez`)).status).toBe(200)
  })

  it('is coded for an operation of a kind that the schema does not have', async ({ expect }) => {
    await using gateway = await gatewayOf([subgraph('a', 'type Query { a: Int }', {})])
    const body = JSON.stringify({ query: 'subscription { a }' })
    const answer = await fetch(gateway.url, { method: 'POST', headers: JSON_TYPE, body })
    expect(await codeOf(answer)).toEqual([400, 'GRAPHQL_VALIDATION_FAILED'])
  })
})

describe('a whole answer', () => {
  const large = `{ me { reviews { text } } count nope${'x'.repeat(1_000)} }`

  async function encoded(url: string, document: string, accept: string) {
    const headers = { ...JSON_TYPE, 'accept-encoding': accept }
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query: document }) })
    const { headers: told } = answer
    return [told.get('content-encoding'), told.get('vary'), await answer.text()] as const
  }

  it('goes as gzip to who takes it, where it is long enough and that is on', async ({ expect }) => {
    await using gateway = await gatewayOf(graph().subgraphs, { compression: true })
    const [encoding, vary, text] = await encoded(gateway.url, large, 'br, gzip')
    expect([encoding, vary]).toEqual(['gzip', 'origin, accept-encoding'])
    expect(text).toContain(`nope${'x'.repeat(1_000)}`)
    for (const accept of ['identity', 'gzip;q=0, identity', 'br'])
      expect((await encoded(gateway.url, large, accept))[0]).toBeNull()
    expect((await encoded(gateway.url, '{ count }', 'gzip'))[0]).toBeNull()
    await using plain = await gatewayOf(graph().subgraphs)
    expect((await encoded(plain.url, large, 'gzip')).slice(0, 2)).toEqual([null, 'origin'])
  })
})

describe('a connection', () => {
  it('is kept longer than balancers keep theirs, or for as long as is said', async ({ expect }) => {
    for (const [idleMs, told] of [
      [undefined, 'timeout=75'],
      [5_000, 'timeout=5'],
    ] as const) {
      await using gateway = await gatewayOf(graph().subgraphs, idleMs === undefined ? {} : { idleMs })
      const answer = await fetch(`${gateway.origin}/livez`)
      expect(answer.headers.get('keep-alive')).toBe(told)
    }
  })
})

describe('a request', () => {
  it('may name scheme and host in its first line, and accept nothing in particular', async ({ expect }) => {
    await using gateway = await gatewayOf(graph().subgraphs)
    const first = `GET ${gateway.origin}/graphql${QUERY} HTTP/1.1\r\nhost: localhost\r\n`
    const socket = connect(gateway.port, '127.0.0.1')
    socket.write(`${first}accept:\r\nconnection: close\r\n\r\n`)
    const [answer] = (await once(socket, 'data')) as [Buffer]
    expect(String(answer)).toMatch(/^HTTP\/1.1 200 OK[^]*{"data":{"count":3}}$/)
    socket.destroy()
  })
})

describe('a request that asks for another protocol', () => {
  const h2c = 'connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n'
  const body = JSON.stringify({ query: '{ count }' })

  it('is answered in HTTP/1.1, as often as it comes', async ({ expect }) => {
    await using gateway = await gatewayOf(graph().subgraphs)
    const socket = connect(gateway.port, '127.0.0.1')
    const first = `POST /graphql HTTP/1.1\r\nhost: localhost\r\n${h2c}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`
    const second = `GET /graphql${QUERY} HTTP/1.1\r\nhost: localhost\r\n${h2c}\r\n`
    for (const [head, rest] of [
      [first + body.slice(0, 4), body.slice(4)],
      [second, ''],
      [first, body],
    ] as const) {
      socket.write(head)
      await new Promise((resolve) => setImmediate(resolve))
      socket.write(rest)
      const [answer] = (await once(socket, 'data')) as [Buffer]
      expect(String(answer)).toMatch(/^HTTP\/1.1 200 OK[^]*{"data":{"count":3}}$/)
    }
    socket.destroy()
  })
})
