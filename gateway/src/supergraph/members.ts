import { type DocumentNode, Kind } from 'graphql'
import { argument, graphNames } from './sdl.js'

/** What subgraphs have of the unions of a supergraph, by the names that plans call the subgraphs. */
export interface Members {
  /** Undefined for what is no union. */
  of(subgraph: string, union: string): ReadonlySet<string> | undefined
}

export function membersOf(supergraph: DocumentNode): Members {
  const unions = new Map<string, Map<string, Set<string>>>()
  for (const one of supergraph.definitions) {
    if (one.kind !== Kind.UNION_TYPE_DEFINITION) continue
    const bySubgraph = new Map<string, Set<string>>()
    for (const join of one.directives ?? []) {
      if (join.name.value !== 'join__unionMember') continue
      const graph = argument(join, 'graph') ?? ''
      const members = bySubgraph.get(graph) ?? new Set()
      bySubgraph.set(graph, members.add(argument(join, 'member') ?? ''))
    }
    unions.set(one.name.value, bySubgraph)
  }
  const graphs = new Map([...graphNames(supergraph)].map(([graph, name]) => [name, graph]))
  return {
    of: (subgraph, union) => {
      const bySubgraph = unions.get(union)
      return bySubgraph === undefined ? undefined : (bySubgraph.get(graphs.get(subgraph) ?? '') ?? new Set())
    },
  }
}
