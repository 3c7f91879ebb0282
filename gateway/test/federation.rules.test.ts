import { fail, suite, thing } from './suite.js'
import type { Thing } from './world.js'

suite(
  'compound keys',
  {
    things() {
      const orgs = ['o1', 'o2'].map((id) => thing('Org', { id, name: `org ${id}` }))
      const seats: Thing[] = [1, 2, 3].map((n) =>
        thing('Seat', {
          id: n === 2 ? null : `s${n}`,
          number: n,
          org: () => orgs[n % 2],
          tags: () => [
            thing('Tag', { key: `k${n}`, value: `${n}` }),
            thing('Tag', { key: 'all', value: 'x' }),
          ],
          price: n * 10,
          color: `c${n}`,
          owner: n === 3 ? fail('no owner') : `owner ${n}`,
        }),
      )
      return [
        ...orgs,
        ...seats,
        thing('Query', { seats: () => seats, rooms: () => [thing('Room', { seats, best: seats[0] })] }),
      ]
    },
    monolith: `
      type Query { seats: [Seat!]! rooms: [Room!]! } type Room { seats: [Seat!]! best: Seat }
      type Org { id: ID! name: String } type Tag { key: String! value: String }
      type Seat { id: ID number: Int! org: Org! tags: [Tag!]! price: Int color: String owner: String! }`,
    subgraphs: {
      a: `type Query { seats: [Seat!]! rooms: [Room!]! } type Room { seats: [Seat!]! best: Seat }
        type Seat @key(fields: "number org { id }") { id: ID number: Int! org: Org! tags: [Tag!]! @shareable }
        type Tag @shareable { key: String! value: String } type Org @key(fields: "id") { id: ID! }`,
      b: 'type Seat @key(fields: "number org { id }") @key(fields: "tags { key value }") { number: Int! @shareable org: Org! @shareable tags: [Tag!]! @shareable price: Int } type Tag @shareable { key: String! value: String } type Org @key(fields: "id") { id: ID! name: String }',
      c: 'type Seat @key(fields: "tags { key value }") { tags: [Tag!]! @shareable color: String owner: String! } type Tag @shareable { key: String! value: String }',
    },
  },
  [
    ['a key of several fields, one of them nested', '{ seats { price } }'],
    ['a key that is a list of objects', '{ seats { color } }'],
    ['all of them', '{ seats { id number price color org { name } tags { key } } }'],
    ['within objects that are no entities', '{ rooms { seats { price org { name } } best { color } } }'],
    ['an error for one of them', '{ rooms { best { owner } } }'],
    ['an error that bubbles', '{ rooms { best { owner } seats { owner } } }'],
  ],
)

suite(
  'null keys and entities that are not found',
  {
    things() {
      const books = [
        thing('Book', { upc: 'u1', id: 'i1', author: 'A', chapters: 3 }),
        thing('Book', { upc: 'u2', id: 'i2', author: 'B', chapters: 4 }),
      ]
      return [
        ...books,
        thing('Query', {
          shelf: () => [
            thing('Box', { book: books[0] }),
            thing('Box', { book: null }),
            thing('Box', { book: books[1] }),
          ],
        }),
      ]
    },
    monolith:
      'type Query { shelf: [Box!]! } type Box { book: Book } type Book { upc: ID! id: ID! author: String chapters: Int! }',
    subgraphs: {
      a: 'type Query { shelf: [Box!]! } type Box { book: Book } type Book @key(fields: "upc") { upc: ID! }',
      b: 'type Book @key(fields: "id") @key(fields: "upc") { id: ID! upc: ID! }',
      c: 'type Book @key(fields: "id") { id: ID! author: String chapters: Int! }',
    },
  },
  [
    ['two hops around a null', '{ shelf { book { upc author } } }'],
    ['non-null fields after two hops', '{ shelf { book { chapters } } }'],
  ],
)

suite(
  'shared, overridden and inaccessible fields',
  {
    things() {
      const posts: Thing[] = [1, 2].map((n) =>
        thing('Post', {
          id: `p${n}`,
          title: `t${n}`,
          body: `b${n}`,
          created: `c${n}`,
          meta: () => thing('Meta', { views: n, likes: n * 2, lang: 'en' }),
          secret: 's',
        }),
      )
      return [
        ...posts,
        thing('Query', {
          feed: () => posts,
          post: ({ id }: { id: string }) => posts.find((one) => one['id'] === id),
          shared: () => thing('Meta', { views: 1, likes: 2, lang: 'de' }),
          version: 'v',
        }),
      ]
    },
    monolith: `
      type Query { feed: [Post!]! post(id: ID!): Post shared: Meta version: String }
      type Post { id: ID! title: String body: String created: String meta: Meta } type Meta { views: Int likes: Int lang: String }`,
    subgraphs: {
      a: `type Query { feed: [Post!]! @shareable shared: Meta @shareable version: String @shareable }
        type Post @key(fields: "id") { id: ID! title: String @shareable created: String meta: Meta @shareable secret: String @inaccessible }
        type Meta @shareable { views: Int lang: String }`,
      b: `type Query { feed: [Post!]! @shareable post(id: ID!): Post shared: Meta @shareable version: String @shareable }
        type Post @key(fields: "id") { id: ID! title: String @shareable body: String created: String @override(from: "a") meta: Meta @shareable }
        type Meta @shareable { likes: Int lang: String }`,
    },
  },
  [
    ['a shared root field is asked where its fields are', '{ feed { title } }'],
    ['a shared root field with fields of two subgraphs', '{ feed { title body created } version }'],
    ['a shared value type is merged of two subgraphs', '{ feed { meta { views likes lang } } }'],
    ['a shared root of a value type is merged of two subgraphs', '{ shared { lang views likes } }'],
    ['an overridden field', '{ post(id: "p2") { created body } }'],
  ],
)

suite(
  'Federation 1 with extensions',
  {
    federation1: ['users', 'reviews'],
    things() {
      const users: Thing[] = ['1', '2'].map((id) =>
        thing('User', {
          id,
          name: `n${id}`,
          reviews: () => reviews,
          label(this: Thing) {
            return `label ${String(this['name'])}`
          },
        }),
      )
      const reviews: Thing[] = ['r'].map((id) =>
        thing('Review', { id, author: () => users[1], user: () => users[0] }),
      )
      return [...users, ...reviews, thing('Query', { me: () => users[0], last: () => reviews[0] })]
    },
    monolith:
      'type Query { me: User last: Review } type User { id: ID! name: String reviews: [Review] label: String } type Review { id: ID! author: User user: User }',
    subgraphs: {
      users: 'extend type Query { me: User } type User @key(fields: "id") { id: ID! name: String }',
      reviews:
        'extend type Query { last: Review } extend type User @key(fields: "id") { id: ID! @external name: String @external reviews: [Review] label: String @requires(fields: "name") } type Review @key(fields: "id") { id: ID! author: User @provides(fields: "name") user: User }',
    },
  },
  [
    ['an extended type', '{ me { name reviews { id user { name } } } }'],
    ['a field that an extension requires', '{ me { label } }'],
    ['a field that an extension provides', '{ last { author { name label } user { name } } }'],
  ],
)

suite(
  'circles',
  {
    things() {
      const a: Thing[] = ['1', '2'].map((id) =>
        thing('A', { id, b: () => b.find((one) => one['id'] === id), name: `a${id}`, parent: () => a[0] }),
      )
      const b: Thing[] = ['1', '2'].map((id) =>
        thing('B', { id, a: () => a.find((one) => one['id'] === id), name: `b${id}`, all: () => b }),
      )
      return [...a, ...b, thing('Query', { a: () => a, b: () => b[1] })]
    },
    monolith:
      'type Query { a: [A!]! b: B } type A { id: ID! b: B name: String parent: A } type B { id: ID! a: A name: String all: [B!] }',
    subgraphs: {
      x: 'type Query { a: [A!]! } type A @key(fields: "id") { id: ID! b: B name: String } type B @key(fields: "id") { id: ID! }',
      y: 'type Query { b: B } type B @key(fields: "id") { id: ID! a: A name: String all: [B!] } type A @key(fields: "id") { id: ID! parent: A }',
    },
  },
  [
    ['back and forth', '{ a { b { a { b { name a { name parent { name b { name } } } } } } } }'],
    [
      'an entity that its parent’s subgraph does not resolve',
      '{ b { all { a { name parent { b { name } } } } } }',
    ],
    [
      'the same objects on many ways',
      '{ a { name parent { name parent { id b { name } } } b { all { name a { name } } } } }',
    ],
  ],
)

suite(
  'mutations',
  {
    things() {
      let count = 0
      const item = thing('Item', { id: '1', name: 'item', count: () => count })
      const next = ({ by }: { by: number }) => {
        count = count * 10 + by
        return count
      }
      return [
        item,
        thing('Query', { item: () => item }),
        thing('Mutation', {
          start: () => {
            count = 0
            return 0
          },
          a: next,
          b: next,
          touch: ({ by }: { by: number }) => {
            next({ by })
            return item
          },
          boom: fail('boom'),
        }),
      ]
    },
    monolith:
      'type Query { item: Item } type Item { id: ID! name: String count: Int } type Mutation { start: Int a(by: Int!): Int b(by: Int!): Int touch(by: Int!): Item boom: Int }',
    subgraphs: {
      x: 'type Query { item: Item } type Item @key(fields: "id") { id: ID! name: String } type Mutation { start: Int a(by: Int!): Int boom: Int }',
      y: 'type Item @key(fields: "id") { id: ID! count: Int } type Mutation { b(by: Int!): Int touch(by: Int!): Item }',
    },
  },
  [
    [
      'root fields of two subgraphs run in order',
      'mutation { start a1: a(by: 1) b2: b(by: 2) a3: a(by: 3) b4: b(by: 4) a5: a(by: 5) }',
    ],
    ['an entity that a mutation gives is filled in', 'mutation { start touch(by: 7) { name } }'],
    ['an error does not stop those after it', 'mutation { start boom b(by: 2) a(by: 1) }'],
    [
      'variables in order',
      'mutation ($x: Int!, $y: Int!) { start b(by: $x) a(by: $y) __typename }',
      { x: 1, y: 2 },
    ],
  ],
)
