/** One schema for the operations that cost a gateway almost nothing but itself. */
export const SMALL_SDL = `
  type Query { hello: String users: [User!]! }
  type Mutation { rename(id: ID!, name: String!): User }
  type User { id: ID! name: String email: String age: Int active: Boolean city: String team: String
    title: String phone: String site: String }`

export const SMALL_OPERATIONS = {
  trivial: { query: '{ hello }' },
  tenFields: { query: '{ users { id name email age active city team title phone site } }' },
  mutation: {
    query: 'mutation Rename($id: ID!, $name: String!) { rename(id: $id, name: $name) { id name } }',
    variables: { id: '3', name: 'Ada' },
  },
} as const

const users = Array.from({ length: 10 }, (_, n) => ({
  id: String(n),
  name: `user ${n}`,
  email: `user${n}@example.com`,
  age: 20 + n,
  active: n % 2 === 0,
  city: 'Utrecht',
  team: 'blue',
  title: 'engineer',
  phone: '555-0100',
  site: 'https://example.com',
}))

export const SMALL_ROOT = {
  hello: 'world',
  users,
  rename: ({ id, name }: { id: string; name: string }) => ({ ...users[Number(id)], name }),
}
