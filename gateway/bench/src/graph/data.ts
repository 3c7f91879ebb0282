/** With these sizes the heavy answer is about 78 kB. */
const USERS = 6
const PRODUCTS = 9
const REVIEWS = 24

const BODY = 'Arrived on time, does what it says, and the packaging could be a little smaller.'

interface Entity {
  readonly __typename: string
  readonly [field: string]: unknown
}

/** Everything of the graph by type and key; a subgraph resolves the fields that its own SDL has. */
export function makeData(): { readonly root: Entity; readonly find: (key: Entity) => Entity | undefined } {
  const users: Entity[] = Array.from({ length: USERS }, (_, index) => ({
    __typename: 'User',
    id: String(index + 1),
    name: `Person Number ${index + 1}`,
    username: `person${index + 1}`,
    reviews: () => reviews.filter((review) => review['author'] === users[index]),
  }))
  const products: Entity[] = Array.from({ length: PRODUCTS }, (_, index) => ({
    __typename: 'Product',
    upc: String(index + 1),
    name: `Product ${index + 1}`,
    price: 100 + index * 57,
    weight: 10 + index * 13,
    inStock: index % 3 !== 0,
    shippingEstimate: 5 + index,
    reviews: () => reviews.filter((review) => review['product'] === products[index]),
  }))
  const reviews: Entity[] = Array.from({ length: REVIEWS }, (_, index) => ({
    __typename: 'Review',
    id: String(index + 1),
    body: BODY.slice(0, 20 + ((index * 7) % 50)),
    author: users[index % USERS],
    product: products[(index * 5) % PRODUCTS],
  }))
  const all = [...users, ...products, ...reviews]
  return {
    root: { __typename: 'Query', users, topProducts: products },
    find: (key) =>
      all.find(
        (one) => one.__typename === key.__typename && (one['id'] ?? one['upc']) === (key['id'] ?? key['upc']),
      ),
  }
}
