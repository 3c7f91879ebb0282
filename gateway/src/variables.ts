import {
  getVariableValues,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql'
import { withoutSuggestion } from './errors.js'
import { rounded } from './exact-json.js'
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
  const plain = plainOf(definitions, sent)
  if (plain !== undefined) return { given: plain, coerced: plain }
  const { errors, coerced } = getVariableValues(schema, definitions, rounded(sent), { maxErrors: MAX_ERRORS })
  if (errors !== undefined) {
    return errors.map(
      (error) =>
        new GraphQLError(withoutSuggestion(error.message), {
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

/** Values of built-in scalars that coercion gives back as they are (GraphQL specification, section 3.5). */
const IS_PLAIN: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ['ID', (value) => typeof value === 'string'],
  ['String', (value) => typeof value === 'string'],
  ['Boolean', (value) => typeof value === 'boolean'],
  ['Int', (value) => Number.isInteger(value) && Math.abs(value as number) < 2 ** 31],
  ['Float', (value) => Number.isFinite(value)],
])

/** The variables, where each was sent and is plain: most are. Undefined for all others, which the library coerces. */
function plainOf(
  definitions: readonly VariableDefinitionNode[],
  sent: Readonly<Record<string, unknown>>,
): Variables | undefined {
  const plain: Record<string, unknown> = {}
  for (const { variable, type } of definitions) {
    const named = type.kind === Kind.NON_NULL_TYPE ? type.type : type
    const isPlain = named.kind === Kind.NAMED_TYPE ? IS_PLAIN.get(named.name.value) : undefined
    const name = variable.name.value
    if (isPlain === undefined || name === '__proto__' || !Object.hasOwn(sent, name)) return undefined
    const value = sent[name]
    if (!isPlain(value)) return undefined
    plain[name] = value
  }
  return plain
}
