import { type DocumentNode, Kind, parse, type SelectionSetNode } from 'graphql'
import { type Fragments, fragmentsOf } from '../fragments.js'
import { ROOT_TYPES } from '../root-types.js'
import { argument, isComposite } from './sdl.js'
import { TypeIndex } from './type-index.js'

/**
 * Tells whether a fetch asks an interface for a field that requires something of one of its objects: the planner (0.0.38)
 * takes it for one that the subgraph has. Undefined when no such field is there.
 */
export function asksInterface(
  supergraph: DocumentNode,
): ((subgraph: string, operation: string) => boolean) | undefined {
  const types = new TypeIndex(supergraph)
  const requiring = requiringOf(supergraph, types)
  if (requiring.size === 0) return undefined
  return (subgraph, operation) => {
    const document = parse(operation, { noLocation: true })
    const fragments = fragmentsOf(document)
    return document.definitions.some(
      (one) =>
        one.kind === Kind.OPERATION_DEFINITION &&
        asks(one.selectionSet, ROOT_TYPES[one.operation], { subgraph, requiring, types, fragments }),
    )
  }
}

/** Of interfaces, the fields that some object requires something for: `Interface.field subgraph`. */
function requiringOf({ definitions }: DocumentNode, types: TypeIndex): ReadonlySet<string> {
  const requiring = new Set<string>()
  for (const type of definitions) {
    if (!isComposite(type)) continue
    for (const implemented of type.directives ?? []) {
      const of = argument(implemented, 'interface')
      if (of === undefined) continue
      const graph = argument(implemented, 'graph') ?? ''
      for (const field of type.fields ?? []) {
        const own = field.directives?.find((one) => argument(one, 'graph') === graph)
        if (own === undefined || argument(own, 'requires') === undefined) continue
        requiring.add(`${of}.${field.name.value} ${types.nameOf(graph)}`)
      }
    }
  }
  return requiring
}

interface Looking {
  readonly subgraph: string
  readonly requiring: ReadonlySet<string>
  readonly types: TypeIndex
  readonly fragments: Fragments
}

function asks({ selections }: SelectionSetNode, parent: string, looking: Looking): boolean {
  const { subgraph, requiring, types, fragments } = looking
  return selections.some((one) => {
    if (one.kind !== Kind.FIELD) {
      const inner = one.kind === Kind.INLINE_FRAGMENT ? one : fragments.get(one.name.value)
      return (
        inner !== undefined && asks(inner.selectionSet, inner.typeCondition?.name.value ?? parent, looking)
      )
    }
    const field = one.name.value
    if (requiring.has(`${parent}.${field} ${subgraph}`)) return true
    return one.selectionSet !== undefined && asks(one.selectionSet, types.below(parent, field) ?? '', looking)
  })
}
