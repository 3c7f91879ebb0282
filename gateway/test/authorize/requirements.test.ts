import { buildSchema, parse } from 'graphql'
import { describe, it } from 'vitest'
import { createAuthorize } from '../../src/authorize/authorize.js'
import { implies } from '../../src/authorize/demand.js'
import { Judge } from '../../src/authorize/judge.js'
import { readRequirements } from '../../src/authorize/requirements.js'
import { authorizationSection } from '../../src/authorize/settings.js'
import { executableOf } from '../differential/executable-of.js'
import { holding } from './library.js'

const SPEC = 'https://specs.apollo.dev'
const read = (links: string, rest: string) =>
  readRequirements(parse(`schema ${links} { query: Query } ${rest}`))
const demandsOf = (links: string, directive: string) =>
  read(links, `type Query { a: Int ${directive} }`)?.get('Query')?.fields.get('a')?.demands

describe('directives of a supergraph', () => {
  it.for([
    [`@link(url: "${SPEC}/authenticated/v0.1", for: SECURITY)`, '@authenticated'],
    [`@link(url: "${SPEC}/authenticated/v0.1", as: "mine")`, '@mine'],
    [`@link(url: "${SPEC}/authenticated/v0.1", as: "mine")`, '@mine__authenticated'],
    [`@link(url: "${SPEC}/authenticated/v0.1/", import: [{name: "@authenticated", as: "@auth"}])`, '@auth'],
    [`@core(feature: "${SPEC}/authenticated/v0.1")`, '@authenticated'],
    [`@link(url: "${SPEC}/link/v1.0", as: "use") @use(url: "${SPEC}/authenticated/v0.1")`, '@authenticated'],
    [`@link(url: "${SPEC}/federation/v2.9", import: ["@authenticated"])`, '@authenticated'],
    [`@link(url: "${SPEC}/federation/v2.9", as: "fed")`, '@fed__authenticated'],
    [`@link(url: "${SPEC}/federation/v2.9", import: [{name: "@authenticated", as: "@x"}])`, '@x'],
  ])('are known by the name that %s gives them', ([links = '', directive = ''], { expect }) => {
    expect(demandsOf(links, directive)).toEqual([{ kind: 'authenticated' }])
  })

  it('are read with their lists', ({ expect }) => {
    const links = `@link(url: "${SPEC}/requiresScopes/v0.1") @link(url: "${SPEC}/policy/v0.1")`
    expect(demandsOf(links, '@requiresScopes(scopes: [["a", "b"], ["c"]]) @policy(policies: [[]])')).toEqual([
      { kind: 'scopes', anyOf: [['a', 'b'], ['c']] },
      { kind: 'policies', anyOf: [[]] },
    ])
  })

  it('of others with the same name are not ours', ({ expect }) => {
    const links = '@link(url: "https://example.com/own/v1.0", import: ["@policy"])'
    expect(demandsOf(links, '@policy(name: "x")')).toBeUndefined()
  })

  it.for([
    [
      'says that something unknown is for its security',
      '@link(url: "https://example.com/vault/v1.0", for: SECURITY)',
      '',
      'not known here',
    ],
    [
      'hides elements by another name',
      `@link(url: "${SPEC}/inaccessible/v0.2", as: "hidden", for: SECURITY)`,
      '',
      '@hidden, which is not known here',
    ],
    [
      'imports what hides elements by another name',
      `@link(url: "${SPEC}/inaccessible/v0.2", import: [{name: "@inaccessible", as: "@hidden"}])`,
      '',
      '@hidden, which is not known here',
    ],
    ['uses a version that is not known', `@link(url: "${SPEC}/policy/v1.0")`, '', 'only v0'],
    ['does not say whose a directive is', '', '@authenticated', 'no @link'],
    [
      'writes scopes as something else',
      `@link(url: "${SPEC}/requiresScopes/v0.1")`,
      '@requiresScopes(scopes: ["a"])',
      'list of lists',
    ],
  ])('refuse a supergraph that %s', ([, links = '', directive = '', message = ''], { expect }) => {
    expect(() => demandsOf(links, directive)).toThrow(message)
  })

  it('refuse a supergraph with demands where nothing checks them', ({ expect }) => {
    const links = `@link(url: "${SPEC}/authenticated/v0.1")`
    expect(() => read(links, 'type Query { a(b: Int @authenticated): Int }')).toThrow('cannot be checked')
  })
})

const NODES = `schema @link(url: "${SPEC}/requiresScopes/v0.1") { query: Query }
  type Query { node: Node }
  interface Node { id: ID @requiresScopes(scopes: [["own"]]) name: Node @requiresScopes(scopes: [["a", "b"]]) }
  type A implements Node { id: ID name: Node @requiresScopes(scopes: [["a"]]) }
  type B implements Node { id: ID name: Node @requiresScopes(scopes: [["b"]]) }
  type C implements Node { id: ID name: Node }`

function demands(type: string, field: string): string[] {
  const judge = new Judge(readRequirements(parse(NODES)) ?? new Map())
  return judge.of(type, field).map((number) => JSON.stringify(judge.demands[number]))
}

describe('demands of interfaces', () => {
  it('that composition gathered from the object types hold for none of the others', ({ expect }) => {
    expect(demands('A', 'name')).toEqual(['{"kind":"scopes","anyOf":[["a"]]}'])
    expect(demands('C', 'name')).toEqual([])
  })

  it('that no object type makes hold for all of them', ({ expect }) => {
    for (const type of ['A', 'B', 'C'])
      expect(demands(type, 'id')).toEqual(['{"kind":"scopes","anyOf":[["own"]]}'])
  })

  it('are compared by what they mean', ({ expect }) => {
    const scopes = (...anyOf: string[][]) => ({ kind: 'scopes', anyOf }) as const
    expect(implies([scopes(['a'], ['b']), scopes(['c'])], scopes(['c', 'a'], ['b']))).toBe(true)
    expect(implies([scopes(['a'], ['b'])], scopes(['a']))).toBe(false)
    expect(implies([scopes(['a'])], { kind: 'policies', anyOf: [['a']] })).toBe(false)
    expect(implies([], scopes())).toBe(false)
    expect(implies([{ kind: 'authenticated' }], { kind: 'authenticated' })).toBe(true)
  })
})

describe('a field that is permitted for some types', () => {
  const authorize = createAuthorize({
    supergraphSdl: NODES,
    schema: buildSchema(NODES, { assumeValid: true, assumeValidSDL: true }),
    settings: authorizationSection.parse({}),
    log: () => undefined,
  })
  const sizeOf = (depth: number) => {
    const query = `{ node { ${'name { '.repeat(depth)} __typename ${'} '.repeat(depth)} } }`
    const executable = executableOf(query)
    const left = authorize?.(executable, { principal: holding(['a']), requestId: 'r' }).executable.document
    return { text: JSON.stringify(left), fields: JSON.stringify(left).split('"__typename"').length }
  }

  it('is asked for once for each of them, level by level', ({ expect }) => {
    expect(sizeOf(1).text).toContain('"value":"A"')
    expect(sizeOf(1).text).not.toContain('"value":"B"')
  })

  it('is left out where levels would multiply it beyond a bound', ({ expect }) => {
    expect(sizeOf(30).fields).toBeLessThan(2_000)
  })
})
