import {
  type DocumentNode,
  executeSync,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
} from 'graphql'
import type { Variables } from './fetch/payload.js'
import type { Fragments } from './fragments.js'
import type { ShapeField } from './shape/selection.js'

/** What is introspected, and by which operation. */
export interface Introspected {
  readonly schema: GraphQLSchema
  readonly operation: OperationDefinitionNode
  readonly fragments: Fragments
}

/** The `__schema` and `__type` fields of a root. */
export function introspectionOf(rootFields: readonly ShapeField[]): readonly FieldNode[] {
  return rootFields.filter((field) => isIntrospection(field.name)).flatMap((field) => field.nodes)
}

/** Answers the fields that {@link introspectionOf} found from the consumer schema; undefined when there are none. */
export function introspect(
  { schema, operation, fragments }: Introspected,
  nodes: readonly FieldNode[],
  variables: Variables,
): Record<string, unknown> | undefined {
  if (nodes.length === 0) return undefined
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [
      { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections: nodes } },
      ...fragments.values(),
    ],
  }
  const result = executeSync({ schema, document, variableValues: variables })
  return result.data ?? undefined
}

/** True for the two root fields that the schema itself answers. */
function isIntrospection(field: string): boolean {
  return field === '__schema' || field === '__type'
}
