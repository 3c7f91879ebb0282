import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Principal } from '@lighthouse/contract/principal'
import { afterAll, beforeAll, describe, it, vi } from 'vitest'
import { createAutomatic, type PersistedStore, sha256 } from '../src/persisted/automatic.js'
import { parseManifest, printManifest } from '../src/persisted/manifest.js'
import { type ManifestSource, manifestFile } from '../src/persisted/manifest-source.js'
import { gatewayOf } from './gateway-world.js'
import { graph } from './graph.js'

const COUNT = 'query Count { count }'
const RENAME = 'mutation Rename($n: String!) { rename(name: $n) { name } }'
const DEEP = `query Deep { bomb { ${'bomb { '.repeat(12)} x ${'}'.repeat(12)} } }`

type Body = { data?: unknown; errors?: { message: string; extensions: { code: string } }[] }

async function send(url: string, body: object, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return told(response)
}

async function told(response: Response) {
  const { data, errors } = (await response.json()) as Body
  return errors === undefined ? data : [response.status, errors[0]?.extensions.code]
}

const hashed = (query: string, hash = sha256(query)) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash: hash } },
})

/** A manifest in memory. */
function published(first: string | undefined) {
  let changed: () => void = () => undefined
  const held = { text: first }
  const source: ManifestSource = {
    name: 'a test',
    read: () => Promise.resolve(held.text),
    watch(tell) {
      changed = tell
      return { [Symbol.dispose]: () => undefined }
    },
  }
  return { source, publish: (text: string) => ((held.text = text), changed()) }
}

describe('automatic persisted queries', () => {
  it('[P-126] are asked by hash once their text was registered, by POST and by GET', async ({ expect }) => {
    await using gateway = await gatewayOf(graph().subgraphs)
    expect(await send(gateway.url, hashed(COUNT))).toEqual([200, 'PERSISTED_QUERY_NOT_FOUND'])
    expect(await send(gateway.url, { query: COUNT, ...hashed(COUNT) })).toEqual({ count: 3 })
    expect(await send(gateway.url, hashed(COUNT))).toEqual({ count: 3 })
    const { extensions } = hashed(COUNT)
    const search = new URLSearchParams({ extensions: JSON.stringify(extensions) })
    const answer = await fetch(`${gateway.url}?${search.toString()}`)
    expect(await answer.json()).toEqual({ data: { count: 3 } })
    const variables = { n: 'x' }
    await send(gateway.url, { query: RENAME, variables, ...hashed(RENAME) })
    expect(await send(gateway.url, { variables, ...hashed(RENAME) })).toEqual({ rename: { name: 'x' } })
    const byGet = new URLSearchParams({
      extensions: JSON.stringify(hashed(RENAME).extensions),
      variables: JSON.stringify(variables),
    })
    expect((await fetch(`${gateway.url}?${byGet.toString()}`)).status).toBe(405)
  })

  it('[P-126] are refused when text and hash differ, and never kept then or over the limits', async ({
    expect,
  }) => {
    await using gateway = await gatewayOf(graph().subgraphs)
    const other = sha256(RENAME)
    expect(await send(gateway.url, { query: COUNT, ...hashed(COUNT, other) })).toMatchObject([
      400,
      'BAD_REQUEST',
    ])
    expect(await send(gateway.url, hashed('', other))).toMatchObject([200, 'PERSISTED_QUERY_NOT_FOUND'])
    expect(await send(gateway.url, { query: DEEP, ...hashed(DEEP) })).toMatchObject([400, 'QUERY_TOO_DEEP'])
    expect(await send(gateway.url, hashed(DEEP))).toMatchObject([200, 'PERSISTED_QUERY_NOT_FOUND'])
    for (const persistedQuery of [
      { version: 2, sha256Hash: other },
      { version: 1 },
      'x',
      { sha256Hash: '../../x' },
    ]) {
      expect(await send(gateway.url, { extensions: { persistedQuery } })).toMatchObject([400, 'BAD_REQUEST'])
    }
  })

  it('[P-126] are shared through a store whose texts are checked, and which may fail', async ({ expect }) => {
    const kept = new Map<string, string>()
    const store: PersistedStore = {
      get: (hash) => Promise.resolve(kept.get(hash)),
      set: (hash, query) => void kept.set(hash, query),
    }
    await using one = await gatewayOf(graph().subgraphs, { documents: { store } })
    await using two = await gatewayOf(graph().subgraphs, { documents: { store } })
    await send(one.url, { query: COUNT, ...hashed(COUNT) })
    expect(await send(two.url, hashed(COUNT))).toEqual({ count: 3 })
    kept.set(sha256(RENAME), COUNT)
    expect(await send(two.url, hashed(RENAME))).toMatchObject([200, 'PERSISTED_QUERY_NOT_FOUND'])
  })

  it('keep a bounded number of texts in memory', async ({ expect }) => {
    const automatic = createAutomatic()
    const texts = Array.from({ length: 400 }, (_, n) => `{ a${n} } #${'x'.repeat(60_000)}`)
    for (const text of texts) automatic.register(sha256(text), text)
    const held = await Promise.all(texts.map((text) => automatic.get(sha256(text))))
    expect(held.filter((text) => text !== undefined).length).toBeLessThan(300)
    expect(held.at(-1)).toBe(texts.at(-1))
  })

  it('can be turned off', async ({ expect }) => {
    await using gateway = await gatewayOf(graph().subgraphs, { documents: { automatic: false } })
    expect(await send(gateway.url, hashed(COUNT))).toMatchObject([200, 'PERSISTED_QUERY_NOT_SUPPORTED'])
    expect(await send(gateway.url, { query: COUNT, ...hashed(COUNT) })).toEqual({ count: 3 })
  })
})

describe('trusted documents', () => {
  const manifest = JSON.stringify({ count: COUNT, deep: DEEP, [sha256(RENAME)]: RENAME })

  it('[P-126] are the only ones that run when they are enforced, by id or by text', async ({ expect }) => {
    const { source } = published(manifest)
    await using gateway = await gatewayOf(graph().subgraphs, {
      documents: { manifest: source },
      operations: { mode: 'enforce' },
    })
    expect(await send(gateway.url, { documentId: 'count' })).toEqual({ count: 3 })
    expect(await send(gateway.url, hashed('', 'count'))).toEqual({ count: 3 })
    expect(await send(gateway.url, { query: COUNT })).toEqual({ count: 3 })
    expect(await (await fetch(`${gateway.url}?documentId=count`)).json()).toEqual({ data: { count: 3 } })
    const variables = { n: 'y' }
    const renamed = { rename: { name: 'y' } }
    expect(await send(gateway.url, { documentId: `sha256:${sha256(RENAME)}`, variables })).toEqual(renamed)
    const stranger = '{ me { name } }'
    const refused = [403, 'QUERY_NOT_IN_SAFELIST']
    expect(await send(gateway.url, { query: stranger })).toMatchObject(refused)
    expect(await send(gateway.url, { query: stranger, ...hashed(stranger) })).toMatchObject(refused)
    expect(await send(gateway.url, { query: `${COUNT} ` })).toMatchObject(refused)
    expect(await send(gateway.url, { query: stranger, documentId: 'count' })).toMatchObject([
      400,
      'BAD_REQUEST',
    ])
    expect(await send(gateway.url, hashed(stranger))).toMatchObject([404, 'PERSISTED_QUERY_NOT_IN_LIST'])
    expect(await send(gateway.url, { documentId: '__proto__' })).toMatchObject([
      404,
      'PERSISTED_QUERY_NOT_IN_LIST',
    ])
  })

  it('may be subscriptions that come as events or in parts, named as all others are', async ({ expect }) => {
    const ticks = 'subscription Ticks { ticks { n } }'
    const { source } = published(
      printManifest(
        new Map([
          ['t', ticks],
          ['c', COUNT],
        ]),
      ),
    )
    const own = graph()
    await using gateway = await gatewayOf(own.subgraphs, {
      documents: { manifest: source },
      operations: { mode: 'enforce' },
    })
    const ask = async (id: string, accept: string) => {
      const headers = { 'content-type': 'application/json', accept }
      const body = JSON.stringify({ documentId: id })
      return (await fetch(gateway.url, { method: 'POST', headers, body })).text()
    }
    for (const accept of ['text/event-stream', 'multipart/mixed; subscriptionSpec=1.0, application/json']) {
      const asked = ask('t', accept)
      await vi.waitUntil(() => own.streams() === 1)
      own.tick({ n: 1 })
      own.end()
      expect(await asked).toContain('{"data":{"ticks":{"n":1}}}')
      await vi.waitUntil(() => own.streams() === 0)
    }
    expect(await ask('c', 'text/event-stream')).toContain('event: next\ndata: {"data":{"count":3}}')
    expect(await ask('x', 'text/event-stream')).toContain('PERSISTED_QUERY_NOT_IN_LIST')
  })

  it('pass the limits, since their operator has read them', async ({ expect }) => {
    const { source } = published(manifest)
    await using gateway = await gatewayOf(graph().subgraphs, { documents: { manifest: source } })
    expect(await send(gateway.url, { documentId: 'deep' })).not.toContain('QUERY_TOO_DEEP')
    expect(await send(gateway.url, { query: `${DEEP} ` })).toMatchObject([400, 'QUERY_TOO_DEEP'])
  })

  it('are told from others in the log, once each, before they are enforced', async ({ expect }) => {
    const logged: unknown[] = []
    const { source } = published(manifest)
    await using gateway = await gatewayOf(graph().subgraphs, {
      documents: { manifest: source },
      operations: { mode: 'log' },
      log: (message, details) =>
        void (message === 'a document is not trusted' && logged.push(details['query'])),
    })
    for (const query of ['{ count }', '{ count }', COUNT]) {
      expect(await send(gateway.url, { query })).toEqual({ count: 3 })
    }
    expect(logged).toEqual(['{ count }'])
  })

  it('may be enforced for some roles only', async ({ expect }) => {
    const { source } = published(manifest)
    await using gateway = await gatewayOf(graph().subgraphs, {
      authenticate: ({ secret }) => ({ agentId: 'a', role: secret as Principal['role'], keyId: 'k' }),
      documents: { manifest: source },
      operations: { roles: { AGENT: 'enforce' } },
    })
    const ask = (role: string) =>
      send(gateway.url, { query: '{ count }' }, { authorization: `Bearer ${role}` })
    expect(await ask('AGENT')).toMatchObject([403, 'QUERY_NOT_IN_SAFELIST'])
    expect(await ask('ADMIN')).toEqual({ count: 3 })
  })

  it('[P-126] change while the gateway runs, and stay when what is published is no manifest', async ({
    expect,
  }) => {
    const { source, publish } = published(manifest)
    const logged: string[] = []
    await using gateway = await gatewayOf(graph().subgraphs, {
      documents: { manifest: source },
      operations: { mode: 'enforce' },
      log: (message) => void logged.push(message),
    })
    const query = '{ count }'
    expect(await send(gateway.url, { query })).toMatchObject([403, 'QUERY_NOT_IN_SAFELIST'])
    publish(JSON.stringify({ bare: query }))
    await vi.waitFor(() => expect(logged).toEqual(['trusted documents were loaded']))
    expect(await send(gateway.url, { query })).toEqual({ count: 3 })
    expect(await send(gateway.url, { query: COUNT })).toMatchObject([403, 'QUERY_NOT_IN_SAFELIST'])
    publish('{"broken": 1}')
    await vi.waitFor(() => expect(logged).toContain('trusted documents stay as they were'))
    expect(await send(gateway.url, { query })).toEqual({ count: 3 })
  })

  it('are refused at the start when there are none to enforce, or the manifest is none', async ({
    expect,
  }) => {
    const { subgraphs } = graph()
    await expect(gatewayOf(subgraphs, { operations: { mode: 'enforce' } })).rejects.toThrow(
      'operations.manifest',
    )
    const { source } = published('[')
    await expect(gatewayOf(subgraphs, { documents: { manifest: source } })).rejects.toThrow('it is not JSON')
  })
})

describe('a manifest', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lighthouse-manifest-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it("is Apollo's or a plain map, and every fault in it is told", ({ expect }) => {
    const operations = [{ id: 'a', name: 'Count', type: 'query', body: COUNT }]
    const apollo = { format: 'apollo-persisted-query-manifest', version: 1, operations }
    const read = parseManifest(JSON.stringify(apollo), 'm')
    expect([...read]).toEqual([['a', COUNT]])
    expect(printManifest(read)).toBe(`{\n  "a": ${JSON.stringify(COUNT)}\n}\n`)
    const parse = (given: unknown) => () => parseManifest(JSON.stringify(given), 'm.json')
    expect(parse({ ...apollo, version: 2 })).toThrow('version')
    expect(parse({ ...apollo, operations: [{ id: '', body: 1 }] })).toThrow(
      /operations\.0\.id.*operations\.0\.body/,
    )
    expect(parse({ ...apollo, operations: [...operations, { id: 'a', body: RENAME }] })).toThrow('the id a')
    expect(parse({ a: 1 })).toThrow('m.json is no manifest of operations: a:')
    expect(parse([])).toThrow('is no manifest')
  })

  it('in a file is read again when the file is replaced', async ({ expect }) => {
    const path = join(folder, 'operations.json')
    const source = manifestFile(path, { pollMs: 20 })
    expect(await source.read()).toBeUndefined()
    await expect(manifestFile(path, { required: true }).read()).rejects.toThrow('cannot be read (ENOENT)')
    await using gateway = await gatewayOf(graph().subgraphs, { documents: { manifest: source } })
    expect(await send(gateway.url, { documentId: 'count' })).toEqual([404, 'PERSISTED_QUERY_NOT_IN_LIST'])
    await writeFile(`${path}.new`, JSON.stringify({ count: COUNT }))
    await rename(`${path}.new`, path)
    await vi.waitFor(
      async () => expect(await send(gateway.url, { documentId: 'count' })).toEqual({ count: 3 }),
      10_000,
    )
  })
})
