import { suite, thing } from './suite.js'
import type { Thing } from './world.js'

suite(
  'interfaces and unions',
  {
    things() {
      const authors = ['a', 'b'].map((id) => thing('Author', { id, name: `author ${id}` }))
      const media: Thing[] = [
        thing('Book', {
          id: 'b1',
          title: 'book 1',
          pages: 100,
          author: () => authors[0],
          kind: 'PAPER',
          rating: 5,
          note: 'text',
          sequel: () => media[2],
        }),
        thing('Movie', {
          id: 'm1',
          title: 'movie 1',
          minutes: 90,
          director: () => authors[1],
          rating: 4,
          note: 7,
          sequel: null,
        }),
        thing('Book', {
          id: 'b2',
          title: 'book 2',
          pages: 200,
          author: () => authors[1],
          kind: 'EBOOK',
          rating: null,
          note: null,
          sequel: () => media[1],
        }),
      ]
      return [
        ...authors,
        ...media,
        thing('Query', {
          media: () => media,
          first: () => media[0],
          search: () => [media[1], authors[0], null, media[2]],
          nested: () => [[media[0]], [media[1], media[2]]],
        }),
      ]
    },
    monolith: `
      interface Media { id: ID! title: String! rating: Int sequel: Media }
      enum Kind { PAPER EBOOK }
      type Book implements Media { id: ID! title: String! pages: Int author: Author kind: Kind rating: Int note: String sequel: Media }
      type Movie implements Media { id: ID! title: String! minutes: Int director: Author rating: Int note: Int sequel: Media }
      type Author { id: ID! name: String }
      union Found = Book | Movie | Author
      type Query { media: [Media!]! first: Media search: [Found] nested: [[Media!]!]! }`,
    subgraphs: {
      media: `
        interface Media { id: ID! title: String! sequel: Media }
        enum Kind { PAPER EBOOK }
        type Book implements Media @key(fields: "id") { id: ID! title: String! pages: Int author: Author kind: Kind sequel: Media }
        type Movie implements Media @key(fields: "id") { id: ID! title: String! minutes: Int director: Author sequel: Media }
        type Author @key(fields: "id", resolvable: false) { id: ID! }
        union Found = Book | Movie | Author
        type Query { media: [Media!]! first: Media search: [Found] nested: [[Media!]!]! }`,
      authors: 'type Author @key(fields: "id") { id: ID! name: String }',
      ratings: `
        interface Media { id: ID! rating: Int }
        type Book implements Media @key(fields: "id") { id: ID! rating: Int note: String }
        type Movie implements Media @key(fields: "id") { id: ID! rating: Int note: Int }`,
    },
  },
  [
    ['interface fields of the first subgraph', '{ media { id title } }'],
    ['interface fields of another subgraph', '{ media { title rating } }'],
    [
      'fragments on object types',
      '{ media { ... on Book { pages author { name } } ... on Movie { minutes director { name } } } }',
    ],
    [
      'type names of abstract fields',
      '{ media { __typename t: __typename } first { __typename } search { __typename } }',
    ],
    [
      'a union with fields of several subgraphs',
      '{ search { ... on Book { title rating kind } ... on Movie { minutes rating } ... on Author { name } } }',
    ],
    [
      'a fragment on an interface within a union',
      '{ search { ... on Media { title rating } ... on Author { id name } } }',
    ],
    [
      'fields of one name and different types under one key',
      '{ media { ... on Book { n: note } ... on Movie { m: note } } }',
    ],
    [
      'abstract fields within abstract fields',
      '{ media { title sequel { title rating sequel { __typename ... on Movie { director { name } } } } } }',
    ],
    ['lists of lists of abstract types', '{ nested { title rating ... on Book { author { name } } } }'],
    ['types without a fragment give empty objects', '{ search { ... on Author { name } } }'],
    [
      'fragments that cannot apply twice',
      '{ media { ...F ... on Movie { ...F } } } fragment F on Media { id rating ... on Book { author { id name } } }',
    ],
    ['enums within fragments', '{ first { ... on Book { kind } } }'],
    [
      'conditions on fragments of abstract types',
      'query ($y: Boolean!) { media { ... on Book @include(if: $y) { pages author { name } } ... on Movie @skip(if: $y) { minutes director { name } } } }',
      { y: true },
    ],
  ],
)

suite(
  'one key in different types of a union',
  {
    things: () => [
      thing('User', { id: '1', f: 'text', c: 'c' }),
      thing('Bot', { id: '2', f: 5, c: 6 }),
      thing('Query', {
        all: () => [thing('User', { id: '1', f: 'text', c: 'c' }), thing('Bot', { id: '2', f: 5, c: 6 })],
      }),
    ],
    monolith:
      'union U = User | Bot type User { id: ID! f: String c: String } type Bot { id: ID! f: Int c: String } type Query { all: [U!]! }'.replace(
        'c: String } type Query',
        'c: Int } type Query',
      ),
    subgraphs: {
      a: 'union U = User | Bot type User @key(fields: "id") { id: ID! f: String } type Bot @key(fields: "id") { id: ID! f: Int } type Query { all: [U!]! }',
      b: 'type User @key(fields: "id") { id: ID! c: String } type Bot @key(fields: "id") { id: ID! c: Int }',
    },
  },
  [
    [
      'aliases of the planner are renamed back',
      '{ all { ... on User { x: f y: c } ... on Bot { z: f w: c } } }',
    ],
  ],
)

suite(
  'interface objects',
  {
    things() {
      const accounts: Thing[] = [
        thing('User', {
          id: 'u1',
          name: 'user',
          age: 7,
          score: 1,
          rank: 'r1',
          badge: () => thing('Badge', { label: 'gold' }),
          friend: () => accounts[1],
        }),
        thing('Bot', {
          id: 'b1',
          name: 'bot',
          model: 'm',
          score: 2,
          rank: null,
          badge: null,
          friend: () => accounts[0],
        }),
      ]
      return [
        ...accounts,
        thing('Query', { accounts: () => accounts, scored: () => accounts, one: () => accounts[1] }),
      ]
    },
    monolith: `
      interface Account { id: ID! name: String score: Int rank: String badge: Badge friend: Account }
      type Badge { label: String }
      type User implements Account { id: ID! name: String age: Int score: Int rank: String badge: Badge friend: Account }
      type Bot implements Account { id: ID! name: String model: String score: Int rank: String badge: Badge friend: Account }
      type Query { accounts: [Account!]! scored: [Account!]! one: Account }`,
    subgraphs: {
      accounts: `
        interface Account @key(fields: "id") { id: ID! name: String }
        type User implements Account @key(fields: "id") { id: ID! name: String age: Int }
        type Bot implements Account @key(fields: "id") { id: ID! name: String model: String }
        type Query { accounts: [Account!]! }`,
      scores: `
        type Account @interfaceObject @key(fields: "id") { id: ID! score: Int badge: Badge friend: Account }
        type Badge { label: String }
        type Query { scored: [Account!]! one: Account }`,
      ranks: 'type Account @interfaceObject @key(fields: "id") { id: ID! rank: String }',
    },
  },
  [
    ['fields of the interface object for objects of known type', '{ accounts { id name score rank } }'],
    [
      'fields of the interface object in fragments on object types',
      '{ accounts { ... on User { age score badge { label } } ... on Bot { model rank } } }',
    ],
    [
      'objects of unknown type show fields of the interface object',
      '{ scored { id score } one { score badge { label } } }',
    ],
    ['objects of unknown type get fields of the interface', '{ scored { name score } }'],
    ['objects of unknown type get their type name', '{ scored { __typename id score } one { __typename } }'],
    [
      'objects of unknown type get fields of their object type',
      '{ scored { score ... on User { age } ... on Bot { model } } }',
    ],
    ['one interface object to another', '{ scored { rank } one { rank friend { rank name } } }'],
    ['type names within', '{ accounts { friend { __typename friend { __typename name } } } }'],
    [
      'fragments on the interface',
      '{ one { ...F } } fragment F on Account { score rank ... on Bot { model name } }',
    ],
  ],
)

suite(
  'interfaces whose fields are not in every implementation’s subgraph',
  {
    things() {
      const items = [
        thing('Oven', { id: 'o', name: 'oven', watts: 5, origin: 'x' }),
        thing('Toaster', { id: 't', name: 'toaster', slots: 2, origin: 'y' }),
      ]
      return [...items, thing('Query', { all: () => items, any: () => items })]
    },
    monolith: `
      interface Device { id: ID! name: String } union Any = Oven | Toaster
      type Oven implements Device { id: ID! name: String watts: Int origin: String } type Toaster implements Device { id: ID! name: String slots: Int origin: String }
      type Query { all: [Device] any: [Any] }`,
    subgraphs: {
      a: 'interface Device { id: ID! } union Any = Oven | Toaster type Oven implements Device @key(fields: "id") { id: ID! watts: Int } type Toaster implements Device @key(fields: "id") { id: ID! slots: Int } type Query { all: [Device] any: [Any] }',
      b: 'interface Device { id: ID! name: String } type Oven implements Device @key(fields: "id") { id: ID! name: String } type Toaster implements Device @key(fields: "id") { id: ID! name: String origin: String }',
      c: 'type Oven @key(fields: "id") { id: ID! origin: String }',
    },
  },
  [
    ['an interface field that another subgraph knows', '{ all { id name } }'],
    [
      'fields of one name from two subgraphs',
      '{ any { ... on Oven { origin name watts } ... on Toaster { origin slots name } } }',
    ],
    ['only type names', '{ all { __typename } any { __typename } }'],
    ['only type names under other names', '{ all { t: __typename } any { u: __typename } }'],
  ],
)
