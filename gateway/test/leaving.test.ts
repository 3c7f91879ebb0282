import { request as httpRequest } from 'node:http'
import type {
  SubgraphAnswer,
  SubgraphRequest,
  SubgraphTransport,
} from '@lighthouse/contract/subgraph-request'
import { describe, it, vi } from 'vitest'
import { startGateway } from '../src/main.js'
import { recording } from './recording.js'

const SDL = 'type Query { slow: String } type Mutation { slow: String }'

/** A gateway before a subgraph that answers when it is told to, and a client that has asked it something. */
async function asked(query: string) {
  const rows = recording()
  let give: (answer: SubgraphAnswer) => void = () => undefined
  const requests: SubgraphRequest[] = []
  const transport: SubgraphTransport = {
    name: 'slow',
    request(request) {
      requests.push(request)
      return new Promise((resolve) => (give = resolve))
    },
    async *subscribe() {},
  }
  const gateway = await startGateway({
    supergraph: { subgraphs: [{ name: 'slow', sdl: SDL }] },
    transports: new Map([['slow', transport]]),
    recorder: rows,
  })
  const headers = { 'content-type': 'application/json' }
  const client = httpRequest(gateway.url, { method: 'POST', headers })
  client.on('error', () => undefined)
  client.end(JSON.stringify({ query }))
  const request = await vi.waitUntil(() => requests[0])
  return { gateway, rows, client, request, give: () => give({ data: { slow: 'late' } }) }
}

describe('a client that goes away', () => {
  it('ends its query, for subgraphs that listen and for those that look later', async ({ expect }) => {
    for (const isListening of [true, false]) {
      const { gateway, rows, client, request } = await asked('query Q { slow }')
      await using _ = gateway
      const heard = vi.fn()
      if (isListening) request.signal.addEventListener('abort', heard)
      client.destroy()
      await vi.waitUntil(() => rows.operations.length > 0)
      expect(request.signal.aborted).toBe(true)
      expect(heard).toHaveBeenCalledTimes(isListening ? 1 : 0)
      expect(rows.operations).toMatchObject([{ operation: 'Q', status: 'cancelled' }])
      expect(rows.fetches).toMatchObject([{ status: 'timeout' }])
    }
  })

  it('leaves its mutation to be done', async ({ expect }) => {
    const { gateway, rows, client, request, give } = await asked('mutation M { slow }')
    await using _ = gateway
    client.destroy()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(request.signal.aborted).toBe(false)
    give()
    await vi.waitUntil(() => rows.operations.length > 0)
    expect(rows.operations).toMatchObject([{ operation: 'M', status: 'ok' }])
  })
})
