import { readFile } from 'node:fs/promises'
import { describe, it } from 'vitest'
import * as z from 'zod'
import { readConfig, readOperations } from '../src/config.js'
import { FILE_SHAPE, parseConfig } from '../src/config-file.js'
import { trafficFor } from '../src/fetch/traffic/settings.js'

interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>
  readonly additionalProperties?: Shape | boolean
  readonly anyOf?: readonly Shape[]
  readonly items?: Shape
  readonly default?: unknown
}

/** Every key that a file may have, with its default as JSON; a key of one's own choice is called NAME, a place in a list N. */
function* keysOf(
  shape: Shape,
  path: string,
): Generator<readonly [key: string, otherwise: string | undefined]> {
  const branches = [shape, ...(shape.anyOf ?? [])]
  for (const branch of branches) {
    for (const [name, inner] of Object.entries(branch.properties ?? {})) {
      const key = path === '' ? name : `${path}.${name}`
      const isGroup = inner.properties !== undefined || typeof inner.additionalProperties === 'object'
      if (!isGroup) yield [key, inner.default === undefined ? undefined : JSON.stringify(inner.default)]
      yield* keysOf(inner, key)
      if (inner.items !== undefined) yield* keysOf(inner.items, `${key}.N`)
    }
    const { additionalProperties: own } = branch
    if (typeof own !== 'object') continue
    if (own.properties === undefined) yield [`${path}.NAME`, undefined]
    yield* keysOf(own, `${path}.NAME`)
  }
}

describe('the configuration file', () => {
  it('has the keys and the defaults that docs/reference/config.md says', async ({ expect }) => {
    const page = await readFile(new URL('../../docs/reference/config.md', import.meta.url), 'utf8')
    const section = page.split('## Gateway: the configuration file')[1]?.split('\n## ')[0] ?? ''
    const rows = new Map(
      [...section.matchAll(/^\| `([^`]+)` \| ([^|]+) \|/gm)].map(([, key = '', otherwise = '']) => [
        key,
        otherwise,
      ]),
    )
    const keys = new Map(keysOf(z.toJSONSchema(FILE_SHAPE, { io: 'input' }) as Shape, ''))
    const isOfAll = (key: string) => keys.has(key.replace('traffic.subgraphs.NAME', 'traffic.all'))
    const told = [...keys.keys()].filter(
      (key) =>
        !key.startsWith('limits.roles.NAME.') &&
        (!key.startsWith('traffic.subgraphs.NAME.') || !isOfAll(key)),
    )
    expect([...rows.keys()].sort()).toEqual([...told, 'limits.roles.NAME'].sort())
    for (const [key, otherwise] of rows) {
      if (otherwise.startsWith('`')) expect([key, otherwise]).toEqual([key, `\`${keys.get(key)}\``])
    }
  })

  it('lets one subgraph differ from all, key by key', ({ expect }) => {
    const { traffic } = parseConfig(
      `traffic:
         all: { timeoutMs: 5000, retry: { attempts: 5 }, forwardHeaders: [Accept-Language] }
         subgraphs: { reviews: { retry: { minDelayMs: 1 }, hedge: {}, breaker: false } }`,
      {},
      'gateway.yaml',
    )
    expect(trafficFor('reviews', traffic)).toMatchObject({
      timeoutMs: 5000,
      retry: { attempts: 5, minDelayMs: 1, budgetPercent: 20 },
      hedge: { percentile: 95 },
      breaker: false,
      forwardHeaders: ['accept-language'],
    })
    expect(trafficFor('users', traffic)).toMatchObject({ timeoutMs: 5000, hedge: false, deduplicate: true })
  })

  it('is JSON as well, and takes values of the environment', ({ expect }) => {
    const text = '{"traffic":{"subgraphs":{"a":{"url":"${env.A_URL}/${env.PATH_A:-graphql}"}}}}'
    const { traffic } = parseConfig(text, { A_URL: 'http://a' }, 'gateway.json')
    expect(trafficFor('a', traffic).url).toBe('http://a/graphql')
  })

  it('reads a variable that stands alone as what is wanted there', ({ expect }) => {
    const env = { MS: '250', ON: 'false', KEY: '12345678901234567890', WORDS: '5 s' }
    const text = `
      traffic: { all: { timeoutMs: "\${env.MS}", deduplicate: "\${env.ON}", retry: { attempts: "\${env.TRIES:-2}" } } }
      cache: { invalidation: { secret: "\${env.KEY}" } }`
    expect(parseConfig(text, env, 'gateway.yaml')).toEqual({
      traffic: { all: { timeoutMs: 250, deduplicate: false, retry: { attempts: 2 } } },
      cache: { invalidation: { secret: env.KEY } },
    })
    for (const value of ['"250"', '"${env.WORDS}"', '"1${env.MS}"'])
      expect(() => parseConfig(`traffic: { all: { timeoutMs: ${value} } }`, env, 'gateway.yaml')).toThrow(
        'traffic.all.timeoutMs: Invalid input: expected number, received string',
      )
  })

  it('is refused with every fault and where it is', ({ expect }) => {
    const parse = (text: string) => () => parseConfig(text, {}, 'gateway.yaml')
    expect(parse('traffic: { all: { timeoutMs: 0, retry: { attempts: 99 }, colour: red } }')).toThrow(
      /gateway\.yaml is no configuration:[^]*traffic\.all\.timeoutMs: [^]*traffic\.all\.retry\.attempts: [^]*colour/,
    )
    expect(parse('traffic: { all: { forwardHeaders: [x-lighthouse-principal] } }')).toThrow(
      'cannot be passed on',
    )
    expect(parse('traffic: { all: { returnHeaders: [Content-Length] } }')).toThrow('cannot be passed on')
    for (const headers of ['{ host: a }', '{ x-a: "b\\r\\nc" }', '{ "x a": b }', '{ x-a: 5 }'])
      expect(parse(`traffic: { all: { headers: ${headers} } }`)).toThrow('is no configuration')
    expect(parse('traffic: {')).toThrow('gateway.yaml is no configuration')
    expect(parse('traffic: { subgraphs: { a: { url: "${env.NOT_THERE}" } } }')).toThrow(
      'the environment has no NOT_THERE',
    )
  })
})

describe('the environment', () => {
  it('turns things on and off, and refuses what is neither', ({ expect }) => {
    expect(readConfig({}).introspection).toBe(true)
    expect(readConfig({ LIGHTHOUSE_INTROSPECTION: 'off' }).introspection).toBe(false)
    expect(() => readConfig({ LIGHTHOUSE_INTROSPECTION: 'false' })).toThrow(
      'LIGHTHOUSE_INTROSPECTION is "false"; it may be on or off.',
    )
    expect(() => readOperations({ LIGHTHOUSE_AUTOMATIC_PERSISTED_QUERIES: '0' })).toThrow('on or off')
  })
})
