import { describe, it } from 'vitest'
import { gatewayOf, serve } from './served.js'

describe('POST /ofrep/v1/evaluate/flags', () => {
  const known = [
    { name: 'a', on: true, variant: 'on', reason: 'STATIC' },
    { name: 'ab', on: true, variant: 'blue', reason: 'SPLIT' },
  ]

  it('answers one flag and all flags as the protocol says, for the targeting key', async ({ expect }) => {
    const { perform, asked } = gatewayOf(({ variables }) => {
      const names = (variables['names'] as string[] | undefined) ?? known.map(({ name }) => name)
      const unknown = { on: null, variant: null, reason: null }
      const evaluateFlags = names.map(
        (name) => known.find((one) => one.name === name) ?? { name, ...unknown },
      )
      return { data: { evaluateFlags } }
    })
    await using served = await serve(perform)
    const post = async (path: string, body: unknown, key = 'right') => {
      const answer = await fetch(`${served.origin}/ofrep/v1/evaluate/flags${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify(body),
      })
      return [answer.status, await answer.json()]
    }
    const context = { targetingKey: 'agent-1' }
    expect(await post('/a', { context })).toEqual([
      200,
      { key: 'a', value: true, variant: 'on', reason: 'STATIC' },
    ])
    expect(asked[0]?.variables).toEqual({ names: ['a'], agentId: 'agent-1' })
    expect(await post('/ab', { context })).toMatchObject([200, { value: 'blue', variant: 'blue' }])
    expect(await post('/none', { context })).toMatchObject([
      404,
      { key: 'none', errorCode: 'FLAG_NOT_FOUND' },
    ])
    expect(await post('', {})).toMatchObject([200, { flags: [{ key: 'a', value: true }, { key: 'ab' }] }])
    expect(await post('/a', { context: { targetingKey: 7 } })).toMatchObject([400, {}])
    expect(await post('/a', { context }, 'wrong')).toMatchObject([401, {}])
  })
})
