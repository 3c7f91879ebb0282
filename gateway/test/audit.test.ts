import { auditServer } from 'graphql-http'
import { describe, it } from 'vitest'
import { compose, startStandaloneGateway } from '../src/main.js'
import { sdls } from './federate.js'
import { serve } from './gateway-world.js'
import { graph } from './graph.js'

describe('GraphQL over HTTP', () => {
  it('[P-123] passes 61 of the 61 audits of graphql-http', async ({ expect }) => {
    const { subgraphs } = graph()
    await using users = await serve(subgraphs[0])
    await using reviews = await serve(subgraphs[1])
    const [a, b] = sdls(subgraphs)
    const supergraphSdl = compose([
      { name: 'users', sdl: a?.sdl ?? '', url: users.url },
      { name: 'reviews', sdl: b?.sdl ?? '', url: reviews.url },
    ])
    await using gateway = await startStandaloneGateway({ supergraphSdl })
    const results = await auditServer({ url: gateway.url })
    const notOk = results.filter(({ status }) => status !== 'ok')
    expect(notOk.map(({ id, name, status }) => `${status} ${id} ${name}`)).toEqual([])
    expect(results).toHaveLength(61)
  })
})
