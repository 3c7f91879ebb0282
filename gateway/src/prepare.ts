import { createHash } from 'node:crypto'
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  type OperationTypeNode,
  parse,
  validate,
} from 'graphql'
import { RULES } from './defer/rules.js'
import { coded, withoutSuggestion } from './errors.js'
import { type Executable, type Operation, operationOf } from './executable.js'
import { withPlainNumbers } from './long-numbers.js'
import { Remembered } from './remembered.js'

/** What else this may find, in a text or a comment, defers nothing. */
const DEFERS = /@\s*defer\b/

/** What a client asks for, of the right kinds. */
export interface Parameters {
  readonly query: string
  readonly operationName: string | null | undefined
  readonly variables: Readonly<Record<string, unknown>> | null | undefined
}

/** One operation of a valid document. */
export interface Prepared {
  readonly executable: Executable
  readonly kind: OperationTypeNode
  /** Something of the document may be deferred. */
  readonly defers: boolean
}

/** The operation that is meant, or what is wrong with its document: one error or more. Never throws. */
export type Prepare = (parameters: Parameters) => Prepared | { readonly errors: readonly GraphQLError[] }

interface Valid {
  readonly document: DocumentNode
  /** SHA-256 of the text, in hex. */
  readonly key: string
  readonly query: string
  /** Those that were asked for, by the name they were asked for by. */
  readonly operations: Map<string | null | undefined, Operation>
  readonly defers: boolean
}

/** Parses and validates each document once, and picks the operation that is named. */
export function createPreparer(schema: GraphQLSchema, { introspection = true } = {}): Prepare {
  const rules = introspection ? RULES : [...RULES, NoSchemaIntrospectionCustomRule]
  const known = new Remembered<Valid>()
  const valid = (query: string): Valid | readonly GraphQLError[] => {
    let document: DocumentNode
    try {
      document = parse(query)
    } catch (error) {
      return [recoded(error as GraphQLError, 'GRAPHQL_PARSE_FAILED')]
    }
    const errors = validate(schema, document, rules)
    if (errors.length > 0) return errors.map((error) => recoded(error, 'GRAPHQL_VALIDATION_FAILED'))
    const plain = withPlainNumbers(schema, document, query)
    if (!('kind' in plain)) return plain
    const key = createHash('sha256').update(query).digest('hex')
    const found = { document: plain, query, key, operations: new Map(), defers: DEFERS.test(query) }
    known.set(query, found, query)
    return found
  }
  return ({ query, operationName, variables }) => {
    const found = known.get(query) ?? valid(query)
    if (!('key' in found)) return { errors: found }
    let operation = found.operations.get(operationName)
    if (operation === undefined) {
      operation = operationOf(found, operationName)
      if (operation === undefined) return { errors: [unresolved(operationName)] }
      found.operations.set(operationName, operation)
    }
    const { document, key, id, definition } = operation
    const executable = { document, query, key, id, definition, variables: variables ?? {} }
    return { executable, kind: definition.operation, defers: found.defers }
  }
}

function unresolved(operationName: string | null | undefined): GraphQLError {
  const message = operationName
    ? `The document has no operation named "${operationName}".`
    : 'Name one operation of the document in "operationName".'
  return coded('OPERATION_RESOLUTION_FAILURE', message)
}

function recoded(error: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(withoutSuggestion(error.message), {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    extensions: { code },
  })
}
