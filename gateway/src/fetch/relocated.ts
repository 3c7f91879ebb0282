import type { SubgraphError } from '@lighthouse/contract/subgraph-request'
import { GraphQLError } from 'graphql'

/** An error of a subgraph as clients are told of it, at its place in the whole answer. */
export function relocated(
  error: Pick<SubgraphError, 'message' | 'extensions'>,
  subgraph: string,
  path?: readonly (string | number)[],
): GraphQLError {
  // Traces of code are the subgraph's own; everything else in the extensions is meant for clients.
  const { stacktrace: _, exception: __, ...extensions } = error.extensions ?? {}
  const code = extensions['code'] ?? 'SUBGRAPH_ERROR'
  return new GraphQLError(error.message, {
    path: path ?? null,
    extensions: { ...extensions, code, service: subgraph },
  })
}
