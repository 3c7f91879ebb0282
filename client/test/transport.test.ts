import { HEADERS } from '@lighthouse/contract/headers'
import { describe, it } from 'vitest'
import { WHO_AM_I } from '../src/documents.js'
import { submit } from '../src/submit.js'
import { openOneShot } from '../src/one-shot.js'
import { openTransport } from '../src/open-transport.js'
import { fakeGraph, json } from './fake-graph.js'
import { refusal } from './refusal.js'

describe('keep-alive', () => {
  it('sends the key, the program and a request id, on kept connections', async ({ expect }) => {
    const connections = new Set<number | undefined>()
    await using graph = await fakeGraph({
      answer: (_, response, request) => {
        connections.add(request.socket.remotePort)
        json(response, { data: { me: { id: 'a', name: 'A', role: 'AGENT' } } })
      },
    })
    await using transport = openTransport({ url: graph.url, key: 'secret', client: 'test/1' })
    for (let i = 0; i < 20; i++) await transport.run(WHO_AM_I, {})
    expect(connections.size).toBeLessThan(4)
    expect(graph.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer secret',
      [HEADERS.client]: 'test/1',
    })
    const ids = new Set(graph.requests.map((request) => request.headers[HEADERS.requestId]))
    expect(ids.size).toBe(20)
  })
})

describe.each([
  ['over keep-alive connections', openTransport],
  ['with a connection a request', openOneShot],
])('a transport %s', (_, open) => {
  it('gives the code, message and request id of an error answer', async ({ expect }) => {
    const extensions = { code: 'FORBIDDEN', requestId: 'r-7' }
    await using graph = await fakeGraph({
      answer: (_, response) => json(response, { data: null, errors: [{ message: 'no', extensions }] }, 403),
    })
    await using transport = open({ url: graph.url, key: undefined })
    const error = await refusal(transport.run(WHO_AM_I, {}))
    expect(error).toMatchObject({ code: 'FORBIDDEN', message: 'no', requestId: 'r-7', retryable: false })
  })

  it('says so when the answer is not GraphQL, is late, or nobody listens', async ({ expect }) => {
    let body = '<html>welcome</html>'
    await using graph = await fakeGraph({
      answer: (_, response) => (body === '' ? undefined : void response.end(body)),
    })
    await using transport = open({ url: graph.url, key: undefined })
    expect(await refusal(transport.run(WHO_AM_I, {}))).toMatchObject({ code: 'BAD_ANSWER' })
    body = '[]'
    expect(await refusal(transport.run(WHO_AM_I, {}))).toMatchObject({ code: 'BAD_ANSWER' })
    body = ''
    const late = await refusal(transport.run(WHO_AM_I, {}, { deadlineMs: 30 }))
    expect(late).toMatchObject({ code: 'DEADLINE_EXCEEDED', retryable: true })
    await using nobody = open({ url: 'http://127.0.0.1:1/graphql', key: undefined })
    expect(await refusal(nobody.run(WHO_AM_I, {}))).toMatchObject({ code: 'UNREACHABLE', retryable: true })
  })

  it('repeats a query once when the connection breaks, a mutation without idempotency key never', async ({
    expect,
  }) => {
    let asked = 0
    await using graph = await fakeGraph({
      answer: (_, response, request) => {
        asked++
        if (asked % 2 === 1) request.socket.destroy()
        else json(response, { data: { me: { id: 'a', name: 'A', role: 'AGENT' } } })
      },
    })
    await using transport = open({ url: graph.url, key: undefined })
    expect((await transport.run(WHO_AM_I, {})).me.id).toBe('a')
    expect(asked).toBe(2)
    const mutation = { ...WHO_AM_I, kind: 'mutation' as const }
    expect(await refusal(transport.run(mutation, {}))).toMatchObject({ code: 'CONNECTION_LOST' })
    expect(asked).toBe(3)
  })
})

describe('submit', () => {
  it('carries the time of submission and keeps one idempotency key over a broken connection', async ({
    expect,
  }) => {
    await using graph = await fakeGraph({
      answer: (_, response, request) => {
        if (graph.requests.length === 1) request.socket.destroy()
        else json(response, { data: { validateCommand: { id: 'd', decision: 'BLOCK' } } })
      },
    })
    await using transport = openTransport({ url: graph.url, key: undefined })
    const input = { toolName: 'Bash', toolInput: { command: 'rm -rf /' } }
    const decision = await submit(transport, input, { walk: true, now: () => 1_700_000_000_123 })
    expect(decision.decision).toBe('BLOCK')
    const [first, second] = graph.requests.map((request) => JSON.parse(request.body) as Body)
    expect(first?.variables.input.requestId).toMatch(/^[0-9a-f-]{36}$/)
    expect(second).toEqual(first)
    expect(graph.requests[1]?.headers).toMatchObject({
      [HEADERS.submittedAt]: '1700000000123',
      [HEADERS.walk]: '1',
    })
  })
})

interface Body {
  readonly variables: { readonly input: { readonly requestId: string } }
}
