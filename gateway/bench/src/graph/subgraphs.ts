import { compose } from '@lighthouse/gateway/main'

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3",
  import: ["@key", "@requires", "@external", "@shareable"])\n`

/** The four subgraphs that every federation gateway is shown with. */
const SUBGRAPHS = {
  accounts: `type Query { users: [User!]! }
    type User @key(fields: "id") { id: ID! name: String username: String birthday: String }`,
  inventory: `type Query { warehouses: Int }
    type Product @key(fields: "upc") {
      upc: String! weight: Int @external price: Int @external
      inStock: Boolean shippingEstimate: Int @requires(fields: "price weight")
    }`,
  products: `type Query { topProducts: [Product!]! }
    type Product @key(fields: "upc") { upc: String! name: String price: Int weight: Int }`,
  reviews: `type Query { latest: Review }
    type Review @key(fields: "id") { id: ID! body: String author: User product: Product }
    type User @key(fields: "id") { id: ID! reviews: [Review!] }
    type Product @key(fields: "upc") { upc: String! reviews: [Review!] }`,
} as const

export type SubgraphName = keyof typeof SUBGRAPHS

export const SUBGRAPH_NAMES = Object.keys(SUBGRAPHS) as SubgraphName[]

/** The SDL of a subgraph with the two fields that the federation specification adds. */
export function servedSdl(name: SubgraphName): string {
  const sdl: string = SUBGRAPHS[name]
  const entities = [...sdl.matchAll(/type (\w+) @key/g)].map(([, type]) => type)
  return `${sdl.replace('type Query {', 'type Query { _entities(representations: [_Any!]!): [_Entity]!')}
    scalar _Any union _Entity = ${entities.join(' | ')}
    directive @key(fields: String!) on OBJECT
    directive @requires(fields: String!) on FIELD_DEFINITION
    directive @external on FIELD_DEFINITION`
}

/** The composed supergraph; each subgraph at `<origin>/<name>`. */
export function heavySupergraph(origin: string): string {
  return compose(
    SUBGRAPH_NAMES.map((name) => ({ name, sdl: LINK + SUBGRAPHS[name], url: `${origin}/${name}` })),
  )
}
