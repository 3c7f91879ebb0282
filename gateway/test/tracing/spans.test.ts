import { describe, it, vi } from 'vitest'
import { readTraces } from '../../src/tracing/config.js'
import { compose, startStandaloneGateway } from '../../src/main.js'
import { type Resolvers, subgraph } from '../federate.js'
import { gatewayOf, post, serve } from '../gateway-world.js'
import { recording } from '../recording.js'
import { otlpReceiver, type WireSpan } from './otlp-receiver.js'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const PARENT = 'b7ad6b7169203331'
const QUERY = 'query Mine { me { id name } }'

const users = (resolvers: Resolvers = {}) =>
  subgraph('users', 'type Query { me: User } type User @key(fields: "id") { id: ID! }', {
    Query: { me: () => ({ id: '1' }) },
    ...resolvers,
  })
const names = (name: () => string = () => 'Ada') =>
  subgraph('names', 'type User @key(fields: "id") { id: ID! name: String }', {
    User: { __ref: ({ id }: { id: string }) => ({ id }), name },
  })

/** A gateway over HTTP subgraphs, tracing to a collector. */
async function world(traces: object, { name }: { name?: () => string } = {}) {
  const [a, b] = [users(), names(name)]
  const served = await Promise.all([serve(a), serve(b)])
  const supergraphSdl = compose([
    { name: 'users', sdl: a.sdl, url: served[0].url },
    { name: 'names', sdl: b.sdl, url: served[1].url },
  ])
  const logged: string[] = []
  const log = (message: string) => void logged.push(message)
  const gateway = await startStandaloneGateway({ supergraphSdl, traces: { delayMs: 5, ...traces }, log })
  return {
    gateway,
    served,
    logged,
    ask: (headers?: Record<string, string>, query = QUERY) => post(gateway.url, query, undefined, headers),
    async counts() {
      const text = await (await fetch(`${gateway.origin}/metrics`)).text()
      return Object.fromEntries(
        [...text.matchAll(/lighthouse_spans_total\{outcome="(\w+)"\} (\d+)/g)].map(([, key = '', n]) => [
          key,
          Number(n),
        ]),
      )
    },
    async [Symbol.asyncDispose]() {
      await gateway.close()
      await Promise.all(served.map((one) => one[Symbol.asyncDispose]()))
    },
  }
}

const named = (spans: readonly WireSpan[], name: string) => {
  const found = spans.find((span) => span.name === name)
  if (found === undefined) throw new Error(`no span ${name} among ${spans.map((span) => span.name).join()}`)
  return found
}

describe('spans', () => {
  it('[P-135] are the operation, its plan and each fetch, beneath the caller and above the subgraphs', async ({
    expect,
  }) => {
    await using collector = await otlpReceiver()
    const settings = {
      endpoint: collector.endpoint,
      headers: { 'x-key': 'k' },
      attributes: { 'deployment.environment.name': 'test' },
    }
    await using one = await world(settings)
    await one.ask({
      traceparent: `00-${TRACE}-${PARENT}-01`,
      tracestate: 'vendor=1,other=2',
      'x-lighthouse-client': 'cli/1.2',
    })
    await vi.waitFor(() => expect(collector.spans().some(({ kind }) => kind === 'server')).toBe(true))
    const spans = collector.spans()
    expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([TRACE]))
    const operation = named(spans, 'query')
    expect(operation).toMatchObject({
      kind: 'server',
      parentSpanId: PARENT,
      isError: false,
      traceState: 'vendor=1,other=2',
    })
    expect(operation.attributes).toMatchObject({
      'graphql.operation.type': 'query',
      'graphql.operation.name': 'Mine',
      'http.response.status_code': 200,
      'lighthouse.fetches': 2,
      'lighthouse.client.name': 'cli',
    })
    const beneath = spans.filter((span) => span.parentSpanId === operation.spanId).map(({ name }) => name)
    expect(beneath.sort()).toEqual([
      'admit',
      'fetch names',
      'fetch users',
      'plan',
      'receive',
      'record',
      'shape',
    ])
    for (const [nth, name] of ['fetch users', 'fetch names'].entries()) {
      const fetched = named(spans, name)
      expect(fetched.kind).toBe('client')
      expect(fetched.startNs >= operation.startNs && fetched.endNs <= operation.endNs).toBe(true)
      const url = one.served[nth]?.url ?? ''
      expect(fetched.attributes).toMatchObject({
        'graphql.operation.type': 'query',
        'graphql.operation.name': 'Mine',
        'subgraph.name': name.slice(6),
        'http.request.method': 'POST',
        'http.response.status_code': 200,
        'url.full': url,
        'server.address': '127.0.0.1',
        'server.port': Number(new URL(url).port),
      })
      const sent = one.served[nth]?.headers[0]
      expect(sent?.['traceparent']).toBe(`00-${TRACE}-${fetched.spanId}-01`)
      expect(sent?.['tracestate']).toBe('vendor=1,other=2')
    }
    expect(named(spans, 'fetch names').attributes).toMatchObject({ 'lighthouse.fetch.entities': 1 })
    const [sent] = collector.posts
    expect([sent?.headers['content-type'], sent?.headers['x-key'], sent?.path]).toEqual([
      'application/x-protobuf',
      'k',
      '/v1/traces',
    ])
    expect(sent?.resource).toMatchObject({
      'service.name': 'lighthouse-gateway',
      'deployment.environment.name': 'test',
    })
  })

  it('[P-135] hold the stops of a subgraph beneath its fetch', async ({ expect }) => {
    await using collector = await otlpReceiver()
    const rows = recording()
    const decide = subgraph('decide', 'type Query { decide: String }', {
      Query: {
        decide: (_: never, __: never, { noteStop }) => {
          noteStop?.('memory', Date.now() * 1_000, 40)
          noteStop?.('policy', Date.now() * 1_000, 60)
          return 'ALLOW'
        },
      },
    })
    const gateway = await gatewayOf([decide], { recorder: rows, traces: { endpoint: collector.endpoint } })
    await post(gateway.url, '{ decide }')
    // Closing sends what waits.
    await gateway.close()
    const spans = collector.spans()
    const fetched = named(spans, 'fetch decide')
    expect(fetched.kind).toBe('internal')
    for (const name of ['memory', 'policy']) expect(named(spans, name).parentSpanId).toBe(fetched.spanId)
    expect(rows.stops.map(({ stop }) => stop)).toEqual(
      expect.arrayContaining(['plan', 'memory', 'policy', 'record']),
    )
    expect(named(spans, 'query').parentSpanId).toBe('')
  })

  it('[P-135] say how an operation and a fetch failed', async ({ expect }) => {
    await using collector = await otlpReceiver()
    const fail = () => {
      throw new Error('no name')
    }
    await using one = await world({ endpoint: collector.endpoint }, { name: fail })
    await one.ask()
    await one.ask(undefined, '{ nothing }')
    await one.served[1]?.[Symbol.asyncDispose]()
    await one.ask()
    await vi.waitFor(() => expect(collector.spans().filter(({ kind }) => kind === 'server').length).toBe(3))
    const spans = collector.spans()
    const failed = spans
      .filter((span) => span.isError)
      .map(({ name, attributes }) => [name, attributes['error.type']])
    expect(failed).toEqual([
      ['fetch names', 'SUBGRAPH_ERROR'],
      ['query', 'SUBGRAPH_ERROR'],
      ['query', 'GRAPHQL_VALIDATION_FAILED'],
      ['fetch names', 'SUBGRAPH_UNAVAILABLE'],
      ['query', 'SUBGRAPH_UNAVAILABLE'],
    ])
    expect(spans.filter(({ name }) => name === 'fetch users').every(({ isError }) => !isError)).toBe(true)
  })

  it('[P-135] are left out where the caller or the sampler does, and subgraphs are told', async ({
    expect,
  }) => {
    await using collector = await otlpReceiver()
    const ratio = { endpoint: collector.endpoint, sampler: 'parentbased_traceidratio', ratio: 0 }
    await using one = await world(ratio)
    const flagsOf = async (traceparent?: string) => {
      await one.ask(traceparent === undefined ? {} : { traceparent })
      return String(one.served[0]?.headers.at(-1)?.['traceparent']).split('-')
    }
    expect((await flagsOf(`00-${TRACE}-${PARENT}-00`)).at(-1)).toBe('00')
    expect((await flagsOf()).at(-1)).toBe('00')
    const [, trace, , flags] = await flagsOf(`00-${TRACE}-${PARENT}-01`)
    expect([trace, flags]).toEqual([TRACE, '01'])
    await one.gateway.close()
    const servers = collector.spans().filter(({ kind }) => kind === 'server')
    expect(servers.map(({ traceId }) => traceId)).toEqual([TRACE])
  })

  it('[P-135] follow the configuration: what waited is sent where it was to go', async ({ expect }) => {
    await using before = await otlpReceiver()
    await using after = await otlpReceiver()
    const [first, second] = [before, after].map(({ endpoint }) => ({ endpoint, delayMs: 30_000 }))
    const decide = subgraph('decide', 'type Query { decide: Int }', { Query: { decide: () => 1 } })
    const gateway = await gatewayOf([decide], { traces: first })
    await post(gateway.url, '{ decide }')
    // The same settings keep the queue.
    await gateway.reload(() => Promise.resolve({ traces: { ...first } }))
    await post(gateway.url, '{ decide }')
    expect(before.posts).toEqual([])
    await gateway.reload(() => Promise.resolve({ traces: second }))
    await post(gateway.url, '{ decide }')
    await gateway.reload(() => Promise.resolve({ traces: {} }))
    await post(gateway.url, '{ decide }')
    await gateway.close()
    const counted = [before, after].map(
      (collector) => collector.spans().filter(({ name }) => name === 'query').length,
    )
    expect(counted).toEqual([2, 1])
  })

  it('[P-135] are made of what comes over event streams, too', async ({ expect }) => {
    await using collector = await otlpReceiver()
    const ticks = subgraph('ticks', 'type Query { n: Int } type Subscription { tick: Int }', {
      Subscription: {
        tick: async function* () {
          yield await Promise.resolve({ tick: 1 })
        },
      },
    })
    const gateway = await gatewayOf([ticks], { traces: { endpoint: collector.endpoint } })
    const body = JSON.stringify({ query: 'subscription Ticks { tick }' })
    const headers = { 'content-type': 'application/json', accept: 'text/event-stream' }
    const answer = await fetch(gateway.url, { method: 'POST', headers, body })
    expect(await answer.text()).toContain('event: complete')
    await gateway.close()
    expect(named(collector.spans(), 'subscription').attributes['graphql.operation.name']).toBe('Ticks')
  })

  it('[P-135] are not made without a collector, and the caller’s choice is handed on', async ({ expect }) => {
    await using one = await world({})
    for (const flags of ['00', '01']) {
      await one.ask({ traceparent: `00-${TRACE}-${PARENT}-${flags}` })
      expect(String(one.served[0]?.headers.at(-1)?.['traceparent']).split('-').at(-1)).toBe(flags)
    }
    expect(await one.counts()).toEqual({ exported: 0, dropped: 0, failed: 0 })
  })
})

describe('a collector', () => {
  it('[P-135] that is down, fails or never answers costs spans and nothing else', async ({ expect }) => {
    await using failing = await otlpReceiver((response) => void response.writeHead(500).end('<html>'))
    await using silent = await otlpReceiver(() => undefined)
    const down = 'http://127.0.0.1:9/v1/traces'
    for (const endpoint of [failing.endpoint, silent.endpoint, down]) {
      await using one = await world({ endpoint, timeoutMs: 100, maxQueue: 10 })
      for (let nth = 0; nth < 4; nth++) {
        expect((await one.ask()).data).toEqual({ me: { id: '1', name: 'Ada' } })
      }
      const lost = async () => {
        const { exported, dropped = 0, failed = 0 } = await one.counts()
        return [exported, dropped + failed]
      }
      // Eight of each operation: itself, two fetches and five stops.
      await vi.waitFor(async () => expect(await lost()).toEqual([0, 32]), { timeout: 3_000 })
      expect(one.logged.filter((line) => /collector/.test(line)).length).toBe(1)
    }
  })

  it('[P-135] that is slow makes neither operations nor closing wait', async ({ expect }) => {
    const open: (() => void)[] = []
    await using slow = await otlpReceiver((response) => void open.push(() => response.end()))
    const one = await world({ endpoint: slow.endpoint, maxQueue: 8 })
    await one.ask()
    await vi.waitFor(() => expect(open.length).toBe(1))
    // The queue fills behind the post that is under way.
    for (let nth = 0; nth < 3; nth++) await one.ask()
    expect((await one.counts())['dropped']).toBeGreaterThan(0)
    for (const end of open) end()
    await vi.waitFor(() => expect(open.length).toBe(2))
    const closing = one[Symbol.asyncDispose]()
    open[1]?.()
    await closing
    expect(slow.posts.map(({ spans }) => spans.length > 0)).toEqual([true, true])
  })
})

describe('OpenTelemetry’s variables', () => {
  it('say where spans go, as whose and which', ({ expect }) => {
    expect(
      readTraces({
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/base/',
        OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20b, other=c=d',
        OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'other=e',
        OTEL_SERVICE_NAME: 'shop',
        OTEL_RESOURCE_ATTRIBUTES: 'service.name=no,deployment.environment.name=prod',
        OTEL_TRACES_SAMPLER: 'traceidratio',
        OTEL_TRACES_SAMPLER_ARG: '0.25',
        OTEL_EXPORTER_OTLP_TIMEOUT: '2000',
      }),
    ).toEqual({
      endpoint: 'http://collector:4318/base/v1/traces',
      headers: { 'api-key': 'a b', other: 'e' },
      serviceName: 'shop',
      attributes: { 'deployment.environment.name': 'prod' },
      sampler: 'traceidratio',
      ratio: 0.25,
      timeoutMs: 2_000,
    })
    const traces = 'http://t:1/own'
    expect(
      readTraces({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:1', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: traces }),
    ).toEqual({ endpoint: traces })
    expect(readTraces({})).toEqual({})
    expect(readTraces({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:1', OTEL_SDK_DISABLED: 'true' })).toEqual({})
  })

  it.for([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, /OTEL_EXPORTER_OTLP_ENDPOINT is "collector:4318"/],
    [{ OTEL_TRACES_SAMPLER: 'often' }, /OTEL_TRACES_SAMPLER is "often"; it may be always_on/],
    [{ OTEL_TRACES_SAMPLER_ARG: '2' }, /OTEL_TRACES_SAMPLER_ARG is "2"/],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, /http\/protobuf only/],
  ] as const)('that make no sense are refused by name: %j', ([env, message], { expect }) => {
    expect(() => readTraces(env)).toThrow(message)
  })
})
