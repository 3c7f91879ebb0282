import { getVariableValues, GraphQLError, type GraphQLSchema, type OperationDefinitionNode } from 'graphql'
import type { Variables } from './fetch/payload.js'

export interface OperationVariables {
  /** As the client sent them, with the defaults of those it left out: what subgraphs are given. */
  readonly given: Variables
  /** Coerced: what @skip, @include and introspection read. */
  readonly coerced: Variables
}

const MAX_ERRORS = 10

/**
 * The variables of an operation. Returns errors (BAD_USER_INPUT) instead when a value does not fit its type. Undeclared
 * variables are dropped. Values are handed on as they were sent: each subgraph coerces them for itself.
 */
export function variablesOf(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  sent: Readonly<Record<string, unknown>>,
): OperationVariables | readonly GraphQLError[] {
  const definitions = operation.variableDefinitions ?? []
  if (definitions.length === 0) return NONE
  const { errors, coerced } = getVariableValues(schema, definitions, sent, { maxErrors: MAX_ERRORS })
  if (errors !== undefined) {
    return errors.map(
      (error) =>
        new GraphQLError(error.message, {
          nodes: error.nodes ?? null,
          extensions: { code: 'BAD_USER_INPUT' },
        }),
    )
  }
  const given: Record<string, unknown> = {}
  for (const name of Object.keys(coerced))
    given[name] = Object.hasOwn(sent, name) ? sent[name] : coerced[name]
  return { given, coerced }
}

const NONE: OperationVariables = { given: {}, coerced: {} }
