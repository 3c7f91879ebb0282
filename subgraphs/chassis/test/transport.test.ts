import type { SubgraphAnswer, SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import { afterAll, beforeAll, describe, it, vi } from 'vitest'
import { createLog } from '../src/log.js'
import { httpPeer } from '../src/peer.js'
import { serveSubgraph } from '../src/serve.js'
import { type Library, ask, createLibrary } from './library.js'

const SECRET = 'gateway-secret-of-this-test'
const DOORS = ['in process', 'over HTTP'] as const

async function collect(answers: AsyncIterable<SubgraphAnswer>): Promise<SubgraphAnswer[]> {
  const seen: SubgraphAnswer[] = []
  for await (const answer of answers) seen.push(answer)
  return seen
}

/** Closes what a suite opened, last opened first. */
function openables() {
  const opened: AsyncDisposable[] = []
  return {
    use: (each: AsyncDisposable) => void opened.push(each),
    close: async () => {
      for (const each of opened.reverse()) await each[Symbol.asyncDispose]()
    },
  }
}

const codesOf = (answer: SubgraphAnswer) => answer.errors?.map((error) => error.extensions?.['code'])

describe.each(DOORS)('a subgraph %s', (door) => {
  const opened = openables()
  const lines: string[] = []
  let library: Library
  let transport: SubgraphTransport

  beforeAll(async () => {
    library = createLibrary(createLog({ name: 'library', write: (line) => lines.push(line) }))
    transport = library.subgraph
    if (door === 'in process') return
    const served = await serveSubgraph(library.subgraph, { gatewaySecret: SECRET })
    const peer = httpPeer({ name: 'library', url: served.url, gatewaySecret: SECRET })
    opened.use(served)
    opened.use(peer)
    transport = peer
  })
  afterAll(() => opened.close())

  it('answers a query with variables', async ({ expect }) => {
    const query = 'query($id: ID!) { book(id: $id) { id title } }'
    const answer = await transport.request(ask(query, { variables: { id: '7' } }))
    expect(answer).toEqual({ data: { book: { id: '7', title: 'Title 7' } } })
  })

  it('carries JSON, DateTime and SafeInt unchanged', async ({ expect }) => {
    const value = { a: [1, null, 'ü', { b: true }] }
    const query = `query($value: JSON!) { echo(value: $value) lit: echo(value: {k: [1, "x"]})
      at(time: "2026-01-02T03:04:05.678Z") big(n: 9007199254740991) }`
    const answer = await transport.request(ask(query, { variables: { value } }))
    expect(answer).toEqual({
      data: { echo: value, lit: { k: [1, 'x'] }, at: '2026-01-02T03:04:05.678Z', big: 9007199254740991 },
    })
  })

  it('gives its SDL as it was written', async ({ expect }) => {
    const answer = await transport.request(ask('{ _service { sdl } }'))
    expect(answer.data).toEqual({ _service: { sdl: library.subgraph.sdl } })
  })

  it('[P-110] resolves all references of a fetch in one batch, equal ones once', async ({ expect }) => {
    library.batches.length = 0
    const representations = ['1', '2', '1', '3', 'none'].map((id) => ({ __typename: 'Book', id }))
    const query =
      'query($r: [_Any!]!) { _entities(representations: $r) { ... on Book { title author { name } } } }'
    const answer = await transport.request(ask(query, { variables: { r: representations } }))
    const found = (id: string) => ({ title: `Title ${id}`, author: { name: `Author of ${id}` } })
    expect(answer).toEqual({ data: { _entities: [found('1'), found('2'), found('1'), found('3'), null] } })
    expect(library.batches).toEqual([['1', '2', '3', 'none']])
  })

  it('fails the one reference that cannot be resolved, not the others', async ({ expect }) => {
    const representations = [
      { __typename: 'Author', name: 'bad' },
      { __typename: 'Author', name: 'good' },
      { __typename: 'Elsewhere', id: '1' },
    ]
    const query = 'query($r: [_Any!]!) { _entities(representations: $r) { ... on Author { name } } }'
    const answer = await transport.request(ask(query, { variables: { r: representations } }))
    expect(answer.data).toEqual({ _entities: [null, { name: 'good' }, null] })
    expect(answer.errors?.map((error) => error.path)).toEqual([
      ['_entities', 0],
      ['_entities', 2],
    ])
    expect(codesOf(answer)).toEqual(['NOT_FOUND', 'BAD_USER_INPUT'])
  })

  it('keeps the code and details of a coded error beside partial data', async ({ expect }) => {
    const answer = await transport.request(ask('{ coded book(id: 1) { id } }'))
    expect(answer.data).toEqual({ coded: null, book: { id: '1' } })
    expect(answer.errors).toEqual([
      { message: 'It is at 3.', path: ['coded'], extensions: { code: 'VERSION_CONFLICT', actualVersion: 3 } },
    ])
  })

  it('masks an unknown error and logs it under its request id', async ({ expect }) => {
    lines.length = 0
    const answer = await transport.request(ask('{ broken }', { requestId: 'find-me' }))
    expect(JSON.stringify(answer)).not.toContain('42')
    expect(codesOf(answer)).toEqual(['INTERNAL_SERVER_ERROR'])
    expect(
      lines.filter((line) => line.includes('find-me') && line.includes('the secret is 42')),
    ).toHaveLength(1)
  })

  it.for([
    ['{ book(', 'GRAPHQL_PARSE_FAILED'],
    ['{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['query A { mine } query B { mine }', 'OPERATION_RESOLUTION_FAILURE'],
    ['query($n: SafeInt!) { big(n: $n) }', 'BAD_USER_INPUT'],
  ] as const)('answers %j with a coded error', async ([query, code], { expect }) => {
    const answer = await transport.request(ask(query))
    expect(answer.data).toBeUndefined()
    expect(codesOf(answer)).toEqual([code])
  })

  it('tells the resolvers who asks', async ({ expect }) => {
    const answer = await transport.request(ask('{ mine }'))
    expect(answer.data).toEqual({ mine: 'agent request-1' })
    const guest = { agentId: 'g', role: 'GUEST', keyId: 'k' } as const
    const refused = await transport.request(ask('{ mine }', { principal: guest }))
    expect(codesOf(refused)).toEqual(['FORBIDDEN'])
  })

  it('gives up when the signal aborts', async ({ expect }) => {
    const signal = AbortSignal.timeout(30)
    const answer = transport.request(ask('{ hangs }', { signal }))
    await expect(answer).rejects.toMatchObject({ extensions: { code: 'DEADLINE_EXCEEDED' } })
  })

  it('notes the stop load before anything else when stops are recorded', async ({ expect }) => {
    const stops: [string, number, number][] = []
    const before = Date.now() * 1_000
    const answer = await transport.request(
      ask('{ shelf(ids: [1, 2]) { id } }', { noteStop: (...stop) => void stops.push(stop) }),
    )
    expect(answer.extensions).toBeUndefined()
    expect(stops.length).toBeGreaterThanOrEqual(2)
    for (const [stop, startUs, durationUs] of stops) {
      expect(stop).toBe('load')
      expect(startUs).toBeGreaterThanOrEqual(before - 5_000)
      expect(durationUs).toBeGreaterThanOrEqual(0)
    }
  })

  it('streams a subscription to its end', async ({ expect }) => {
    const query = 'subscription($to: Int!) { count(to: $to) }'
    const answers = await collect(transport.subscribe(ask(query, { variables: { to: 3 } })))
    expect(answers).toEqual([{ data: { count: 1 } }, { data: { count: 2 } }, { data: { count: 3 } }])
  })

  it('ends a subscription when the signal aborts, and closes its source', async ({ expect }) => {
    const controller = new AbortController()
    const request = ask('subscription { forever }', {
      signal: controller.signal,
      requestId: `abort-${door[0]}`,
    })
    const seen: SubgraphAnswer[] = []
    for await (const answer of transport.subscribe(request)) {
      seen.push(answer)
      expect(library.open.has(request.requestId)).toBe(true)
      controller.abort()
    }
    expect(seen).toEqual([{ data: { forever: 1 } }])
    await vi.waitFor(() => expect(library.open.has(request.requestId)).toBe(false))
  })

  it('closes the source when the consumer leaves the loop', async ({ expect }) => {
    const request = ask('subscription { forever }', { requestId: `leave-${door[0]}` })
    for await (const answer of transport.subscribe(request)) {
      expect(answer.data).toEqual({ forever: 1 })
      break
    }
    await vi.waitFor(() => expect(library.open.has(request.requestId)).toBe(false))
  })

  it.for([
    ['subscription { refused }', 'FORBIDDEN'],
    ['subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
  ] as const)('rejects %j, which is refused', async ([query, code], { expect }) => {
    await expect(collect(transport.subscribe(ask(query)))).rejects.toMatchObject({ extensions: { code } })
  })
})
