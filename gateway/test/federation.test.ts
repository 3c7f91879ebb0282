import { fail, suite, thing } from './suite.js'
import type { Thing } from './world.js'

suite(
  'entities',
  {
    things() {
      const users: Thing[] = ['1', '2', '3'].map((id) =>
        thing('User', {
          id,
          email: `${id}@x`,
          name: `user ${id}`,
          nick: id === '2' ? null : `nick ${id}`,
          friends: () => users.filter((one) => one['id'] !== id),
          best: () => users[Number(id) % 3],
          score: ({ by }: { by: number }) => Number(id) * by,
          reviews: () => reviews.filter((one) => (one['author'] as () => Thing)()['id'] === id),
        }),
      )
      const reviews: Thing[] = [1, 2, 3, 4].map((n) =>
        thing('Review', {
          id: `r${n}`,
          body: `body ${n}`,
          author: () => users[n % 3],
          rating: n === 3 ? null : n,
        }),
      )
      const query = thing('Query', {
        me: () => users[0],
        users: () => users,
        matrix: () => [[users[0], users[1]], [], [users[2]]],
        user: ({ id }: { id: string }) => users.find((one) => one['id'] === id) ?? null,
        topReviews: () => reviews,
        ping: 'pong',
      })
      return [...users, ...reviews, query]
    },
    monolith: `
      type Query { me: User! users: [User!]! matrix: [[User!]!]! user(id: ID!): User topReviews: [Review!]! ping: String }
      type User { id: ID! email: String! name: String nick: String friends: [User!]! best: User score(by: Int! = 2): Int reviews: [Review!]! }
      type Review { id: ID! body: String! author: User! rating: Int }`,
    subgraphs: {
      accounts: `
        type Query { me: User! users: [User!]! matrix: [[User!]!]! user(id: ID!): User }
        type User @key(fields: "id") @key(fields: "email") { id: ID! email: String! nick: String best: User friends: [User!]! }`,
      names:
        'type User @key(fields: "email") { email: String! name: String score(by: Int! = 2): Int } type Query { ping: String }',
      reviews: `
        type Query { topReviews: [Review!]! }
        type Review @key(fields: "id") { id: ID! body: String! author: User! rating: Int }
        type User @key(fields: "id") { id: ID! reviews: [Review!]! }`,
    },
  },
  [
    ['a field of another subgraph is filled in by key', '{ me { id name } }'],
    ['a key that another subgraph must first give is fetched', '{ topReviews { author { name } } }'],
    ['lists are filled in their order', '{ users { name reviews { body rating } } }'],
    ['lists of lists are filled in their order', '{ matrix { name nick } }'],
    [
      'entities within entities are filled in at every level',
      '{ me { friends { best { name friends { name reviews { author { name } } } } } } }',
    ],
    [
      'aliases of one field with different arguments stay apart',
      '{ me { a: score(by: 1) b: score(by: 10) c: score } }',
    ],
    ['aliases of one root field stay apart', '{ a: user(id: "1") { name } b: user(id: "2") { name nick } }'],
    [
      'one entity in many places gets each place its own selection',
      '{ a: user(id: "1") { best { x: name } } b: user(id: "1") { best { x: email } } me { best { x: nick } } }',
    ],
    ['a missing entity is null', '{ user(id: "9") { name reviews { body } } }'],
    [
      'type names are answered, aliased and not',
      '{ __typename me { __typename t: __typename reviews { __typename } } }',
    ],
    ['only type names need no subgraph', '{ __typename a: __typename }'],
    [
      'fragments are merged with fields',
      '{ me { ...F name } users { ...F } } fragment F on User { name friends { ...G } } fragment G on User { id reviews { id } }',
    ],
    [
      'fragments merge selections of one object field',
      '{ me { best { id } ...F } } fragment F on User { best { name reviews { id } } }',
    ],
    ['field order is the client’s', '{ me { reviews { rating body } name nick id email } ping }'],
    [
      'variables reach the subgraph that uses them',
      'query ($id: ID!, $by: Int!) { user(id: $id) { score(by: $by) } }',
      { id: '3', by: 7 },
    ],
    [
      'defaults of variables hold where none is given',
      'query ($id: ID = "2", $by: Int! = 5) { user(id: $id) { score(by: $by) } }'.replace(
        '$id: ID =',
        '$id: ID! =',
      ),
      {},
    ],
    ['an ID may be given as a number', 'query ($id: ID!) { user(id: $id) { name } }', { id: 2 }],
    [
      '@include and @skip with variables hold in another subgraph',
      'query ($y: Boolean!, $n: Boolean!) { me { id name @include(if: $y) nick @skip(if: $y) reviews @include(if: $n) { id } } ping @include(if: $n) }',
      { y: true, n: false },
    ],
    [
      '@include and @skip turned around',
      'query ($y: Boolean!, $n: Boolean!) { me { id name @include(if: $y) nick @skip(if: $y) reviews @include(if: $n) { id } } ping @include(if: $n) }',
      { y: false, n: true },
    ],
    [
      '@skip and @include on one field need both',
      'query ($a: Boolean!, $b: Boolean!) { me { id name @skip(if: $a) @include(if: $b) } }',
      { a: false, b: true },
    ],
    ['@include with a default variable', 'query ($y: Boolean! = false) { me { id name @include(if: $y) } }'],
    [
      'constant @skip and @include are folded',
      '{ me { id name @skip(if: true) nick @include(if: true) } ping @include(if: false) }',
    ],
    ['everything skipped leaves an empty answer', '{ ping @skip(if: true) }'],
    ['everything skipped inside leaves an empty object', '{ me { name @skip(if: true) } }'],
    [
      'fragments with directives',
      'query ($y: Boolean!) { me { ...F @include(if: $y) ... @skip(if: $y) { nick } } } fragment F on User { name best { name } }',
      { y: true },
    ],
    [
      'fragments with directives turned around',
      'query ($y: Boolean!) { me { ...F @include(if: $y) ... @skip(if: $y) { nick } } } fragment F on User { name best { name } }',
      { y: false },
    ],
    [
      'the same field included once and skipped once is there',
      'query ($y: Boolean!) { me { best @include(if: $y) { name } best { id } } }',
      { y: false },
    ],
    [
      'introspection is answered beside data',
      '{ me { name } __type(name: "Review") { name fields { name type { kind ofType { name } } } } }',
    ],
    [
      'introspection through a fragment',
      'query ($n: String!) { ...F ping } fragment F on Query { t: __type(name: $n) { name } }',
      { n: 'User' },
    ],
  ],
)

suite(
  'nulls and errors',
  {
    things() {
      const item = (id: string, fields: Record<string, unknown>) => thing('Item', { id, ...fields })
      const items = [
        item('1', {
          title: 'one',
          price: 1,
          parts: () => [items[1], items[2]],
          label: 'l1',
          tags: ['a', 'b'],
        }),
        item('2', { title: null, price: 2, parts: () => [], label: fail('no label'), tags: ['a', null] }),
        item('3', {
          title: 'three',
          price: fail('no price'),
          parts: fail('no parts'),
          label: null,
          tags: null,
        }),
      ]
      return [
        ...items,
        thing('Query', {
          items: () => items,
          item: ({ id }: { id: string }) => items.find((one) => one['id'] === id),
          maybe: () => [items[0], null, items[2]],
          broken: fail('broken'),
          brokenList: () => [items[0], new Error('no item'), items[1]],
          fine: 'fine',
        }),
      ]
    },
    monolith: `
      type Query { items: [Item!]! item(id: ID!): Item maybe: [Item] broken: Item brokenList: [Item] fine: String }
      type Item { id: ID! title: String price: Int! parts: [Item!] label: String! tags: [String!] }`,
    subgraphs: {
      a: 'type Query { items: [Item!]! item(id: ID!): Item maybe: [Item] broken: Item brokenList: [Item] } type Item @key(fields: "id") { id: ID! title: String parts: [Item!] }',
      b: 'type Item @key(fields: "id") { id: ID! price: Int! tags: [String!] } type Query { fine: String }',
      c: 'type Item @key(fields: "id") { id: ID! label: String! }',
    },
  },
  [
    ['null in a nullable field stays', '{ items { id title } }'],
    ['an error in a nullable field of the first subgraph', '{ item(id: "3") { id parts { id } } fine }'],
    [
      'an error in a non-null field of another subgraph makes the entity null',
      '{ item(id: "3") { id price } fine }',
    ],
    [
      'an error in a nullable list of non-null entities makes the list null',
      '{ item(id: "1") { parts { id price } } fine }',
    ],
    ['an error that bubbles to the root makes all of it null', '{ items { price } fine }'],
    ['nulls in a list stay where they are', '{ maybe { id title } }'],
    ['nulls in a list of entities stay where they are', '{ maybe { id tags } }'],
    ['an error in a root field', '{ broken { id price } fine }'],
    ['an error in an element of a list', '{ brokenList { id title } fine }'],
    ['a null in a list of non-null makes the list null', '{ item(id: "2") { tags } fine }'],
    ['a non-null field that has an error under an alias', '{ x: item(id: "2") { l: label id } fine }'],
    [
      'errors of one entity in several places are told for each place',
      '{ a: item(id: "2") { id label } b: item(id: "2") { id label } }',
    ],
    ['one failed and one good entity', '{ maybe { id label } }'],
  ],
)

suite(
  'requires and provides',
  {
    things() {
      const products: Thing[] = [1, 2, 3].map((n) =>
        thing('Product', {
          upc: `p${n}`,
          name: `product ${n}`,
          price: ({ currency }: { currency: string }) => (currency === 'USD' ? n * 100 : n * 90),
          weight: n === 2 ? null : n * 10,
          size: () => thing('Size', { w: n, h: n * 2, unit: thing('Unit', { name: 'cm' }) }),
          parts: () =>
            products
              .filter((one) => one['upc'] !== `p${n}`)
              .map((one) => thing('Part', { product: one, count: n })),
          shipping(this: Record<string, unknown>) {
            const price =
              typeof this['price'] === 'function'
                ? (this['price'] as (a: unknown) => number)({ currency: 'USD' })
                : this['price']
            return this['weight'] === null ? null : Number(price) + Number(this['weight'])
          },
          area(this: Record<string, unknown>) {
            const size =
              typeof this['size'] === 'function'
                ? (this['size'] as () => Record<string, unknown>)()
                : (this['size'] as Record<string, unknown>)
            return `${size['w']}x${size['h']} ${(size['unit'] as Record<string, unknown>)['name']}`
          },
          twice(this: Record<string, unknown>) {
            const shipping =
              typeof this['shipping'] === 'function'
                ? (this['shipping'] as () => number | null)()
                : this['shipping']
            return shipping === null ? null : Number(shipping) * 2
          },
          stock: n,
        }),
      )
      return [
        ...products,
        thing('Query', {
          products: () => products,
          shelf: () => thing('Shelf', { top: products[0], all: products }),
        }),
      ]
    },
    monolith: `
      type Query { products: [Product!]! shelf: Shelf }
      type Shelf { top: Product all: [Product!]! }
      type Size { w: Int h: Int unit: Unit } type Unit { name: String }
      type Part { product: Product count: Int }
      type Product { upc: ID! name: String price(currency: String = "USD"): Int weight: Int size: Size parts: [Part!]! shipping: Int area: String twice: Int stock: Int }`,
    subgraphs: {
      catalog: `
        type Query { products: [Product!]! }
        type Product @key(fields: "upc") { upc: ID! name: String @shareable price(currency: String = "USD"): Int weight: Int size: Size parts: [Part!]! }
        type Size { w: Int h: Int unit: Unit } type Unit { name: String } type Part { product: Product count: Int }`,
      shipping: `
        type Product @key(fields: "upc") {
          upc: ID! price(currency: String = "USD"): Int @external weight: Int @external size: Size @external
          shipping: Int @requires(fields: "price(currency: \\"USD\\") weight")
          area: String @requires(fields: "size { w h unit { name } }")
        }
        type Size @external { w: Int h: Int unit: Unit } type Unit @external { name: String }`,
      stock: `
        type Query { shelf: Shelf }
        type Shelf { top: Product @provides(fields: "name") all: [Product!]! }
        type Product @key(fields: "upc") { upc: ID! name: String @external stock: Int shipping: Int @external twice: Int @requires(fields: "shipping") }`,
    },
  },
  [
    [
      'a required field that the client did not ask for is fetched and not shown',
      '{ products { shipping } }',
    ],
    [
      'a required field with arguments under other arguments of the client',
      '{ products { price(currency: "EUR") shipping x: price } }',
    ],
    ['required nested objects are sent', '{ products { area upc } }'],
    ['a null requirement is handed on', '{ products { upc weight shipping } }'],
    ['a requirement that itself has requirements', '{ products { twice } }'],
    [
      'requirements within entities of entities',
      '{ products { parts { count product { twice area name } } } }',
    ],
    ['provided fields are taken where they are provided', '{ shelf { top { name } all { name } } }'],
    ['provided and fetched fields together', '{ shelf { top { name price shipping stock } } }'],
  ],
)
