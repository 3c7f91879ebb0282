import { auditServer } from 'graphql-http'
import { describe, it } from 'vitest'
import { standaloneOver } from './gateway-world.js'
import { graph } from './graph.js'

describe('GraphQL over HTTP', () => {
  it('[P-123] passes 61 of the 61 audits of graphql-http', async ({ expect }) => {
    const { subgraphs } = graph()
    await using gateway = await standaloneOver(subgraphs)
    const results = await auditServer({ url: gateway.url })
    const notOk = results.filter(({ status }) => status !== 'ok')
    expect(notOk.map(({ id, name, status }) => `${status} ${id} ${name}`)).toEqual([])
    expect(results).toHaveLength(61)
  })
})
