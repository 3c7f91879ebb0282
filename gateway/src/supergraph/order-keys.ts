import { type ConstDirectiveNode, type DocumentNode, Kind } from 'graphql'
import { argument, type Composite, isComposite, selectionOf } from './sdl.js'

/**
 * The same supergraph with each subgraph's keys of a type ordered: those that fewest subgraphs can give first. The
 * planner takes the last key of the subgraph that it goes to when it must fetch what a field @requires, and breaks down
 * (0.0.38: a panic in mismatch_finder.rs) where the subgraph that it comes from does not have that key's fields. Keys of
 * several fields come last for it whatever their order; where every subgraph can give one key, a subgraph whose fields
 * require something is asked by that key only.
 */
export function orderKeys(supergraph: DocumentNode): DocumentNode {
  return {
    ...supergraph,
    definitions: supergraph.definitions.map((definition) =>
      isComposite(definition) ? ordered(definition) : definition,
    ),
  }
}

function ordered(type: Composite): Composite {
  const directives = type.directives ?? []
  const joins = directives.filter((one) => one.name.value === 'join__type')
  if (joins.length < 2) return type
  const graphs = new Set(joins.map((join) => argument(join, 'graph')))
  const givers = (join: ConstDirectiveNode) => {
    const names = keyFields(argument(join, 'key'))
    return [...graphs].filter((graph) => names.every((name) => has(type, name, graph))).length
  }
  const sorted = joins
    .map((join) => ({ join, graph: argument(join, 'graph') ?? '', givers: givers(join) }))
    .sort((a, b) => a.graph.localeCompare(b.graph) || a.givers - b.givers)
    .filter(({ graph }, index, all) => {
      const isLast = all[index + 1]?.graph !== graph
      const last = all.findLast((one) => one.graph === graph)
      return isLast || last?.givers !== graphs.size || !requires(type, graph)
    })
    .map(({ join }) => join)
  return { ...type, directives: [...sorted, ...directives.filter((one) => !joins.includes(one))] }
}

/** Names of a key's own fields; what is nested in them comes with them. */
function keyFields(key: string | undefined): string[] {
  const { selections } = selectionOf(key ?? '__typename')
  return selections.flatMap((one) => (one.kind === Kind.FIELD ? [one.name.value] : []))
}

/** Whether some field of the type requires others in this subgraph. */
function requires(type: Composite, graph: string): boolean {
  return (type.fields ?? []).some((field) =>
    field.directives?.some(
      (join) => argument(join, 'graph') === graph && argument(join, 'requires') !== undefined,
    ),
  )
}

/** A field without @join__field is in every subgraph that has the type. */
function has(type: Composite, name: string, graph: string | undefined): boolean {
  const field = type.fields?.find((one) => one.name.value === name)
  const joins = field?.directives?.filter((one) => one.name.value === 'join__field') ?? []
  if (field === undefined) return false
  return joins.length === 0 || joins.some((join) => argument(join, 'graph') === graph)
}
