import { GraphQLError } from 'graphql'
import { subgraph, type TestSubgraph } from '../federate.js'

/** A shop of three subgraphs whose reviews may be slow: they wait for what `hold` returns. */
export interface Shop {
  readonly subgraphs: readonly TestSubgraph[]
  readonly of: (name: string) => TestSubgraph
  /** Reviews are answered once the function that it returns was called. */
  hold(): () => void
  readonly renamed: () => number
}

const PRODUCTS = ['1', '2', '3']

export function shop(): Shop {
  let held: Promise<void> = Promise.resolve()
  let renamed = 0
  const products = subgraph(
    'products',
    `type Query { product(upc: ID! = "1"): Product products: [Product] strict: [Product!] search: [Found] nobody: Product shelf: Shelf }
     type Mutation { rename(upc: ID!): Product }
     union Found = Product | Shelf
     type Shelf { name: String boom: String! front: Product }
     type Product @key(fields: "upc") { upc: ID! name: String price: Int shelf: Shelf related: [Product] twin: Product sibling: Product! }`,
    {
      Query: {
        product: (_: never, { upc }: { upc: string }) => ({ upc }),
        products: () => PRODUCTS.map((upc) => ({ upc })),
        strict: () => PRODUCTS.map((upc) => ({ upc })),
        search: () => [{ __typename: 'Product', upc: '2' }, { __typename: 'Shelf' }],
        nobody: () => null,
        shelf: () => ({}),
      },
      Mutation: {
        rename: (_: never, { upc }: { upc: string }) => {
          renamed += 1
          return { upc }
        },
      },
      Shelf: { name: () => 'shelf', boom: () => null, front: () => ({ upc: '3' }) },
      Product: {
        __ref: ({ upc }: { upc: string }) => ({ upc }),
        name: ({ upc }: { upc: string }) => `product ${upc}`,
        price: ({ upc }: { upc: string }) => Number(upc) * 10,
        shelf: () => ({}),
        related: ({ upc }: { upc: string }) =>
          PRODUCTS.filter((one) => one !== upc).map((one) => ({ upc: one })),
        twin: ({ upc }: { upc: string }) => ({ upc }),
        sibling: ({ upc }: { upc: string }) => (upc === '3' ? null : { upc: String(Number(upc) + 1) }),
      },
    },
  )
  const reviews = subgraph(
    'reviews',
    `type Product @key(fields: "upc") { upc: ID! reviews(first: Int = 2): [Review!]! stars: Int! refused: String }
     type Review @key(fields: "id") { id: ID! body: String author: User! }
     type User @key(fields: "id") { id: ID! reviewed: Int }`,
    {
      Product: {
        __ref: async ({ upc }: { upc: string }) => {
          await held
          return { upc }
        },
        reviews: ({ upc }: { upc: string }, { first }: { first: number }) =>
          ['a', 'b'].slice(0, first).map((one) => ({ id: `${upc}${one}` })),
        stars: ({ upc }: { upc: string }) => (upc === '2' ? null : Number(upc)),
        refused: () => {
          throw new GraphQLError('not today', { extensions: { code: 'FORBIDDEN' } })
        },
      },
      Review: {
        __ref: ({ id }: { id: string }) => ({ id }),
        body: ({ id }: { id: string }) => `body ${id}`,
        author: ({ id }: { id: string }) => ({ id: `u${id}` }),
      },
      User: { __ref: ({ id }: { id: string }) => ({ id }), reviewed: () => 2 },
    },
  )
  const users = subgraph('users', `type User @key(fields: "id") { id: ID! name: String }`, {
    User: {
      __ref: ({ id }: { id: string }) => ({ id }),
      name: ({ id }: { id: string }) => `user ${id}`,
    },
  })
  const subgraphs = [products, reviews, users]
  return {
    subgraphs,
    of(name) {
      const found = subgraphs.find((one) => one.name === name)
      if (found === undefined) throw new Error(`no subgraph ${name}`)
      return found
    },
    hold() {
      let release = () => undefined as void
      held = new Promise((resolve) => (release = resolve))
      return release
    },
    renamed: () => renamed,
  }
}
