import { httpPeer } from '@lighthouse/chassis/peer'
import type { SubgraphRequest } from '@lighthouse/contract/subgraph-request'
import { describe, it } from 'vitest'
import { alone } from '../src/alone.js'
import { readConfig } from '../src/config.js'
import { AGENT, POLICIES } from './house.js'

const SECRET = 'between-these-two'
const request = (query: string, variables: Record<string, unknown> = {}): SubgraphRequest => ({
  query,
  variables,
  principal: AGENT,
  requestId: 'r',
  traceId: '0'.repeat(32),
  deadlineAt: Date.now() + 10_000,
  signal: new AbortController().signal,
  noteStop: undefined,
})

describe('alone', () => {
  it('serves validation over HTTP', async ({ expect }) => {
    const config = { ...readConfig({ LIGHTHOUSE_GATEWAY_SECRET: SECRET }), port: 0, policiesDir: POLICIES }
    await using served = await alone(config)
    await using peer = httpPeer({ name: 'validation', url: served.url, gatewaySecret: SECRET })
    const text = 'mutation V($i: ValidationInput!) { validateCommand(input: $i) { decision agent { id } } }'
    const answer = await peer.request(
      request(text, { i: { toolName: 'Bash', toolInput: { command: 'rm -rf /' } } }),
    )
    expect(answer.data?.['validateCommand']).toEqual({ decision: 'BLOCK', agent: { id: 'agent-1' } })
  })

  it('names the variable that is missing or wrong', ({ expect }) => {
    expect(() => readConfig({})).toThrow('LIGHTHOUSE_GATEWAY_SECRET')
    expect(() => readConfig({ LIGHTHOUSE_GATEWAY_SECRET: 's', LIGHTHOUSE_PORT: 'x' })).toThrow(
      'LIGHTHOUSE_PORT',
    )
  })
})
