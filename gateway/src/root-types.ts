/** The names of root types by kind of operation: a composed supergraph has no others. */
export const ROOT_TYPES = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const
