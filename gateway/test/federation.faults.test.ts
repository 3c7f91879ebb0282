import { describe, it } from 'vitest'
import { suite, thing } from './suite.js'
import { build } from './world.js'

/** What two fields of one subgraph require of a third, with other arguments each. */
const parcels = {
  things() {
    const rate = ({ to }: { to: string }) => (to === 'SEA' ? 5 : 9)
    const route = thing('Route', { rate })
    const parcel = thing('Parcel', {
      ...{ id: 'p1', weight: 2, rate, route: () => route },
      ...{ bySea: 10, byAir: 18, heavy: true, routed: 14 },
    })
    return [parcel, route, thing('Query', { parcels: () => [parcel] })]
  },
  monolith: `type Query { parcels: [Parcel] } type Route { rate(to: String!): Int }
    type Parcel { id: ID! weight: Int rate(to: String!): Int route: Route bySea: Int byAir: Int heavy: Boolean routed: Int }`,
  subgraphs: {
    parcels: `type Query { parcels: [Parcel] } type Route { rate(to: String!): Int }
      type Parcel @key(fields: "id") { id: ID! weight: Int rate(to: String!): Int route: Route }`,
    prices: `type Route @external { rate(to: String!): Int }
      type Parcel @key(fields: "id") { id: ID! weight: Int @external rate(to: String!): Int @external route: Route @external
        bySea: Int @requires(fields: "rate(to: \\"SEA\\") weight") byAir: Int @requires(fields: "rate(to: \\"AIR\\") weight")
        heavy: Boolean @requires(fields: "weight") routed: Int @requires(fields: "route { rate(to: \\"AIR\\") }") }`,
  },
}

suite('fields that require one field with other arguments', parcels, [
  ['both', '{ parcels { bySea byAir } }'],
  ['with others between them', '{ parcels { byAir heavy bySea routed } }'],
  ['beside the field itself', '{ parcels { rate(to: "ROAD") byAir routed bySea heavy weight } }'],
])

describe('a representation', () => {
  it.for([
    '{ parcels { bySea byAir } }',
    '{ parcels { byAir heavy bySea } }',
    '{ parcels { heavy routed byAir rate(to: "ROAD") bySea } }',
  ])('has for each field what it requires: %s', async (query, { expect }) => {
    const world = build(parcels)
    await world.federated(query)
    const rates = new Map<string, unknown>()
    for (const { subgraph, request } of world.asked) {
      if (subgraph !== 'prices') continue
      for (const [, variable = '', fields = ''] of request.query.matchAll(
        /representations: ?\$(\w+)\)\s*\{\s*\.\.\. ?on Parcel\s*\{([^}]*)\}/g,
      )) {
        const representations = request.variables?.[variable] as readonly { rate?: unknown }[] | undefined
        for (const field of fields.trim().split(/\s+/)) rates.set(field, representations?.[0]?.rate)
      }
    }
    expect(rates.get('bySea')).toBe(5)
    expect(rates.get('byAir')).toBe(9)
  })
})

/** A tree of which one subgraph provides two levels. */
const trees = {
  things() {
    const leaf = thing('Node', { id: 'n3', name: 'leaf', children: () => [] })
    const twig = thing('Node', { id: 'n2', name: 'twig', children: () => [leaf] })
    const root = thing('Node', { id: 'n1', name: 'root', children: () => [twig, leaf] })
    return [root, twig, leaf, thing('Query', { forest: () => [root, twig] })]
  },
  monolith: 'type Query { forest: [Node] } type Node { id: ID! name: String children: [Node] }',
  subgraphs: {
    forest: `type Query { forest: [Node] @provides(fields: "children { id children { id } }") }
      type Node @key(fields: "id") { id: ID! name: String children: [Node] @external }`,
    nodes: 'type Node @key(fields: "id") { id: ID! children: [Node] @shareable }',
  },
}

suite('types that lead to themselves, provided so deep and no deeper', trees, [
  ['as deep', '{ forest { name children { id children { id } } } }'],
  ['deeper', '{ forest { name children { name children { id children { id name } } } } }'],
  [
    'with fragments',
    '{ forest { ...N children { ...N children { ...N children { ...N } } } } } fragment N on Node { id name }',
  ],
])

it('asks the subgraph that provides for nothing deeper', async ({ expect }) => {
  const world = build(trees)
  await world.federated('{ forest { children { id children { id } } } }')
  expect(world.asked.map(({ subgraph }) => subgraph)).toEqual(['forest'])
  await world.federated('{ forest { children { children { children { id } } } } }')
  const [, ...later] = world.asked
  const queries = later.filter(({ subgraph }) => subgraph === 'forest').map(({ request }) => request.query)
  for (const query of queries) expect(query.match(/children/g)?.length ?? 0).toBeLessThan(3)
})
