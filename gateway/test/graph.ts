import type { Principal } from '@lighthouse/contract/principal'
import type { SubgraphRequest } from '@lighthouse/contract/subgraph-request'
import { GraphQLError } from 'graphql'
import { subgraph, type TestSubgraph } from './federate.js'

/** A small graph of two subgraphs, for tests of what is around the executor. */
export interface Graph {
  readonly subgraphs: readonly [TestSubgraph, TestSubgraph]
  /** Sends an event to everybody who subscribed to `ticks`. */
  readonly tick: (event: Record<string, unknown>) => void
  /** Ends the streams of all of them. */
  readonly end: () => void
  /** Streams that are open at the subgraph. */
  readonly streams: () => number
  readonly seenPrincipals: (Principal | undefined)[]
}

export function graph(): Graph {
  const listeners = new Set<(event: Record<string, unknown> | undefined) => void>()
  const seenPrincipals: (Principal | undefined)[] = []
  const stream = (field: string) =>
    async function* (_: never, __: never, { signal }: SubgraphRequest) {
      const waiting: Record<string, unknown>[] = []
      let wake: (() => void) | undefined
      let isOver = false
      const listener = (event: Record<string, unknown> | undefined) => {
        if (event === undefined) isOver = true
        else waiting.push({ [field]: event })
        wake?.()
      }
      listeners.add(listener)
      signal.addEventListener('abort', () => wake?.(), { once: true })
      try {
        while (!signal.aborted) {
          const next = waiting.shift()
          if (next !== undefined) yield next
          else if (isOver) return
          else await new Promise<void>((resolve) => (wake = resolve))
        }
      } finally {
        listeners.delete(listener)
      }
    }
  const users = subgraph(
    'users',
    `type Query { me: User! slow: String who: String fails: String nonNull: String! bomb: Bomb }
     type Bomb { bomb: Bomb x: Int }
     type Mutation { rename(name: String!): User }
     type Subscription { ticks: Tick! liveMetrics(intervalMs: Int = 1000): Live! refuses: Int }
     type Live { n: Int traces: [ID!] } type Tick { n: Int at: Float user: User }
     type User @key(fields: "id") { id: ID! name: String! role: Role } enum Role { READER WRITER SECRET @inaccessible }`,
    {
      Query: {
        me: () => ({ id: '1' }),
        slow: () => new Promise(() => undefined),
        who: (_: never, __: never, request) => {
          seenPrincipals.push(request.principal)
          return request.principal?.agentId ?? 'nobody'
        },
        fails: () => {
          throw new GraphQLError('it fails', {
            extensions: { code: 'FORBIDDEN', stacktrace: ['secret.ts:1'] },
          })
        },
        nonNull: () => null,
      },
      Mutation: { rename: (_: never, { name }: { name: string }) => ({ id: '2', name }) },
      Subscription: { ticks: stream('ticks'), liveMetrics: stream('liveMetrics') },
      User: {
        __ref: ({ id }: { id: string }) => ({ id }),
        name: ({ id, name }: { id: string; name?: string }) => name ?? `user ${id}`,
        role: ({ id }: { id: string }) => (id === '1' ? 'READER' : 'SECRET'),
      },
    },
  )
  const reviews = subgraph(
    'reviews',
    `type Query { count: Int } type User @key(fields: "id") { id: ID! reviews: [Review!]! rating: Int! }
     type Review { text: String! author: User! }`,
    {
      Query: { count: () => 3 },
      User: {
        __ref: ({ id }: { id: string }) => ({ id }),
        rating: ({ id }: { id: string }) => Number(id),
        reviews: ({ id }: { id: string }) => [{ text: `of ${id}`, author: { id: '2' } }],
      },
    },
  )
  return {
    subgraphs: [users, reviews],
    tick: (event) => {
      for (const listener of listeners) listener(event)
    },
    end: () => {
      for (const listener of listeners) listener(undefined)
    },
    streams: () => listeners.size,
    seenPrincipals,
  }
}
