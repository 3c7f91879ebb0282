import { httpPeer } from '@lighthouse/chassis/peer'
import { describe, it } from 'vitest'
import { alone } from '../src/alone.js'
import { readConfig } from '../src/config.js'

const SECRET = 'between-these-two'

describe('alone', () => {
  it('serves policy over HTTP', async ({ expect }) => {
    await using served = await alone({ ...readConfig({ LIGHTHOUSE_GATEWAY_SECRET: SECRET }), port: 0 })
    await using peer = httpPeer({ name: 'policy', url: served.url, gatewaySecret: SECRET })
    const answer = await peer.request({
      query: '{ policy { engine } }',
      variables: {},
      principal: { agentId: 'a', role: 'AGENT', keyId: 'k' },
      requestId: 'r',
      traceId: '0'.repeat(32),
      deadlineAt: Date.now() + 10_000,
      signal: new AbortController().signal,
      noteStop: undefined,
    })
    expect(answer.data).toEqual({ policy: { engine: 'opa-wasm' } })
  })

  it('names the variable that is missing or wrong', ({ expect }) => {
    expect(() => readConfig({})).toThrow('LIGHTHOUSE_GATEWAY_SECRET')
    expect(() => readConfig({ LIGHTHOUSE_GATEWAY_SECRET: 's', LIGHTHOUSE_PORT: 'x' })).toThrow(
      'LIGHTHOUSE_PORT',
    )
  })
})
