import { createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HEADERS } from '@lighthouse/contract/headers'
import { bodyText, decodeSignature, encodePrincipal, signedText } from '@lighthouse/contract/principal'
import type { SubgraphRequest, SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import { describe, it } from 'vitest'
import { TransportError } from '../src/fetch/transport-error.js'
import { type HttpTransport, httpTransport } from '../src/fetch/http-transport.js'
import { answering, faultyServer } from './faulty-server.js'
import { subgraph } from './federate.js'
import { gatewayOf, post, serve } from './gateway-world.js'
import { graph } from './graph.js'

function request(query: string, more: Partial<SubgraphRequest> = {}): SubgraphRequest {
  return {
    query,
    variables: {},
    principal: undefined,
    requestId: 'r1',
    traceId: 'a'.repeat(32),
    deadlineAt: Date.now() + 5_000,
    signal: new AbortController().signal,
    noteStop: undefined,
    ...more,
  }
}

/** Every transport passes the same cases. */
const KINDS: Readonly<Record<string, () => Promise<{ transport: SubgraphTransport } & AsyncDisposable>>> = {
  'in-process': () =>
    Promise.resolve({ transport: graph().subgraphs[0], [Symbol.asyncDispose]: () => Promise.resolve() }),
  HTTP: async () => {
    const served = await serve(graph().subgraphs[0])
    const transport = httpTransport({ name: 'users', url: served.url })
    return {
      transport,
      async [Symbol.asyncDispose]() {
        await transport[Symbol.asyncDispose]()
        await served[Symbol.asyncDispose]()
      },
    }
  },
}

describe.each(Object.entries(KINDS))('a subgraph over the %s transport', (_kind, start) => {
  it('answers a query', async ({ expect }) => {
    await using one = await start()
    expect(await one.transport.request(request('{ me { id name } }'))).toEqual({
      data: { me: { id: '1', name: 'user 1' } },
    })
  })

  it('answers entities of representations', async ({ expect }) => {
    await using one = await start()
    const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { name } } }'
    const representations = [{ __typename: 'User', id: '7' }]
    expect(await one.transport.request(request(query, { variables: { r: representations } }))).toEqual({
      data: { _entities: [{ name: 'user 7' }] },
    })
  })

  it('answers GraphQL errors without rejecting', async ({ expect }) => {
    await using one = await start()
    const answer = await one.transport.request(request('{ fails }'))
    expect(answer).toMatchObject({
      data: { fails: null },
      errors: [{ message: 'it fails', path: ['fails'] }],
    })
  })
})

type Behaviour = { status?: number; text: string; type?: string }

async function against(behaviour: Behaviour, options: { maxAnswerBytes?: number } = {}) {
  await using served = await serve(graph().subgraphs[0], () => behaviour)
  await using transport = httpTransport({ name: 'users', url: served.url, traffic: options })
  return await transport.request(request('{ me { id } }')).catch((error: unknown) => error)
}

describe('httpTransport', () => {
  const broken: [title: string, behaviour: Behaviour, code: string][] = [
    ['HTML', { text: '<html>', type: 'text/html' }, 'SUBGRAPH_ERROR'],
    ['a truncated answer', { text: '{"data":{"me"' }, 'SUBGRAPH_ERROR'],
    ['a JSON list', { text: '[1]' }, 'SUBGRAPH_ERROR'],
    ['an object that is no answer', { text: '{"ok":true}' }, 'SUBGRAPH_ERROR'],
    ['500 without GraphQL', { status: 500, text: 'oops' }, 'SUBGRAPH_UNAVAILABLE'],
    ['403 without GraphQL', { status: 403, text: 'no' }, 'SUBGRAPH_ERROR'],
  ]
  for (const [title, behaviour, code] of broken) {
    it(`rejects ${title} with ${code}`, async ({ expect }) => {
      const error = await against(behaviour)
      expect(error).toBeInstanceOf(TransportError)
      expect((error as TransportError).code).toBe(code)
      expect((error as TransportError).message).not.toMatch(/127\.0\.0\.1|oops|html/)
    })
  }

  it('takes a GraphQL answer whatever its status', async ({ expect }) => {
    const answer = await against({ status: 400, text: '{"errors":[{"message":"no"}]}' })
    expect(answer).toEqual({ errors: [{ message: 'no' }] })
  })

  it('stops reading an answer that is larger than its limit', async ({ expect }) => {
    const error = await against({ text: `{"data":"${'x'.repeat(100_000)}"}` }, { maxAnswerBytes: 10_000 })
    expect((error as TransportError).code).toBe('SUBGRAPH_ERROR')
  })

  it('rejects with SUBGRAPH_UNAVAILABLE where nothing listens', async ({ expect }) => {
    await using transport = httpTransport({ name: 'users', url: 'http://127.0.0.1:1/graphql' })
    await expect(transport.request(request('{ me { id } }'))).rejects.toMatchObject({
      code: 'SUBGRAPH_UNAVAILABLE',
    })
  })

  it('refuses an address that is no URL when it is made', ({ expect }) => {
    expect(() => httpTransport({ name: 'users', url: '' })).toThrow('Subgraph "users" has no http(s) address')
  })

  it('gives up when its signal aborts', async ({ expect }) => {
    await using served = await serve(graph().subgraphs[0])
    await using transport = httpTransport({ name: 'users', url: served.url })
    const controller = new AbortController()
    const asked = transport.request(request('{ slow }', { signal: controller.signal }))
    controller.abort(new Error('the client left'))
    await expect(asked).rejects.toThrow('the client left')
  })

  it('signs who the caller is, and says the request, the trace and the time that is left', async ({
    expect,
  }) => {
    await using served = await serve(graph().subgraphs[0])
    await using transport = httpTransport({ name: 'users', url: served.url, gatewaySecret: 'secret' })
    const principal = { agentId: 'agent é', role: 'AGENT', keyId: 'k' } as const
    await transport.request(request('{ me { id } }', { principal }))
    const headers = served.headers[0] ?? {}
    const encoded = encodePrincipal(principal)
    expect(headers[HEADERS.principal]).toBe(encoded)
    const signature = decodeSignature(String(headers[HEADERS.signature]), Date.now())
    const text = signedText(signature?.at ?? 0, encoded, bodyText('{ me { id } }', {}))
    expect(signature?.mac).toBe(createHmac('sha256', 'secret').update(text).digest('hex'))
    expect(headers[HEADERS.requestId]).toBe('r1')
    expect(headers[HEADERS.traceparent]).toMatch(/^00-a{32}-[0-9a-f]{16}-01$/)
    const left = Number(headers[HEADERS.deadlineMs])
    expect(left > 4_000 && left <= 5_000).toBe(true)
  })

  it('signs so that the code in the guide to authorisation recognises it', async ({ expect }) => {
    const page = await readFile(new URL('../../docs/guides/authorisation.md', import.meta.url), 'utf8')
    const code = /```js\n([^]*?)```/.exec(page)?.[1] ?? ''
    const { isFromGateway } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
      isFromGateway: (secret: string, headers: object, body: string) => boolean
    }
    await using served = await serve(graph().subgraphs[0])
    await using transport = httpTransport({ name: 'users', url: served.url, gatewaySecret: 'secret' })
    const principal = { agentId: 'a', role: 'AGENT', keyId: 'k', scopes: ['é'] } as const
    for (const as of [principal, undefined])
      await transport.request(request('{ me { id } }', { principal: as }))
    const body = bodyText('{ me { id } }', {})
    for (const headers of served.headers) {
      expect(isFromGateway('secret', headers, body)).toBe(true)
      expect(isFromGateway('other', headers, body)).toBe(false)
      expect(isFromGateway('secret', headers, `${body} `)).toBe(false)
      expect(isFromGateway('secret', { ...headers, [HEADERS.principal]: 'x' }, body)).toBe(false)
      const later = String(headers[HEADERS.signature]).replace(/\.\d+\./, '.1.')
      expect(isFromGateway('secret', { ...headers, [HEADERS.signature]: later }, body)).toBe(false)
    }
    expect(served.headers).toHaveLength(2)
    expect(isFromGateway('secret', {}, body)).toBe(false)
  })

  it('[P-129] shares a request among equal queries of one identity only, and gives each its own objects', async ({
    expect,
  }) => {
    await using served = await faultyServer((response, _, { headers }) =>
      answering({ who: headers.authorization ?? 'nobody', list: [1] })(response, '', {} as never),
    )
    const traffic = { forwardHeaders: ['authorization'] }
    await using transport = httpTransport({ name: 'users', url: served.url, traffic })
    const ask = (authorization: string, query = '{ who }') =>
      transport.request(request(query, { clientHeaders: { authorization, cookie: `c=${Math.random()}` } }))
    const answers = await Promise.all([
      ask('a'),
      ask('a'),
      ask('b'),
      ask('a', 'mutation { who }'),
      ask('a', 'mutation { who }'),
    ])
    expect(answers.map(({ data }) => data?.['who'])).toEqual(['a', 'a', 'b', 'a', 'a'])
    expect(served.bodies.length).toBe(4)
    expect(transport.counts.shared).toBe(1)
    expect(answers[0]?.data).not.toBe(answers[1]?.data)
    const principal = { agentId: 'x', role: 'AGENT', keyId: 'k' } as const
    await Promise.all([
      transport.request(request('{ who }', { principal })),
      transport.request(request('{ who }', { principal: { ...principal, agentId: 'y' } })),
    ])
    expect(served.bodies.length).toBe(6)
  })

  it('folds the stops of the subgraph’s process back', async ({ expect }) => {
    const stops: unknown[] = []
    const text =
      '{"data":{"me":null},"extensions":{"stops":[["load",1,2],["nonsense",1,2],["append","x",1]]}}'
    await using served = await serve(graph().subgraphs[0], () => ({ text }))
    await using transport = httpTransport({ name: 'users', url: served.url })
    await transport.request(request('{ me { id } }', { noteStop: (...stop) => void stops.push(stop) }))
    expect(stops).toEqual([['load', 1, 2]])
    expect(served.headers[0]?.[HEADERS.walk]).toBe('1')
  })

  it('lets many fetches of one operation be under way without a warning', async ({ expect }) => {
    const warnings: Error[] = []
    const warned = (warning: Error) => void warnings.push(warning)
    process.on('warning', warned)
    const many = Array.from({ length: 12 }, (_, nth) =>
      subgraph(`s${nth}`, `type Query { f${nth}: Int }`, { Query: { [`f${nth}`]: () => nth } }),
    )
    await using gateway = await gatewayOf(many, { limits: { maxRootFields: 12 } })
    const answer = await post(gateway.url, `{ ${many.map((_, nth) => `f${nth}`).join(' ')} }`)
    expect(Object.values(answer.data ?? {}).length).toBe(12)
    // Warnings are told on the next tick.
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', warned)
    expect(warnings).toEqual([])
  })

  it('asks a query again, once, when a kept connection was closed by the other side', async ({ expect }) => {
    let asked = 0
    const server = createServer((incoming, response) => {
      asked += 1
      if (asked === 2) {
        incoming.socket.destroy()
        return
      }
      incoming.resume().on('end', () => response.end('{"data":{"n":1}}'))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const transport: HttpTransport = httpTransport({
      name: 'users',
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    })
    await transport.request(request('{ n }'))
    expect(await transport.request(request('{ n }'))).toEqual({ data: { n: 1 } })
    asked = 1
    await expect(transport.request(request('mutation { n }'))).rejects.toMatchObject({
      code: 'SUBGRAPH_UNAVAILABLE',
    })
    expect(asked).toBe(2)
    await transport[Symbol.asyncDispose]()
    server.closeAllConnections()
    server.close()
  })
})
