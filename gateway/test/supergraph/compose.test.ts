import { describe, it } from 'vitest'
import { compose } from '../../src/supergraph/compose.js'
import { loadSupergraph } from '../../src/supergraph/supergraph.js'
import { LINK } from '../federate.js'

/** The lines of a supergraph that define the fields of a name. */
function lines(field: string, sdls: Readonly<Record<string, string>>): string[] {
  const subgraphs = Object.entries(sdls).map(([name, sdl]) => ({
    name,
    sdl: sdl.includes('@link') ? sdl : LINK + sdl,
  }))
  const found = compose(subgraphs)
    .split('\n')
    .filter((line) => new RegExp(`^\\s+${field}[(:]`).test(line))
  return found.map((line) => line.trim())
}

const POSTER = 'type Poster @shareable { size: Int }'
const BANNER = 'type Banner { width: Int }'

describe('what a composed supergraph tells of fields that all subgraphs have', () => {
  it('is the abstract type where another subgraph gives one of its objects, whichever comes first', ({
    expect,
  }) => {
    const object = `type Query { ad: Poster @shareable } ${POSTER}`
    const union = `type Query { ad: Ad @shareable } union Ad = Poster | Banner ${POSTER} ${BANNER}`
    expect(lines('ad', { a: object, b: union })).toEqual([
      'ad: Ad @join__field(graph: A, type: "Poster") @join__field(graph: B, type: "Ad")',
    ])
    expect(lines('ad', { a: union, b: object })).toEqual([
      'ad: Ad @join__field(graph: A, type: "Ad") @join__field(graph: B, type: "Poster")',
    ])
  })

  it('is so within lists, and non-null only where all subgraphs are', ({ expect }) => {
    const page = (type: string, rest: string) =>
      `type Query { page: Page @shareable } type Page { ads: ${type} @shareable } ${POSTER} ${rest}`
    const found = lines('ads', {
      a: page('[Poster!]!', ''),
      b: page('[Ad]!', `union Ad = Poster | Banner ${BANNER}`),
    })
    expect(found).toEqual([
      'ads: [Ad]! @join__field(graph: A, type: "[Poster!]!") @join__field(graph: B, type: "[Ad]!")',
    ])
  })

  it('is an interface for its object, also in fields of an interface', ({ expect }) => {
    const shop = (type: string) => `type Query { shop: Shop @shareable }
      interface Shop { ad: ${type} } type Kiosk implements Shop @shareable { ad: ${type} }
      interface Ad { size: Int } type Poster implements Ad @shareable { size: Int }`
    expect(lines('ad', { a: shop('Poster'), b: shop('Ad') })).toEqual([
      'ad: Ad @join__field(graph: A, type: "Poster") @join__field(graph: B, type: "Ad")',
      'ad: Ad @join__field(graph: A, type: "Poster") @join__field(graph: B, type: "Ad")',
    ])
  })

  it('is the types as they are where nothing is wider than the others', ({ expect }) => {
    const same = `type Query { ad: Poster @shareable } ${POSTER}`
    expect(lines('ad', { a: same, b: same })).toEqual(['ad: Poster'])
  })

  it('is what a root field provides, and which types it has', ({ expect }) => {
    const found = lines('ad', {
      a: `type Query { ad: Poster! @shareable @provides(fields: "size") } type Poster @key(fields: "id") { id: ID! size: Int @external }`,
      b: `type Query { ad: Poster @shareable } type Poster @key(fields: "id") { id: ID! size: Int @shareable }`,
    })
    expect(found).toEqual([
      'ad: Poster @join__field(graph: A, type: "Poster!", provides: "size") @join__field(graph: B, type: "Poster")',
    ])
  })

  it('is what an @interfaceObject has of others and requires, by whatever names', ({ expect }) => {
    const ads = `type Query { ads: [Ad] } interface Ad @key(fields: "id") { id: ID! size: Int }
      type Poster implements Ad @key(fields: "id") { id: ID! size: Int }`
    const prices = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3",
        import: ["@key", "@interfaceObject", { name: "@external", as: "@elsewhere" }])
      type Ad @key(fields: "id") @interfaceObject { id: ID! size: Int @elsewhere price: Int @federation__requires(fields: "size") }`
    expect(lines('(size|price)', { a: ads, b: prices })).toEqual([
      'size: Int',
      'price: Int @join__field',
      'size: Int @join__field(graph: A) @join__field(graph: B, external: true)',
      'price: Int @join__field(graph: B, requires: "size")',
    ])
  })

  it('is nothing of an overridden field that the override does not tell', ({ expect }) => {
    const found = lines('ad', {
      a: `type Query { ad: Poster } ${POSTER}`,
      b: `type Query { ad: Poster! @override(from: "a") } ${POSTER}`,
    })
    expect(found.join()).toMatch(/^ad: .*graph: B, .*override: "a"/)
    expect(found.join()).not.toContain('graph: A')
  })

  it('counts the root types of subgraphs that have names of their own for them', ({ expect }) => {
    const own = `extend schema { query: Root } type Root { ad: Ad @shareable } union Ad = Poster ${POSTER}`
    const other = `type Query { ad: Poster @shareable } ${POSTER}`
    expect(lines('ad', { a: own, b: other, c: other })).toEqual([
      'ad: Ad @join__field(graph: A, type: "Ad") @join__field(graph: B, type: "Poster") @join__field(graph: C, type: "Poster")',
    ])
  })
})

describe('conditions on an interface within what another interface gives', () => {
  const types = `interface Ad { size: Int } interface Printed implements Ad { size: Int paper: String }
    type Poster implements Ad & Printed @shareable { size: Int paper: String glue: String }
    type Flyer implements Ad & Printed @shareable { size: Int paper: String }
    type Banner implements Ad @shareable { size: Int }`
  const owner = `type Query { shop: Shop } type Shop @key(fields: "id") { id: ID! ad: Ad } ${types}`
  const priced = (fields: string, directive = '@requires') =>
    `type Shop @key(fields: "id") { id: ID! ad: Ad @external price: Int ${directive}(fields: "${fields}") } ${types}`

  it.for([
    ['ad { ... on Printed { paper } }', 'ad{...on Poster{paper}...on Flyer{paper}}'],
    [
      'ad { size ... on Printed { paper ... on Poster { glue } } }',
      'ad{size ...on Poster{paper glue}...on Flyer{paper}}',
    ],
    [
      'ad { ... on Banner { ... on Ad { size } } ... on Printed { paper } }',
      'ad{...on Banner{size}...on Poster{paper}...on Flyer{paper}}',
    ],
    ['ad { ... on Ad { size } }', 'ad{...on Ad{size}}'],
  ] as const)('%s can be required', ([fields, expected], { expect }) => {
    expect(lines('price', { a: owner, b: priced(fields) })).toEqual([
      `price: Int @join__field(graph: B, requires: "${expected}")`,
    ])
  })

  it('can be required by a directive that is not imported', ({ expect }) => {
    const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@shareable"])\n`
    const sdl = link + priced('ad { ... on Printed { paper } }', '@federation__requires')
    expect(lines('price', { a: owner, b: sdl }).join()).toContain('requires:')
  })

  it('is refused as before when the text is no selection', ({ expect }) => {
    expect(() =>
      compose([
        { name: 'a', sdl: LINK + owner },
        { name: 'b', sdl: LINK + priced('ad { ... on ') },
      ]),
    ).toThrow(/do not compose/)
  })
})

describe('what clients see of a supergraph', () => {
  it('is nothing of federation', ({ expect }) => {
    const sdl = LINK + 'type Query { a: Int b: A } type A @key(fields: "id") { id: ID! }'
    const { apiSchema } = loadSupergraph(compose([{ name: 'a', sdl }]))
    const names = Object.keys(apiSchema.getTypeMap()).filter((name) => /^[a-z]|^[A-Z][a-z]*_/.test(name))
    expect(names).toEqual([])
  })
})

describe('a supergraph of an older composition', () => {
  const a = `${LINK} type Query { pick: Pick color: Color } union Pick = A | B enum Color { RED BLUE }
    type A @key(fields: "id") { id: ID! } type B { b: Int }`
  const b = `${LINK} type A @key(fields: "id") { id: ID! a: Color } enum Color { RED BLUE } type Query { n: Int }`
  const composed = () =>
    compose([
      { name: 'a', sdl: a },
      { name: 'b', sdl: b },
    ])

  it('is served where it does not say which subgraph has which member and value (join v0.2)', async ({
    expect,
  }) => {
    const sdl = composed()
      .replaceAll(/directive @join__(unionMember|enumValue).*\n/g, '')
      .replaceAll(/ ?@join__(unionMember|enumValue)\([^)]*\)/g, '')
    expect(sdl).not.toMatch(/unionMember|enumValue/)
    const { planner } = loadSupergraph(sdl)
    const plan = (query: string) => JSON.stringify(planner.plan(query, null, new Set(), 0))
    expect(plan('{ pick { ... on A { a } ... on B { b } } color }')).toContain('_entities')
  })
})
