import { describe, it } from 'vitest'
import { fail, suite, thing } from './suite.js'
import { build } from './world.js'

// Each of these was found by the differential suite and shrunk by it.

suite(
  'a type name under the client’s own name only',
  {
    things: () => [
      thing('Book', { id: '1', title: 'one' }),
      thing('Film', { id: '2', title: 'two' }),
      thing('Query', {
        media: () => [thing('Book', { id: '1', title: 'one' }), thing('Film', { id: '2', title: 'two' })],
      }),
    ],
    monolith:
      'type Query { media: [Media!]! } interface Media { id: ID! } type Book implements Media { id: ID! title: String } type Film implements Media { id: ID! title: String }',
    subgraphs: {
      a: 'type Query { media: [Media!]! } interface Media { id: ID! } type Book implements Media @key(fields: "id") { id: ID! } type Film implements Media @key(fields: "id") { id: ID! }',
      b: 'type Book @key(fields: "id") { id: ID! title: String } type Film @key(fields: "id") { id: ID! title: String }',
    },
  },
  [
    ['is all that is asked of an abstract field', '{ media { t: __typename } }'],
    ['stands beside a fragment', '{ media { t: __typename ... on Film { u: __typename title } } }'],
  ],
)

suite(
  'a union with a member that clients may not see',
  {
    things: () => [thing('Book', { id: '1' }), thing('Query', { found: () => [thing('Book', { id: '1' })] })],
    monolith: 'type Query { found: [Found] } union Found = Book type Book { id: ID! }',
    subgraphs: {
      a: 'type Query { found: [Found] } union Found = Book | Draft type Book @key(fields: "id") { id: ID! } type Draft @inaccessible { text: String }',
    },
  },
  [['is loaded and answers', '{ found { __typename ... on Book { id } } }']],
)

suite(
  'a field that requires another, where its subgraph has a further key of several fields',
  {
    things: () => [
      thing('Seat', { id: '1', row: 4, hall: () => thing('Hall', { name: 'big' }), price: 10, tax: 2 }),
      thing('Query', {
        seat: () =>
          thing('Seat', { id: '1', row: 4, hall: () => thing('Hall', { name: 'big' }), price: 10, tax: 2 }),
      }),
    ],
    monolith:
      'type Query { seat: Seat } type Seat { id: ID! row: Int! hall: Hall! price: Int tax: Int } type Hall { name: String! }',
    subgraphs: {
      a: 'type Query { seat: Seat } type Seat @key(fields: "id") { id: ID! price: Int }',
      b: 'type Seat @key(fields: "row hall { name }") @key(fields: "id") { id: ID! row: Int! hall: Hall! price: Int @external tax: Int @requires(fields: "price") } type Hall @shareable { name: String! }',
    },
  },
  [['is asked by the key that both have', '{ seat { tax } }']],
)

suite(
  'an interface object whose own type is not learnt, because the fetch that would tell it failed',
  {
    things() {
      const users = ['1', '2'].map((id) =>
        thing('User', { id, score: 3, age: id === '2' ? fail('no age') : 30 }),
      )
      return [...users, thing('Query', { scored: () => users })]
    },
    monolith:
      'type Query { scored: [Account] } interface Account { id: ID! score: Int } type User implements Account { id: ID! score: Int age: Int! }',
    subgraphs: {
      accounts:
        'interface Account @key(fields: "id") { id: ID! } type User implements Account @key(fields: "id") { id: ID! age: Int! }',
      scores:
        'type Query { scored: [Account] } type Account @interfaceObject @key(fields: "id") { id: ID! score: Int }',
    },
  },
  [
    ['is null where something of one type is selected', '{ scored { ... on User { age } } }'],
    ['is null with the one error where its type name is', '{ scored { __typename ... on User { age } } }'],
  ],
)

suite(
  'an alias that is the name of a field which a key or another field reads',
  {
    things() {
      const people = ['1', '2'].map((id) =>
        thing('Person', { id, friendId: id === '1' ? '2' : '1', name: `p${id}`, greeting: `hello p${id}` }),
      )
      const nameless = thing('Person', { id: '3', friendId: '3', name: fail('no name') })
      return [...people, nameless, thing('Query', { people: () => people, nameless: () => nameless })]
    },
    monolith:
      'type Query { people: [Person] nameless: Person } type Person { id: ID! friendId: ID! name: String greeting: String }',
    subgraphs: {
      a: 'type Query { people: [Person] nameless: Person } type Person @key(fields: "id") { id: ID! friendId: ID! }',
      b: 'type Person @key(fields: "id") { id: ID! name: String }',
      c: 'type Person @key(fields: "id") { id: ID! name: String @external greeting: String @requires(fields: "name") }',
    },
  },
  [
    ['does not lead to another object', '{ people { id: friendId name } }'],
    ['does not change what is required', '{ people { name: friendId greeting } }'],
    ['stands for a type name', '{ people { __typename: friendId id } }'],
    ['is the name in errors', '{ nameless { friendId: name } }'],
  ],
)

suite(
  'a fetch for two places, of which an earlier fetch met the second',
  {
    things() {
      const users = ['1', '2'].map((id) =>
        thing('User', {
          id,
          friend: () => users[2 - Number(id)],
          rank: 7,
          name: `u${id}`,
          hail: `hail u${id}`,
        }),
      )
      const org = thing('Org', { id: 'o', owner: () => users[1] })
      return [...users, org, thing('Query', { me: () => users[0], org: () => org })]
    },
    monolith:
      'type Query { me: User org: Org } type Org { id: ID! owner: User } type User { id: ID! friend: User rank: Int name: String hail: String }',
    subgraphs: {
      a: 'type User @key(fields: "id") { id: ID! rank: Int } type Org @key(fields: "id") { id: ID! owner: User }',
      b: 'type Query { org: Org } type Org @key(fields: "id") { id: ID! } type User @key(fields: "id") { id: ID! name: String }',
      c: 'type Query { me: User } type User @key(fields: "id") { id: ID! friend: User name: String @external hail: String @requires(fields: "name") }',
    },
  },
  [
    [
      'gives what is asked at the first to the first only',
      '{ me { friend { x: hail } x: rank hail } org { owner { name } } }',
    ],
  ],
)

suite(
  'a field that requires another, of an object and of one within it that two subgraphs give',
  {
    things() {
      const users = ['1', '2'].map((id) =>
        thing('User', { id, name: `u${id}`, hail: `hail u${id}`, friend: () => users[2 - Number(id)] }),
      )
      return [...users, thing('Query', { me: () => users[0] })]
    },
    monolith: 'type Query { me: User } type User { id: ID! name: String hail: String friend: User }',
    subgraphs: {
      a: 'type User @key(fields: "id") { id: ID! name: String }',
      b: 'type User @key(fields: "id") { id: ID! hail: String @requires(fields: "name") friend: User @shareable name: String @external }',
      c: 'type Query { me: User } type User @key(fields: "id") { id: ID! friend: User @shareable }',
    },
  },
  [['is asked for in a document that the subgraph allows', '{ me { friend { hail id } hail } }']],
)

suite(
  'fields of two types that no object is both of',
  {
    things() {
      const tag = thing('Tag', {
        id: 't',
        text: ({ size }: { size?: number }) => `text ${size}`,
        title: 'a tag',
      })
      const topic = thing('Topic', { id: 'p', tag: () => tag })
      const media = ['Film', 'Book'].map((type) => thing(type, { id: type, topic: () => topic }))
      return [tag, topic, ...media, thing('Query', { media: () => media })]
    },
    monolith:
      'type Query { media: [Media] } union Media = Film | Book type Film { id: ID! topic: Topic } type Book { id: ID! topic: Topic } type Topic { id: ID! tag: Tag } type Tag { id: ID! text(size: Int): String title: String }',
    subgraphs: {
      a: 'type Query { media: [Media] } union Media = Film | Book type Film @key(fields: "id") { id: ID! topic: Topic } type Book @key(fields: "id") { id: ID! topic: Topic } type Topic @key(fields: "id") { id: ID! }',
      b: 'type Topic @key(fields: "id") { id: ID! tag: Tag } type Tag @key(fields: "id") { id: ID! }',
      c: 'type Tag @key(fields: "id") { id: ID! text(size: Int): String title: String }',
    },
  },
  [
    [
      'may have other arguments under one name',
      '{ media { ... on Film { topic { tag { text(size: 1) } } } ... on Book { topic { tag { text(size: 2) } } } } }',
    ],
    [
      'may have arguments, and none, under one name',
      '{ media { ... on Film { topic { tag { text(size: 1) } } } ... on Book { topic { tag { text } } } } }',
    ],
    [
      'may be different fields under one alias',
      '{ media { ... on Film { topic { tag { x: title } } } ... on Book { topic { tag { x: text(size: 2) } } } } }',
    ],
    [
      'may have the alias that is another field',
      '{ media { ... on Film { topic { tag { title: text(size: 3) } } } ... on Book { topic { tag { title } } } } }',
    ],
  ],
)

suite(
  'an error of a field that was selected of objects of another type',
  {
    things() {
      const topic = thing('Topic', {
        id: 'p',
        name: 'topic',
        bad: fail('no good'),
        size: ({ unit }: { unit: number }) => {
          if (unit === 2) throw new Error('no such unit')
          return unit
        },
      })
      const media = ['Film', 'Book'].map((type) => thing(type, { id: type, topic: () => topic }))
      return [topic, ...media, thing('Query', { media: () => media })]
    },
    monolith:
      'type Query { media: [Media] } union Media = Film | Book type Film { id: ID! topic: Topic } type Book { id: ID! topic: Topic } type Topic { id: ID! name: String bad: String size(unit: Int): Int }',
    subgraphs: {
      a: 'type Query { media: [Media] } union Media = Film | Book type Film @key(fields: "id") { id: ID! topic: Topic } type Book @key(fields: "id") { id: ID! topic: Topic } type Topic @key(fields: "id") { id: ID! }',
      b: 'type Topic @key(fields: "id") { id: ID! name: String bad: String size(unit: Int): Int }',
    },
  },
  [
    [
      'is told of those only',
      '{ media { ... on Film { topic { name bad } } ... on Book { topic { name } } } }',
    ],
    [
      'is told of those only where both have the name',
      '{ media { ... on Film { topic { x: bad } } ... on Book { topic { x: name } } } }',
    ],
    [
      'is told of those only where the arguments are others',
      '{ media { ... on Film { topic { size(unit: 2) } } ... on Book { topic { size(unit: 3) } } } }',
    ],
  ],
)

/** Of which clients must know neither the draft, nor the grade that is not to be seen, nor what the text is made of. */
const hidden = {
  things() {
    const draft = thing('Draft', { id: 'd', name: 'draft' })
    const source = fail('no source')
    const books = [
      thing('Book', { id: '1', name: 'one', grade: 'SECRET', source, text: 'text' }),
      thing('Book', { id: '2', name: 'two', grade: 'GOOD', source: 'source', text: 'text' }),
    ]
    return [draft, ...books, thing('Query', { found: () => [draft, ...books], books: () => books })]
  },
  monolith:
    'type Query { found: [Found] books: [Book] } interface Found { id: ID! name: String } enum Grade { GOOD } type Book implements Found { id: ID! name: String grade: Grade text: String! }',
  subgraphs: {
    a: 'type Query { found: [Found] books: [Book] } interface Found { id: ID! name: String } enum Grade { GOOD SECRET @inaccessible } type Book implements Found @key(fields: "id") { id: ID! name: String grade: Grade source: String @inaccessible } type Draft implements Found @inaccessible { id: ID! name: String }',
    b: 'type Book @key(fields: "id") { id: ID! source: String @external text: String! @requires(fields: "source") }',
  },
}

describe('what clients must not know of', () => {
  const built = build(hidden)
  it.for<readonly [string, string, string, readonly string[]]>([
    ['an object', '{ found { name } }', '{"found":[null,{"name":"one"},{"name":"two"}]}', ['["found",0]']],
    [
      'a value of an enum',
      '{ books { name grade } }',
      '{"books":[{"name":"one","grade":null},{"name":"two","grade":"GOOD"}]}',
      ['["books",0,"grade"]'],
    ],
    [
      'what is required',
      '{ books { id text } }',
      '{"books":[{"id":"1","text":"text"},{"id":"2","text":"text"}]}',
      ['["books",0]'],
    ],
  ])('is not named in errors: %s', async ([, query, data, paths], { expect }) => {
    const answer = await built.federated(query)
    expect(JSON.stringify(answer.data)).toBe(data)
    expect(answer.paths).toEqual(paths)
    expect(JSON.stringify([answer.messages, answer.paths])).not.toMatch(/Draft|SECRET|"source/)
  })
})

suite(
  'fields that require fields of one name and other types, of objects of two types',
  {
    things() {
      const part = thing('Part', { size: 3, name: 'part' })
      const bolt = thing('Bolt', { id: '1', of: () => part, code: 7, weight: 3, label: 'bolt 7' })
      const box = thing('Box', {
        id: '2',
        of: () => [part, part],
        code: 'seven',
        weight: 6,
        label: 'box seven',
      })
      return [part, bolt, box, thing('Query', { stock: () => [bolt, box, bolt] })]
    },
    monolith:
      'type Query { stock: [Item] } union Item = Bolt | Box type Part { size: Int } type Bolt { id: ID! of: Part code: Int weight: Int label: String } type Box { id: ID! of: [Part] code: String weight: Int label: String }',
    subgraphs: {
      a: 'type Query { stock: [Item] } union Item = Bolt | Box type Bolt @key(fields: "id") { id: ID! } type Box @key(fields: "id") { id: ID! }',
      b: 'type Part @shareable { size: Int } type Bolt @key(fields: "id") { id: ID! of: Part code: Int } type Box @key(fields: "id") { id: ID! of: [Part] code: String }',
      c: 'type Part @shareable { size: Int } type Bolt @key(fields: "id") { id: ID! of: Part @external code: Int @external weight: Int @requires(fields: "of { size }") label: String @requires(fields: "code") } type Box @key(fields: "id") { id: ID! of: [Part] @external code: String @external weight: Int @requires(fields: "of { size }") label: String @requires(fields: "code") }',
    },
  },
  [
    ['are computed from them', '{ stock { ... on Bolt { weight label } ... on Box { weight label } } }'],
    [
      'are computed from them beside what the client selects of them',
      '{ stock { ... on Bolt { of { size } weight } ... on Box { many: of { size } weight label } } }',
    ],
  ],
)
