import { it } from 'vitest'
import { suite, thing } from './suite.js'
import { build } from './world.js'

const fleet = {
  things() {
    const boats = ['b1', 'b2'].map((id, index) => thing('Boat', { id, length: 10 + index, fee: 100 + index }))
    return [...boats, thing('Query', { boats: () => boats, moored: () => boats })]
  },
  monolith: `interface Vessel { id: ID! length: Int fee: Int }
    type Boat implements Vessel { id: ID! length: Int fee: Int } type Query { boats: [Vessel] moored: [Vessel] }`,
  subgraphs: {
    fleet: `type Query { boats: [Vessel] } interface Vessel @key(fields: "id") { id: ID! length: Int }
      type Boat implements Vessel @key(fields: "id") { id: ID! length: Int }`,
    harbour: `type Query { moored: [Vessel] }
      type Vessel @key(fields: "id") @interfaceObject { id: ID! length: Int @external fee: Int @requires(fields: "length") }`,
  },
}

suite('an @interfaceObject that requires what every subgraph of the interface has', fleet, [
  ['from the @interfaceObject', '{ moored { id length fee } }'],
  ['for one type', '{ moored { ... on Boat { length id fee } id } }'],
  ['from the interface', '{ boats { id length fee } }'],
])

it('does not ask a subgraph for what is external there', async ({ expect }) => {
  const world = build(fleet)
  await world.federated('{ moored { id length } }')
  const harbour = world.asked.filter((one) => one.subgraph === 'harbour')
  expect(harbour.map((one) => one.request.query).join()).not.toContain('length')
})

const ad = {
  things() {
    const poster = thing('Poster', { size: 3, color: 'red' })
    const banner = thing('Banner', { width: 9 })
    const page = thing('Page', { ad: () => poster, ads: () => [poster, poster], own: () => banner })
    return [poster, banner, page, thing('Query', { page: () => page, ad: () => poster })]
  },
  monolith: `type Query { page: Page ad: Ad } type Page { ad: Ad ads: [Ad] own: Ad } union Ad = Poster | Banner
    type Poster { size: Int color: String } type Banner { width: Int }`,
  subgraphs: {
    a: `type Query { page: Page @shareable ad: Poster @shareable }
      type Page { ad: Poster @shareable ads: [Poster!] @shareable } type Poster @shareable { size: Int color: String }`,
    b: `type Query { page: Page @shareable ad: Ad @shareable } union Ad = Poster | Banner type Banner { width: Int }
      type Page { ad: Ad @shareable ads: [Ad] @shareable own: Ad } type Poster @shareable { size: Int color: String }`,
  },
}

suite('fields that are a union in one subgraph and one of its members in another', ad, [
  ['conditions on the others', '{ ad { __typename ... on Poster { size } ... on Banner { width } } }'],
  ['of an object', '{ page { ad { ... on Banner { width } ... on Poster { color } } } }'],
  ['lists', '{ page { ads { __typename ... on Poster { size color } } } }'],
  [
    'beside what only one subgraph has',
    '{ page { ad { ... on Poster { size } } own { ... on Banner { width } } } }',
  ],
])

suite(
  'requiring what one interface has within another',
  {
    things() {
      const papers = [
        thing('Poster', { size: 3, weight: 5, glue: 'none' }),
        thing('Banner', { size: 4, pole: 'iron' }),
      ]
      const walls = papers.map((paper, index) =>
        thing('Wall', { id: `w${index}`, paper: () => paper, cost: index + 1 }),
      )
      return [...papers, ...walls, thing('Query', { walls: () => walls, built: () => walls })]
    },
    monolith: `interface Paper { size: Int } interface Heavy implements Paper { size: Int weight: Int }
      type Poster implements Paper & Heavy { size: Int weight: Int glue: String } type Banner implements Paper { size: Int pole: String }
      type Wall { id: ID! paper: Paper cost: Int } type Query { walls: [Wall] built: [Wall] }`,
    subgraphs: {
      walls: `type Query { walls: [Wall] } type Wall @key(fields: "id") { id: ID! paper: Paper }
        interface Paper { size: Int } interface Heavy implements Paper { size: Int weight: Int }
        type Poster implements Paper & Heavy @shareable { size: Int weight: Int glue: String } type Banner implements Paper @shareable { size: Int pole: String }`,
      costs: `type Query { built: [Wall] }
        type Wall @key(fields: "id") { id: ID! paper: Paper @external cost: Int @requires(fields: "paper { size ... on Heavy { weight ... on Poster { glue } } ... on Banner { pole } }") }
        interface Paper { size: Int } interface Heavy implements Paper { size: Int weight: Int }
        type Poster implements Paper & Heavy @shareable { size: Int weight: Int glue: String } type Banner implements Paper @shareable { size: Int pole: String }`,
    },
  },
  [
    ['from where it is', '{ walls { cost } }'],
    ['from where it is external', '{ built { id cost } }'],
    [
      'beside a selection of the same',
      '{ built { paper { __typename size ... on Heavy { weight } } cost } }',
    ],
  ],
)

suite(
  'members of a union that have a field of one name and other types, behind an entity',
  {
    things() {
      const owner = thing('Person', { id: 'p1', name: 'one', age: 30 })
      const pet = thing('Pet', { id: 'x1', name: 'two', age: 'old' })
      const home = thing('Home', { id: 'h1', members: () => [owner, pet], rooms: 3 })
      return [home, owner, thing('Query', { homes: () => [home] })]
    },
    monolith: `type Query { homes: [Home] } type Home { id: ID! members: [Member] rooms: Int } union Member = Person | Pet
      type Person { id: ID name: String age: Int } type Pet { id: ID name: String age: String }`,
    subgraphs: {
      homes:
        'type Query { homes: [Home] } type Person { id: ID @shareable } type Home @key(fields: "id") { id: ID! rooms: Int }',
      members: `type Home @key(fields: "id") { id: ID! members: [Member] } union Member = Person | Pet
        type Person { id: ID! @shareable name: String age: Int } type Pet { id: ID name: String age: String }`,
    },
  },
  [
    ['alone', '{ homes { members { ... on Person { id } ... on Pet { id } } } }'],
    [
      'beside others',
      '{ homes { rooms members { name: __typename ... on Person { id } ... on Pet { id } } } }',
    ],
    ['within aliases', '{ all: homes { of: members { ... on Person { a: id } ... on Pet { b: age id } } } }'],
  ],
)

const staff = {
  things() {
    const people = [
      thing('Cook', { id: 'c1', salary: 10, note: 'first', dish: 'soup' }),
      thing('Clerk', { id: 'k1', salary: 20, note: 'second', desk: 4 }),
      thing('Guard', { id: 'g1', salary: 30, note: 'third' }),
    ]
    return [...people, thing('Query', { staff: () => people, paid: () => people })]
  },
  monolith: `interface Worker { id: ID! salary: Int note: String } type Query { staff: [Worker] paid: [Worker] }
    type Cook implements Worker { id: ID! salary: Int note: String dish: String }
    type Clerk implements Worker { id: ID! salary: Int note: String desk: Int } type Guard implements Worker { id: ID! salary: Int note: String }`,
  subgraphs: {
    staff: `type Query { staff: [Worker] } interface Worker @key(fields: "id") { id: ID! }
      type Cook implements Worker @key(fields: "id") { id: ID! dish: String } type Clerk implements Worker @key(fields: "id") { id: ID! desk: Int }
      type Guard implements Worker @key(fields: "id") { id: ID! }`,
    pay: 'type Query { paid: [Worker] } type Worker @key(fields: "id") @interfaceObject { id: ID! salary: Int note: String }',
  },
}

suite('fields of an @interfaceObject that are selected for some types', staff, [
  ['for one', '{ paid { ... on Clerk { salary } } }'],
  ['for two', '{ paid { ... on Cook { salary } ... on Clerk { salary } } }'],
  [
    'for two, with other fields',
    '{ paid { id ... on Cook { note salary } ... on Clerk { salary } ... on Guard { note } } }',
  ],
  [
    'for all, beside an alias',
    '{ paid { pay: salary ... on Cook { salary } ... on Clerk { salary } ... on Guard { note } } }',
  ],
  ['from the interface', '{ staff { ... on Cook { salary } ... on Guard { salary note } } }'],
  [
    'by names',
    '{ all: paid { ...C ...G } } fragment C on Cook { salary } fragment G on Guard { of: salary salary }',
  ],
])

it('asks an @interfaceObject only for the types that a field is selected of', async ({ expect }) => {
  const world = build(staff)
  await world.federated('{ paid { ... on Cook { salary } ... on Clerk { salary } } }')
  const [last] = world.asked.slice(-1)
  expect(last?.subgraph).toBe('pay')
  expect(JSON.stringify(last?.request.variables)).toMatch(/c1.*k1/)
  expect(JSON.stringify(last?.request.variables)).not.toContain('g1')
})

it('gives no field of an object whose type clients must not see, whatever they select', async ({
  expect,
}) => {
  const docs = [thing('Page', { id: 'd1', title: 'seen' }), thing('Draft', { id: 'd2', title: 'unseen' })]
  const types =
    'interface Doc { id: ID! title: String } type Page implements Doc @key(fields: "id") { id: ID! title: String }'
  const world = build({
    things: () => [...docs, thing('Query', { docs: () => docs })],
    monolith: `type Query { docs: [Doc] } interface Doc { id: ID! title: String } type Page implements Doc { id: ID! title: String }
      type Draft implements Doc { id: ID! title: String }`,
    subgraphs: {
      a: `type Query { docs: [Doc] } ${types} type Draft implements Doc @key(fields: "id") @inaccessible { id: ID! title: String }`,
    },
  })
  const plain = await world.federated('{ docs { title } }')
  expect(plain.data).toEqual({ docs: [{ title: 'seen' }, null] })
  expect(plain.paths).toEqual(['["docs",1]'])
  const narrowed = await world.federated('{ docs { ... on Doc { title } ... on Page { id } } }')
  expect(narrowed.data).toEqual({ docs: [{ title: 'seen', id: 'd1' }, null] })
})
