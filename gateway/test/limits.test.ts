import { readFile } from 'node:fs/promises'
import { getIntrospectionQuery } from 'graphql'
import { describe, it } from 'vitest'
import { readConfig, readLimits } from '../src/config.js'
import { Refusal } from '../src/errors.js'
import { createDocumentLimiter, limitVariables } from '../src/limit.js'
import {
  createLimitTable,
  DEFAULT_LIMITS,
  LIMIT_NAMES,
  type LimitName,
  LIMITS,
  limitFlag,
  limitVariable,
} from '../src/limits.js'
import { BOMBS } from './bombs.js'
import { gatewayOf, post } from './gateway-world.js'
import { graph } from './graph.js'

function refusalOf(run: () => void): Refusal | undefined {
  try {
    run()
    return undefined
  } catch (cause) {
    if (cause instanceof Refusal) return cause
    throw cause
  }
}

const check = (query: string, variables: unknown = {}, limits = DEFAULT_LIMITS) =>
  refusalOf(() => {
    createDocumentLimiter(limits)(query, limits)
    limitVariables(variables, limits)
  })

const FULL_INTROSPECTION = getIntrospectionQuery({
  descriptions: true,
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  schemaDescription: true,
  inputValueDeprecation: true,
  oneOf: true,
})

describe('the limits', () => {
  for (const { title, query, variables = '{}', limit } of BOMBS) {
    it(`[P-127] refuse ${title} by ${limit}, in under 5 ms`, ({ expect }) => {
      const given: unknown = JSON.parse(variables)
      const refusal = check(query, given)
      expect(refusal?.extensions).toMatchObject({ limit, max: DEFAULT_LIMITS[limit as LimitName] })
      expect(refusal?.code).toBe(LIMITS[limit as LimitName].code)
      expect(refusal?.message).toContain(limitFlag(limit as LimitName))
      // Texts that differ, so that nothing is remembered. The median: single runs of a busy machine say little.
      const limiter = createDocumentLimiter(DEFAULT_LIMITS)
      const costs = Array.from({ length: 20 }, (_, n) => {
        const before = process.cpuUsage()
        refusalOf(() => {
          limiter(`${query} #${n}`, DEFAULT_LIMITS)
          limitVariables(given, DEFAULT_LIMITS)
        })
        const { user, system } = process.cpuUsage(before)
        return (user + system) / 1_000
      })
      expect(costs.toSorted((a, b) => a - b)[10]).toBeLessThan(5)
    })
  }

  it('[P-127] refuse bombs over HTTP in under 5 ms of CPU each, and serve on', async ({ expect }) => {
    const world = graph()
    await using gateway = await gatewayOf(world.subgraphs)
    const bodyOf = ({ query, variables = '{}' }: (typeof BOMBS)[number], n: number) =>
      `{"query":${JSON.stringify(`${query} #${n}`)},"variables":${variables}}`
    const headers = { 'content-type': 'application/json' }
    const costs = new Map<string, number>()
    for (let n = 0; n < 10; n += 1) {
      for (const bomb of BOMBS) {
        const body = bodyOf(bomb, n)
        const before = process.cpuUsage()
        const answer = await fetch(gateway.url, { method: 'POST', headers, body })
        await answer.text()
        const { user, system } = process.cpuUsage(before)
        expect(answer.status).toBeGreaterThanOrEqual(400)
        costs.set(bomb.title, Math.min(costs.get(bomb.title) ?? Infinity, (user + system) / 1_000))
      }
    }
    // The client that sends them is this process too, and a busy machine only adds to what they cost.
    expect([...costs].filter(([, ms]) => ms >= 5)).toEqual([])
    expect((await post(gateway.url, '{ count }')).data).toEqual({ count: 3 })
  })

  it('[P-127] let exactly what is at a limit pass', ({ expect }) => {
    const many = (count: number, text: (n: number) => string) =>
      Array.from({ length: count }, (_, n) => text(n)).join(' ')
    const at: Record<string, [at: string, over: string]> = {
      maxTokens: [`{ ${many(998, (n) => `f${n}`)} }`, `{ ${many(999, (n) => `f${n}`)} }`],
      maxDepth: [`{${'a{'.repeat(9)}x${'}'.repeat(10)}`, `{${'a{'.repeat(10)}x${'}'.repeat(11)}`],
      maxAliases: [`{ a { ${many(15, (n) => `f${n}: x`)} } }`, `{ a { ${many(16, (n) => `f${n}: x`)} } }`],
      maxDirectives: [`{ a ${many(50, () => '@b')} }`, `{ a ${many(51, () => '@b')} }`],
      maxRootFields: [`{ __typename ${many(10, (n) => `f${n}`)} }`, `{ ${many(11, (n) => `f${n}`)} }`],
      maxRepeats: [`{ a { ${many(50, () => 'x')} } }`, `{ a { ${many(51, () => 'x')} } }`],
    }
    const loose = { ...DEFAULT_LIMITS, maxRootFields: 2_000 }
    for (const [name, [inside, outside]] of Object.entries(at)) {
      const limits = name === 'maxTokens' ? loose : DEFAULT_LIMITS
      expect([name, check(inside, {}, limits)?.message]).toEqual([name, undefined])
      expect(check(outside, {}, limits)?.extensions['limit']).toBe(name)
    }
    const cost = (leaves: number) =>
      `{ a { ${many(9, () => '...F ... on A { ...F }')} } } fragment F on A { ${many(55, (n) => `f${n}`)} } fragment G on A { ${many(leaves, (n) => `g${n}`)} }`
    expect(check(cost(1))?.message).toBeUndefined()
    expect(check(cost(1).replace('{ a {', '{ a { ...F'))?.extensions).toMatchObject({
      limit: 'maxCost',
      found: 1_046,
    })
  })

  it('[P-127] let introspection pass by its own rule, and nothing hide behind it', ({ expect }) => {
    expect(check(FULL_INTROSPECTION)).toBeUndefined()
    expect(check(`{ __schema { x } ${'a { '.repeat(10)} x ${'}'.repeat(10)} }`)?.extensions['limit']).toBe(
      'maxDepth',
    )
    expect(check(`{ __schema: ${'a { '.repeat(10)} x ${'}'.repeat(10)} }`)?.extensions['limit']).toBe(
      'maxDepth',
    )
    const shared = `fragment T on A { ${'a { '.repeat(10)} x ${'}'.repeat(10)} }`
    expect(check(`{ __schema { ...T } } ${shared}`)).toBeUndefined()
    expect(check(`{ __schema { ...T } b { ...T } } ${shared}`)?.extensions['limit']).toBe('maxDepth')
  })

  it('leave text that is no GraphQL to the parser, and strings to their fields', ({ expect }) => {
    for (const query of [
      '',
      '{',
      'query {{{{',
      '"',
      '{ a(b: """',
      'fragment F on A { ...F }',
      '{ a(b: "__proto__ {{{{") }',
    ]) {
      expect([query, check(query)]).toEqual([query, undefined])
    }
    expect(check('{ ...F } fragment F on A { ...G a } fragment G on A { ...F b }')).toBeUndefined()
    expect(check('{ __proto__ { a } }')?.code).toBe('GRAPHQL_VALIDATION_FAILED')
  })

  it('survive a stack that is too small for what an operator lets in', ({ expect }) => {
    const wide = { ...DEFAULT_LIMITS, maxTokens: 10_000_000, maxDepth: 10_000_000, maxCost: 1_000_000_000 }
    expect(check(`{${'a{'.repeat(200_000)}x${'}'.repeat(200_001)}`, {}, wide)?.code ?? 'parser').toMatch(
      /parser|QUERY_TOO_DEEP/,
    )
  })

  it('differ by role where they are told to', async ({ expect }) => {
    const deep = `{ bomb { ${'bomb { '.repeat(10)} x ${'}'.repeat(10)} } }`
    await using gateway = await gatewayOf(graph().subgraphs, {
      authenticate: ({ secret }) => ({
        agentId: 'a',
        role: secret === 'admin' ? 'ADMIN' : 'AGENT',
        keyId: 'k',
      }),
      limits: { maxDepth: 5, roles: { ADMIN: { maxDepth: 12 } } },
    })
    const ask = (key: string) => post(gateway.url, deep, undefined, { authorization: `Bearer ${key}` })
    expect((await ask('agent')).errors?.[0]?.extensions).toMatchObject({
      limit: 'maxDepth',
      max: 5,
      found: 12,
    })
    expect((await ask('admin')).errors?.[0]?.extensions?.['limit']).toBeUndefined()
    const table = createLimitTable({ maxCost: 7, roles: { ANONYMOUS: { maxCost: 3 } } })
    expect([table.of(undefined).maxCost, table.most.maxCost]).toEqual([3, 7])
  })

  it('hold an answer back that is larger than it may be', async ({ expect }) => {
    await using gateway = await gatewayOf(graph().subgraphs, { limits: { maxResponseBytes: 200 } })
    const refused = await post(gateway.url, '{ __schema { types { name } } }')
    expect([refused.status, refused.errors?.[0]?.extensions?.['code']]).toEqual([400, 'RESPONSE_TOO_LARGE'])
    expect((await post(gateway.url, '{ count }')).data).toEqual({ count: 3 })
  })

  it('are set by the environment under the names that errors say', ({ expect }) => {
    for (const name of LIMIT_NAMES) expect(readLimits({ [limitVariable(name)]: '7' })).toEqual({ [name]: 7 })
    expect(readLimits({ LIGHTHOUSE_MAX_DEPTH: '' })).toEqual({})
    expect(() => readConfig({ LIGHTHOUSE_MAX_DEPTH: 'deep' })).toThrow('LIGHTHOUSE_MAX_DEPTH is "deep"')
  })

  it('are those of docs/reference/limits.md', async ({ expect }) => {
    const page = await readFile(new URL('../../docs/reference/limits.md', import.meta.url), 'utf8')
    for (const name of LIMIT_NAMES) {
      const { otherwise, code, meaning } = LIMITS[name]
      const row = `| \`limits.${name}\` | ${otherwise} | \`${limitFlag(name)}\`, \`${limitVariable(name)}\` | ${code} | ${meaning} |`
      expect(page).toContain(row)
    }
  })
})
