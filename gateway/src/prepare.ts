import { createHash } from 'node:crypto'
import {
  type DocumentNode,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  type OperationTypeNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import { coded } from './errors.js'
import type { Executable } from './executable.js'

/** Documents that are remembered as valid; the least recently used go first. */
const MAX_DOCUMENTS = 2_000
const MAX_CHARACTERS = 8 * 1_024 * 1_024

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
}

/** The operation that is meant, or what is wrong with its document: one error or more. Never throws. */
export type Prepare = (parameters: Parameters) => Prepared | { readonly errors: readonly GraphQLError[] }

interface Valid {
  readonly document: DocumentNode
  /** SHA-256 of the text, in hex. */
  readonly key: string
}

/** Parses and validates each document once, and picks the operation that is named. */
export function createPreparer(schema: GraphQLSchema, { introspection = true } = {}): Prepare {
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule]
  const known = new LRUCache<string, Valid>({
    max: MAX_DOCUMENTS,
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (_, query) => Math.max(1, query.length),
  })
  const valid = (query: string): Valid | readonly GraphQLError[] => {
    let document: DocumentNode
    try {
      document = parse(query)
    } catch (error) {
      return [recoded(error as GraphQLError, 'GRAPHQL_PARSE_FAILED')]
    }
    const errors = validate(schema, document, rules)
    if (errors.length > 0) return errors.map((error) => recoded(error, 'GRAPHQL_VALIDATION_FAILED'))
    const found = { document, key: createHash('sha256').update(query).digest('hex') }
    known.set(query, found)
    return found
  }
  return ({ query, operationName, variables }) => {
    const found = known.get(query) ?? valid(query)
    if (!('key' in found)) return { errors: found }
    const operation = getOperationAST(found.document, operationName)
    if (!operation) return { errors: [unresolved(operationName)] }
    const { document, key } = found
    const executable = { document, query, key, operationName, variables: variables ?? {} }
    return { executable, kind: operation.operation }
  }
}

function unresolved(operationName: string | null | undefined): GraphQLError {
  const message = operationName
    ? `The document has no operation named "${operationName}".`
    : 'Name one operation of the document in "operationName".'
  return coded('OPERATION_RESOLUTION_FAILURE', message)
}

/** Suggestions tell strangers what the schema calls its fields. */
function recoded(error: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(error.message.replace(/ ?Did you mean (.+?)\?$/, ''), {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    extensions: { code },
  })
}
