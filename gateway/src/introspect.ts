import { type DocumentNode, executeSync, type FieldNode, Kind } from 'graphql'
import type { Variables } from './fetch/payload.js'
import type { Planned } from './plan.js'
import type { ShapeField } from './shape/selection.js'

/** Answers the `__schema` and `__type` fields of a root from the consumer schema; undefined when there are none. */
export function introspect(
  planned: Pick<Planned, 'schema' | 'operation' | 'fragments'>,
  rootFields: readonly ShapeField[],
  variables: Variables,
): Record<string, unknown> | undefined {
  const nodes: FieldNode[] = rootFields
    .filter((field) => isIntrospection(field.name))
    .flatMap((field) => field.nodes)
  if (nodes.length === 0) return undefined
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [
      { ...planned.operation, selectionSet: { kind: Kind.SELECTION_SET, selections: nodes } },
      ...planned.fragments.values(),
    ],
  }
  const result = executeSync({ schema: planned.schema, document, variableValues: variables })
  return result.data ?? undefined
}

/** True for the two root fields that the schema itself answers. */
function isIntrospection(field: string): boolean {
  return field === '__schema' || field === '__type'
}
