import type { Principal } from '@lighthouse/contract/principal'
import type { SubgraphRequest } from '@lighthouse/contract/subgraph-request'
import { type Subgraph, defineSubgraph } from '../src/define.js'
import { coded } from '../src/errors.js'
import type { Log } from '../src/log.js'
import { permit } from '../src/permit.js'
import type { Scope } from '../src/scope.js'

const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
scalar JSON
scalar DateTime
scalar SafeInt
type Query {
  book(id: ID!): Book
  shelf(ids: [ID!]!): [Book]!
  echo(value: JSON!): JSON!
  at(time: DateTime!): DateTime!
  big(n: SafeInt!): SafeInt!
  mine: String!
  broken: String
  coded: String
  hangs: String
}
type Subscription { count(to: Int!): Int! forever: Int! refused: Int! }
type Book @key(fields: "id") { id: ID! title: String! @shareable author: Author }
type Author @key(fields: "name") { name: String! books: [Book!]! }
type Elsewhere @key(fields: "id", resolvable: false) { id: ID! }
`

export interface Library {
  readonly subgraph: Subgraph
  /** The keys of each call of the batch resolver of Book. */
  readonly batches: string[][]
  /** Subscriptions to `forever` that are still open. */
  readonly open: Set<string>
}

/** A small subgraph over books, with one of everything that a transport must carry. */
export function createLibrary(log?: Log): Library {
  const batches: string[][] = []
  const open = new Set<string>()
  const book = (id: string) => (id.startsWith('no') ? undefined : { id, title: `Title ${id}` })
  const books = (scope: Scope) =>
    scope.loads.of<string, object | undefined>('books', async (ids) => {
      batches.push([...ids])
      return ids.map(book)
    })
  const subgraph = defineSubgraph({
    name: 'library',
    typeDefs: SDL,
    ...(log !== undefined && { log }),
    counted: [
      {
        name: 'lighthouse_books_total',
        help: 'Books.',
        label: 'outcome',
        read: () => ({ lent: 2, lost: 1 }),
      },
    ],
    resolvers: {
      Query: {
        book: (_root, args: { id: string }, scope) => books(scope).load(args.id),
        shelf: (_root, args: { ids: string[] }, scope) => books(scope).loadMany(args.ids),
        echo: (_root, args: { value: unknown }) => args.value,
        at: (_root, args: { time: Date }) => args.time,
        big: (_root, args: { n: number }) => args.n,
        mine: (_root, _args, scope) => `${permit(scope, 'AGENT', 'read yours').agentId} ${scope.requestId}`,
        broken: () => {
          throw new Error('the secret is 42')
        },
        coded: () => {
          throw coded('VERSION_CONFLICT', 'It is at 3.', { actualVersion: 3 })
        },
        hangs: () => new Promise(() => {}),
      },
      Book: { author: (source: { id: string }) => ({ name: `Author of ${source.id}` }) },
      Author: { books: () => [{ id: '1', title: 'One' }] },
      Subscription: {
        count: {
          subscribe: async function* (_root: unknown, args: { to: number }) {
            for (let count = 1; count <= args.to; count += 1) yield { count }
          },
        },
        forever: {
          subscribe: async function* (_root: unknown, _args: unknown, scope: Scope) {
            open.add(scope.requestId)
            try {
              yield { forever: 1 }
              await new Promise((resolve) => scope.signal.addEventListener('abort', resolve))
            } finally {
              open.delete(scope.requestId)
            }
          },
        },
        refused: {
          subscribe: () => {
            throw coded('FORBIDDEN', 'Not yours.')
          },
        },
      },
    },
    entities: {
      Book: {
        batch: async (representations, scope) =>
          books(scope).loadMany(representations.map(({ id }) => String(id))),
      },
      Author: (representation) => {
        if (representation['name'] === 'bad') throw coded('NOT_FOUND', 'No such author.')
        return { name: representation['name'] }
      },
    },
  })
  return { subgraph, batches, open }
}

export const AGENT: Principal = { agentId: 'agent', role: 'AGENT', keyId: 'key-1' }

/** A request with defaults that a test overrides. */
export function ask(query: string, over: Partial<SubgraphRequest> = {}): SubgraphRequest {
  return {
    query,
    variables: {},
    principal: AGENT,
    requestId: 'request-1',
    traceId: 'a'.repeat(32),
    deadlineAt: Date.now() + 5_000,
    signal: new AbortController().signal,
    noteStop: undefined,
    ...over,
  }
}
