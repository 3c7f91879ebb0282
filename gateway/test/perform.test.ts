import { describe, it } from 'vitest'
import { gatewayOf, post } from './gateway-world.js'
import { graph } from './graph.js'
import { recording } from './recording.js'

const principal = { agentId: 'a', role: 'AGENT', keyId: 'k' } as const
const authenticate = ({ secret }: { secret: string }) => (secret === 'right' ? principal : undefined)

describe('routes that the composition root adds', () => {
  it('are served by path or folder and run operations as their caller', async ({ expect }) => {
    await using gateway = await gatewayOf(graph().subgraphs, {
      authenticate,
      routes: {
        '/v1/name': async (request, response, perform) => {
          const answer = await perform({ headers: request.headers, body: { query: '{ __typename }' } })
          response.writeHead(answer.status, { 'content-type': 'application/json' })
          response.end(answer.text)
        },
        '/v1/folder/': async (request, response) => {
          response.end(request.url)
        },
      },
    })
    const get = (path: string, key: string) =>
      fetch(`${gateway.origin}${path}`, { headers: { authorization: `Bearer ${key}` } })
    const right = await get('/v1/name', 'right')
    expect([right.status, await right.json()]).toEqual([200, { data: { __typename: 'Query' } }])
    const wrong = await get('/v1/name', 'wrong')
    expect([wrong.status, await wrong.json()]).toMatchObject([
      401,
      { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    ])
    expect(await (await get('/v1/folder/x?y=1', 'right')).text()).toBe('/v1/folder/x?y=1')
    expect((await get('/v1/other', 'right')).status).toBe(404)
    expect((await get('/v1/folder/x/y', 'right')).status).toBe(404)
    expect((await fetch(`${gateway.origin}/v1/name`, { method: 'OPTIONS' })).status).toBe(204)
  })

  it('that throw are answered as a fault of ours, and the gateway goes on', async ({ expect }) => {
    const routes = { '/bad': () => Promise.reject(new Error('secret detail')) }
    await using gateway = await gatewayOf(graph().subgraphs, { routes })
    const answer = await fetch(`${gateway.origin}/bad`)
    expect(answer.status).toBe(500)
    expect(await answer.text()).not.toContain('secret detail')
    expect((await post(gateway.url, '{ __typename }')).data).toEqual({ __typename: 'Query' })
  })
})

describe('perform', () => {
  it('answers and records like an operation over HTTP, without one', async ({ expect }) => {
    const recorder = recording()
    await using gateway = await gatewayOf(graph().subgraphs, { recorder, authenticate })
    const answer = await gateway.perform({
      headers: { authorization: 'Bearer right', 'x-lighthouse-client': 'inside/1.0' },
      body: { query: 'query Inside { __typename }', operationName: 'Inside' },
    })
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { data: { __typename: 'Query' } }])
    expect(recorder.operations).toMatchObject([
      { operation: 'Inside', client: 'inside', agent_id: 'a', http_status: 200 },
    ])
    const bad = await gateway.perform({ headers: {}, body: { query: '{ nope }' } })
    expect([bad.status, recorder.operations.length]).toEqual([401, 2])
  })
})
