import { httpPeer } from '@lighthouse/chassis/peer'
import { describe, it } from 'vitest'
import { alone } from '../src/alone.js'
import { readConfig } from '../src/config.js'
import { CONSULT, inputOf, principalOf, requestOf } from './ask.js'

const SECRET = 'a-secret-of-this-test'

describe('alone', () => {
  it('answers consultations over HTTP to who signs with the secret, and nobody else', async ({ expect }) => {
    await using served = await alone(readConfig({ LIGHTHOUSE_GATEWAY_SECRET: SECRET, LIGHTHOUSE_PORT: '0' }))
    await using peer = httpPeer({ name: 'experts', url: served.url, gatewaySecret: SECRET })
    const ask = (from: typeof peer, role: 'SYSTEM_AGENT' | 'AGENT') =>
      from.request(requestOf(CONSULT, { input: inputOf('./bin/x') }, { principal: principalOf(role) }))
    const answer = await ask(peer, 'SYSTEM_AGENT')
    expect(answer.data?.['consult']).toMatchObject({ status: 'DECIDED', decision: 'ESCALATE' })
    const refused = await ask(peer, 'AGENT')
    expect(refused.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN')
    await using forger = httpPeer({ name: 'experts', url: served.url, gatewaySecret: 'guessed' })
    await expect(ask(forger, 'SYSTEM_AGENT')).rejects.toMatchObject({
      extensions: { code: expect.any(String) },
    })
    const ready = await fetch(served.url.replace('/graphql', '/readyz'))
    expect(ready.status).toBe(200)
  })
})
