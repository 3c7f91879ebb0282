import { isTypeDefinitionNode, parse } from 'graphql'
import { describe, it } from 'vitest'
import { startStandaloneGateway } from '../../src/main.js'
import { argument } from '../../src/supergraph/sdl.js'
import { loadSupergraph } from '../../src/supergraph/supergraph.js'
import { post, serve } from '../gateway-world.js'
import { suite } from '../suite.js'
import { build } from '../world.js'
import { FIRST_WORLD, firstSupergraph } from './first-supergraph.js'

suite('[P-121] a supergraph of Federation 1 (join v0.1)', FIRST_WORLD, [
  ['an entity of one subgraph', '{ ships { id call name class hull { length state } } }'],
  ['an entity over three subgraphs, by another key in each', '{ ships { name fee captain { name } } }'],
  ['from the subgraph with the second key to the one with the first', '{ ship { captain { on { fee } } } }'],
  ['what is required is fetched', '{ harbours { flagship { fee } berths(class: SMALL) { fee } } }'],
  ['what is provided is fetched with its parent', '{ harbours { flagship { name } } }'],
  ['a key of several fields, one of them of an entity', '{ ships { home { depth number town { code } } } }'],
  ['value types of two subgraphs', '{ ships { hull { width state } } harbours { newest { width state } } }'],
  [
    'an interface of one subgraph',
    '{ moored { id name ... on Tug { power } ... on Ship { captain { id } } } }',
  ],
  [
    'an interface to which a subgraph adds fields',
    '{ waiting { __typename id name fee ... on Tug { power } } }',
  ],
  ['what was added to an interface, from where it is not', '{ moored { fee name } }'],
  [
    'a union',
    '{ harbours { seen { __typename ... on Ship { name call } ... on Cargo { tons state from { name } } } } }',
  ],
  ['an enum with its default', '{ ship { name sailors { name } } }'],
  ['an enum', '{ ship(class: SMALL) { name sailors(rank: COOK) { name rank } } }'],
  [
    'variables of an input type',
    'query ($where: Where, $class: Class) { moored(where: $where) { name } harbours { berths(class: $class) { name } } }',
    { where: { class: 'LARGE', any: [{}] }, class: 'LARGE' },
  ],
  [
    'mutations of two subgraphs',
    'mutation { rename(name: "x") { fee } hire(name: "y") { name on { name } } }',
  ],
])

describe('a supergraph of Federation 1', () => {
  it('[P-121] is served over HTTP, and clients see nothing of how it is joined', async ({ expect }) => {
    const { transports } = build(FIRST_WORLD)
    const served = new Map(
      await Promise.all([...transports].map(async ([name, one]) => [name, await serve(one)] as const)),
    )
    const gateway = await startStandaloneGateway({
      supergraphSdl: firstSupergraph((name) => served.get(name)?.url ?? ''),
    })
    try {
      const query = '{ harbours { flagship { name fee captain { name } } } waiting { name } }'
      expect((await post(gateway.url, query)).data).toEqual({
        harbours: [{ flagship: { name: 'Bea', fee: 10, captain: { name: 'mate 1' } } }],
        waiting: [{ name: 'Ada' }, { name: 'Tom' }, { name: 'Bea' }],
      })
      const seen = await post(
        gateway.url,
        '{ __schema { types { name fields { name } } directives { name } } }',
      )
      expect(JSON.stringify(seen.data)).not.toMatch(
        /core|join_|link_|"link"|owner|tag|inaccessible|secret|purpose/i,
      )
      const types = (seen.data as { __schema: { types: { name: string }[] } }).__schema.types
      const own = types
        .map(({ name }) => name)
        .filter((name) => !/^__|^(ID|String|Int|Float|Boolean)$/.test(name))
      expect(own.sort()).toEqual(
        'Cargo Class Harbour Hull Mutation Port Query Rank Sailor Seen Ship State Town Tug Vessel Where'.split(
          ' ',
        ),
      )
    } finally {
      await gateway.close()
      for (const one of served.values()) await one[Symbol.asyncDispose]()
    }
  })

  it('is asked in one request for what one subgraph gives', async ({ expect }) => {
    const { asked, federated } = build(FIRST_WORLD)
    const of = async (query: string) => {
      asked.length = 0
      await federated(query)
      return asked.map(({ subgraph }) => subgraph)
    }
    expect(await of('{ ships { id hull { state } home { number town { code } } } }')).toEqual(['fleet'])
    expect(
      await of('{ harbours { newest { state } flagship { id name } seen { ... on Cargo { state } } } }'),
    ).toEqual(['harbours'])
    expect(await of('{ waiting { id fee } }')).toEqual(['harbours', 'fleet', 'harbours'])
  })

  it('has types without owners where they are reached from fields, and nowhere else', ({ expect }) => {
    const sdl = `directive @join__owner(graph: join__Graph!) on OBJECT
      enum join__Graph { ${['A', 'B', 'C'].map((one) => `${one} @join__graph(name: "${one}", url: "")`).join(' ')} }
      type Query {
        a(by: By, kind: Kind): Any @join__field(graph: A) nodes: [Node] @join__field(graph: B) own: Int
        c: One @join__field(graph: C) kind: Kind @join__field(graph: C) two: Two @join__field(graph: C)
      }
      input By { more: [More!] } input More { x: Blob } scalar Blob enum Kind { K }
      union Any = One | Own type One { deep: Deep } type Deep { x: Int }
      interface Node { x: Int } type Two implements Node { x: Int } interface Idle { x: Int }
      type Own implements Node @join__owner(graph: B) @join__type(graph: B, key: "x") { x: Int more: Int @join__field(graph: C) }`
    const { definitions } = parse(loadSupergraph(sdl).sdl)
    const graphs = definitions.flatMap((one) => {
      if (!isTypeDefinitionNode(one)) return []
      const joins = one.directives?.filter((join) => join.name.value === 'join__type') ?? []
      const names = joins.map((join) => argument(join, 'graph')).join('')
      return names === '' ? [] : [`${one.name.value} ${names}`]
    })
    expect(graphs).toEqual(
      ['Query ABC', 'By A', 'More A', 'Blob A', 'Kind AC', 'Any A', 'One AC', 'Deep AC'].concat([
        'Node B',
        'Two BC',
        'Idle ABC',
        'Own BC',
      ]),
    )
  })

  it('is refused where it needs a feature for its security that is not known', async ({ expect }) => {
    const sdl = firstSupergraph(() => 'http://127.0.0.1:1')
    const supergraphSdl = sdl.replace('specs.apollo.dev/inaccessible', 'example.test/secrets')
    await expect(startStandaloneGateway({ supergraphSdl })).rejects.toThrow('https://example.test/secrets')
  })

  it('is refused where it hides elements by another name', async ({ expect }) => {
    const sdl = firstSupergraph(() => 'http://127.0.0.1:1')
    const renamed = sdl
      .replaceAll('@inaccessible', '@hidden')
      .replace('inaccessible/v0.1"', 'inaccessible/v0.1", as: "hidden"')
    await expect(startStandaloneGateway({ supergraphSdl: renamed })).rejects.toThrow('@hidden')
  })
})
