import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from 'graphql'
import { describe, it } from 'vitest'
import { createPreparer } from '../../src/prepare.js'
import { compose } from '../../src/supergraph/compose.js'
import { loadSupergraph } from '../../src/supergraph/supergraph.js'
import { gatewayOf, post } from '../gateway-world.js'
import { graph } from '../graph.js'

const SDL = `type Query { a: Int q: Query } type Mutation { m: Query } type Subscription { s: Query }`
const schema = loadSupergraph(compose([{ name: 'only', sdl: SDL }])).apiSchema
const prepare = createPreparer(schema)
const faults = (query: string) => {
  const prepared = prepare({ query, operationName: undefined, variables: undefined })
  return 'errors' in prepared ? prepared.errors.map(({ message }) => message) : []
}

describe('@defer', () => {
  it('[P-125] is in the schema that clients read, as they know it from elsewhere', async ({ expect }) => {
    await using gateway = await gatewayOf(graph().subgraphs)
    const { data } = await post(gateway.url, getIntrospectionQuery())
    const defer = buildClientSchema(data as unknown as IntrospectionQuery).getDirective('defer')
    expect(defer?.locations).toEqual(['FRAGMENT_SPREAD', 'INLINE_FRAGMENT'])
    expect(defer?.args.map(({ name, type, defaultValue }) => [name, String(type), defaultValue])).toEqual([
      ['if', 'Boolean!', true],
      ['label', 'String', undefined],
    ])
  })

  it('is the gateway’s own where subgraphs declare one', ({ expect }) => {
    const own = `directive @defer(if: Boolean, name: String) on INLINE_FRAGMENT ${SDL}`
    const { apiSchema } = loadSupergraph(compose([{ name: 'only', sdl: own }]))
    expect(apiSchema.getDirective('defer')?.args.map(({ name }) => name)).toEqual(['if', 'label'])
  })

  const valid = [
    '{ ... @defer { a } }',
    '{ ... @defer(label: "x") { a } ... @defer(label: "y") { q { a } } ... @defer(label: null) { a } }',
    'query ($v: Boolean!) { ... @defer(if: $v, label: "x") { a } }',
    'mutation { m { ... @defer { a } } }',
    'subscription { s { ... @defer(if: false) { a } } }',
    'subscription ($v: Boolean!) { s { ...F } } fragment F on Query { ... @defer(if: $v) { a } }',
  ]
  for (const text of valid) it(`takes ${text}`, ({ expect }) => expect(faults(text)).toEqual([]))

  const invalid: readonly (readonly [text: string, fault: RegExp])[] = [
    ['{ ... @defer(label: "x") { a } ... @defer(label: "x") { a } }', /"x" names two deferred fragments/],
    ['query ($l: String) { ... @defer(label: $l) { a } }', /must be a static string/],
    ['mutation { ... @defer { m { a } } }', /cannot be used on root mutation type "Mutation"/],
    ['subscription { ... @defer(if: false) { s { a } } }', /cannot be used on root subscription type/],
    ['subscription { s { ... @defer { a } } }', /not supported on subscription operations/],
    ['subscription { s { ...F } } fragment F on Query { ... @defer { a } }', /not supported on subscription/],
    ['{ a @defer }', /may not be used on FIELD/],
    ['query ($v: String!) { ... @defer(if: $v) { a } }', /expecting type "Boolean!"/],
  ]
  for (const [text, fault] of invalid)
    it(`refuses ${text}`, ({ expect }) => expect(faults(text).join()).toMatch(fault))
})
