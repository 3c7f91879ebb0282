import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, vi } from 'vitest'
import { configSource } from '../../src/config.js'
import { compose, fileSource, type Source, startStandaloneGateway, subgraphsSource } from '../../src/main.js'
import { LINK } from '../federate.js'
import { answering, asksEntities, type FaultyServer, faultyServer } from '../faulty-server.js'
import { post } from '../gateway-world.js'

const ITEMS = `${LINK} type Query { items: [Item!]! } type Item @key(fields: "id") { id: ID! name: String }`
const PRICES = `${LINK} type Query { currency: String } type Item @key(fields: "id") { id: ID! price: String }`
const IDS = ['1', '2', '3']

/** The two subgraphs of one version; everything that they say carries its name. */
async function version(name: string) {
  const items = await faultyServer(
    answering({ items: IDS.map((id) => ({ __typename: 'Item', id, name: `${name} ${id}` })) }),
  )
  const prices = await faultyServer((response, body, request) => {
    const data = asksEntities(body)
      ? { _entities: IDS.map((id) => ({ price: `${name} ${id}` })) }
      : { currency: name }
    answering(data)(response, body, request)
  })
  const sdl = compose([
    { name: 'items', sdl: ITEMS, url: items.url },
    { name: 'prices', sdl: PRICES, url: prices.url },
  ])
  return {
    sdl,
    async [Symbol.asyncDispose]() {
      await items[Symbol.asyncDispose]()
      await prices[Symbol.asyncDispose]()
    },
  }
}

const QUERY = '{ items { name price } currency }'

function answerOf(name: string) {
  return { items: IDS.map((id) => ({ name: `${name} ${id}`, price: `${name} ${id}` })), currency: name }
}

/** A source that changes when the test says so. */
function manual(first: string) {
  let value = first
  let changed: () => void = () => undefined
  const source: Source<string> = {
    read: () => Promise.resolve(value),
    watch: (tell) => {
      changed = tell
      return { [Symbol.dispose]: () => undefined }
    },
  }
  return {
    source,
    set(next: string) {
      value = next
      changed()
    },
  }
}

async function state(origin: string) {
  const [ready, metrics] = await Promise.all([fetch(`${origin}/readyz`), fetch(`${origin}/metrics`)])
  const { supergraph } = (await ready.json()) as {
    supergraph: { version: string; refused?: string }
  }
  const text = await metrics.text()
  const count = (outcome: string) =>
    Number(
      new RegExp(`^lighthouse_supergraph_reloads_total{outcome="${outcome}"} (\\d+)$`, 'm').exec(text)?.[1],
    )
  return { ...supergraph, swapped: count('swapped'), refusals: count('refused') }
}

async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'lighthouse-reload-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** Replaces a file as deployments do: in one step. */
async function replace(path: string, text: string) {
  await writeFile(`${path}.next`, text)
  await rename(`${path}.next`, path)
}

const SOON = { timeout: 10_000, interval: 20 }

describe('a gateway whose supergraph is replaced', () => {
  it('[P-131] drops no request and mixes no two graphs over 100 swaps under load', async ({ expect }) => {
    await using one = await version('one')
    await using two = await version('two')
    const { source, set } = manual(one.sdl)
    await using gateway = await startStandaloneGateway({ supergraphSdl: source })
    const counts = { one: 0, two: 0 }
    let isOver = false
    const client = async () => {
      while (!isOver) {
        const answer = await post(gateway.url, QUERY)
        const name = answer.data?.['currency'] === 'one' ? 'one' : 'two'
        expect([answer.status, answer.errors, answer.data]).toEqual([200, undefined, answerOf(name)])
        counts[name] += 1
      }
    }
    const clients = Array.from({ length: 6 }, client)
    for (let swap = 1; swap <= 100; swap++) {
      set(swap % 2 === 1 ? two.sdl : one.sdl)
      await vi.waitFor(async () => expect((await state(gateway.origin)).swapped).toBe(swap), {
        timeout: 20_000,
        interval: 5,
      })
    }
    isOver = true
    await Promise.all(clients)
    expect(counts.one).toBeGreaterThan(20)
    expect(counts.two).toBeGreaterThan(20)
  }, 120_000)

  it('[P-131] lets an operation under way finish on the graph that it began with', async ({ expect }) => {
    await using one = await version('one')
    await using two = await version('two')
    await using slow = await faultyServer(() => undefined)
    const sdl = compose([{ name: 'slow', sdl: 'type Query { a: String }', url: slow.url }])
    const { source, set } = manual(sdl)
    await using gateway = await startStandaloneGateway({ supergraphSdl: source })
    const asked = post(gateway.url, '{ a }')
    await vi.waitFor(() => expect(slow.open()).toBe(1), SOON)
    // Two swaps, so that the connections of the first are not those of the last.
    for (const [index, next] of [one.sdl, two.sdl].entries()) {
      set(next)
      await vi.waitFor(async () => expect((await state(gateway.origin)).swapped).toBe(index + 1), SOON)
    }
    expect((await post(gateway.url, QUERY)).data).toEqual(answerOf('two'))
    expect(slow.open()).toBe(1)
    slow.finish(answering({ a: 'late' }))
    expect((await asked).data).toEqual({ a: 'late' })
    expect((await post(gateway.url, '{ a }')).status).toBe(400)
  })

  it('[P-131] keeps the old one when the new one is bad, and says why in the log, the metrics and /readyz', async ({
    expect,
  }) => {
    await using one = await version('one')
    await using two = await version('two')
    await using files = await folder()
    const path = join(files.path, 'supergraph.graphql')
    await writeFile(path, one.sdl)
    const logged: string[] = []
    await using gateway = await startStandaloneGateway({
      supergraphSdl: fileSource({ path, parse: (text) => text, debounceMs: 10, pollMs: 60_000 }),
      log: (message, details) => logged.push(`${message} ${JSON.stringify(details)}`),
    })
    const before = await state(gateway.origin)
    const bad = [
      ['type Query {', 'Syntax Error'],
      ['type Query { a: Int }', 'not a supergraph'],
      [one.sdl.replace(/url: "http:[^"]+"/, 'url: "ftp://elsewhere"'), 'no http(s) address'],
    ] as const
    for (const [index, [text, reason]] of bad.entries()) {
      await replace(path, text)
      await vi.waitFor(async () => expect((await state(gateway.origin)).refusals).toBe(index + 1), SOON)
      const after = await state(gateway.origin)
      expect(after.refused).toContain(reason)
      expect(after.version).toBe(before.version)
      expect(logged.at(-1)).toContain(reason)
      expect((await post(gateway.url, QUERY)).data).toEqual(answerOf('one'))
    }
    await replace(path, two.sdl)
    await vi.waitFor(async () => expect((await state(gateway.origin)).swapped).toBe(1), SOON)
    expect((await state(gateway.origin)).refused).toBeUndefined()
    expect((await post(gateway.url, QUERY)).data).toEqual(answerOf('two'))
  })

  it('[P-131] notices a changed file by polling where nothing tells of it', async ({ expect }) => {
    await using files = await folder()
    const path = join(files.path, 'a.txt')
    await writeFile(path, 'one')
    // A debounce that never ends leaves polling alone.
    const source = fileSource({ path, parse: (text) => text, debounceMs: 1_000_000, pollMs: 10 })
    expect(await source.read()).toBe('one')
    let changes = 0
    using watching = source.watch(() => (changes += 1))
    await writeFile(path, 'two')
    await vi.waitFor(() => expect(changes).toBe(1), SOON)
    expect(await source.read()).toBe('two')
    await rm(path)
    await replace(path, 'two')
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(changes).toBe(1)
    void watching
  })

  it('[P-131] takes other settings while it runs', async ({ expect }) => {
    await using one = await version('one')
    await using files = await folder()
    const path = join(files.path, 'gateway.yaml')
    await writeFile(path, 'traffic: { all: { timeoutMs: 5000 } }')
    const logged: string[] = []
    await using gateway = await startStandaloneGateway({
      supergraphSdl: one.sdl,
      settings: configSource(path, {}),
      log: (message, details) => logged.push(`${message} ${JSON.stringify(details)}`),
    })
    expect((await post(gateway.url, QUERY)).data).toEqual(answerOf('one'))
    await replace(path, 'traffic: { all: { maxAnswerBytes: 10 } }')
    await vi.waitFor(async () => expect((await state(gateway.origin)).swapped).toBe(1), SOON)
    expect((await post(gateway.url, QUERY)).errors?.[0]?.message).toContain('more than 10 bytes')
    await replace(path, 'traffic: { all: { colour: red } }')
    await vi.waitFor(async () => expect((await state(gateway.origin)).refusals).toBe(1), SOON)
    expect(logged.at(-1)).toContain('colour')
  })
})

describe('a gateway that composes running subgraphs', () => {
  /** A subgraph that says what it is told to say of itself. */
  function telling(sdl: string, data: unknown): FaultyServer['behave'] {
    return (response, body, request) =>
      answering(body.includes('_service') ? { _service: { sdl } } : data)(response, body, request)
  }

  it('[P-131] composes again when one changes, and keeps what it has while one is down or does not fit', async ({
    expect,
  }) => {
    await using a = await faultyServer(telling('type Query { a: Int }', { a: 1 }))
    await using b = await faultyServer(telling('type Query { b: Int }', { b: 2 }))
    const subgraphs = [
      { name: 'a', url: a.url },
      { name: 'b', url: b.url },
    ]
    await using source = subgraphsSource({ subgraphs, pollMs: 10 })
    await using gateway = await startStandaloneGateway({ supergraphSdl: source })
    expect((await post(gateway.url, '{ a b }')).data).toEqual({ a: 1, b: 2 })
    b.behave = telling('type Query { b: Int c: Int }', { b: 2, c: 3 })
    await vi.waitFor(async () => expect((await state(gateway.origin)).swapped).toBe(1), SOON)
    expect((await post(gateway.url, '{ c }')).data).toMatchObject({ c: 3 })
    b.behave = telling('type Query { b: Missing }', {})
    await vi.waitFor(async () => expect((await state(gateway.origin)).refusals).toBe(1), SOON)
    expect((await state(gateway.origin)).refused).toContain('Missing')
    const asked = a.bodies.length
    b.behave = (response) => response.destroy()
    await vi.waitFor(() => expect(a.bodies.length).toBeGreaterThan(asked + 3), SOON)
    expect((await post(gateway.url, '{ a }')).data).toEqual({ a: 1 })
    expect((await state(gateway.origin)).swapped).toBe(1)
  })

  it('does not start while one does not tell its SDL', async ({ expect }) => {
    await using source = subgraphsSource({ subgraphs: [{ name: 'a', url: 'http://127.0.0.1:1/graphql' }] })
    await expect(source.read()).rejects.toThrow('Subgraph "a" cannot be reached')
  })
})
