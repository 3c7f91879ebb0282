import { createHash } from 'node:crypto'
import { QUIET } from '@lighthouse/chassis/log'
import { compose, type ModeOptions, startStandaloneGateway } from '@lighthouse/gateway/main'
import { afterAll, beforeAll, describe, it, vi } from 'vitest'
import { gatewayDocuments } from '../src/operations/gateway-documents.js'
import { publish } from '../src/operations/publish.js'
import { RedisServer } from './redis-server.js'

const TYPE = 'query Type { __typename }'
const OTHER = 'query Other { kind: __typename }'

const server = new RedisServer()
const redis = server.socketPath
beforeAll(() => server.start())
afterAll(() => server[Symbol.asyncDispose]())

/** A gateway as `lighthouse gateway --redis` starts it. */
async function open(mode: ModeOptions['mode']) {
  const opened = await gatewayDocuments({ redis, operationsMode: mode }, {}, QUIET)
  const supergraphSdl = compose([{ name: 'a', sdl: 'type Query { a: Int }', url: 'http://127.0.0.1:1' }])
  const gateway = await startStandaloneGateway({
    supergraphSdl,
    documents: opened.documents,
    operations: { mode },
  })
  const ask = async (body: object) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(gateway.url, { method: 'POST', headers, body: JSON.stringify(body) })
    const { data, errors } = (await answer.json()) as {
      data?: unknown
      errors?: [{ extensions: { code: string } }]
    }
    return errors === undefined ? data : errors[0].extensions.code
  }
  const close = async () => {
    await gateway.close()
    await opened[Symbol.asyncDispose]()
  }
  return { ask, [Symbol.asyncDispose]: close }
}

const hashed = (query: string) => ({
  extensions: {
    persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') },
  },
})

describe('documents in Redis', () => {
  it('[P-126] that one gateway registered are known to the others', async ({ expect }) => {
    await using one = await open('off')
    await using two = await open('off')
    expect(await two.ask(hashed(TYPE))).toBe('PERSISTED_QUERY_NOT_FOUND')
    expect(await one.ask({ query: TYPE, ...hashed(TYPE) })).toEqual({ __typename: 'Query' })
    await vi.waitFor(async () => expect(await two.ask(hashed(TYPE))).toEqual({ __typename: 'Query' }))
  })

  it('[P-126] that were published reach every gateway, and outlive Redis in each', async ({ expect }) => {
    await using one = await open('enforce')
    await using two = await open('enforce')
    expect(await one.ask({ query: TYPE })).toBe('QUERY_NOT_IN_SAFELIST')
    const added = await publish(new Map([['type', TYPE]]), { redis }, { replace: false })
    expect(added).toMatchObject({ added: 1, total: 1 })
    for (const { ask } of [one, two]) {
      await vi.waitFor(
        async () => expect(await ask({ documentId: 'type' })).toEqual({ __typename: 'Query' }),
        10_000,
      )
    }
    const clash = publish(new Map([['type', OTHER]]), { redis }, { replace: false })
    await expect(clash).rejects.toThrow('already stands for another document')
    await server.kill()
    expect(await one.ask({ documentId: 'type' })).toEqual({ __typename: 'Query' })
    await expect(publish(new Map(), { redis }, { replace: false })).rejects.toThrow('Redis does not answer')
    await server.start()
    await publish(new Map([['other', OTHER]]), { redis }, { replace: true })
    await vi.waitFor(
      async () => expect(await one.ask({ documentId: 'other' })).toEqual({ kind: 'Query' }),
      20_000,
    )
    expect(await one.ask({ documentId: 'type' })).toBe('PERSISTED_QUERY_NOT_IN_LIST')
  })
})
