import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  type OperationTypeNode,
  getOperationAST,
  parse,
  validate,
} from 'graphql'

/** Most documents kept parsed; the one not used for longest makes room. */
const MAX_DOCUMENTS = 1_000

export interface ReadDocument {
  readonly document: DocumentNode
  readonly type: OperationTypeNode
}

/** Either a document that fits the schema, or why it does not. */
export type DocumentRead = ReadDocument | readonly GraphQLError[]

/** Parses and validates each query text once. Callers pass the same string for the same plan, so a look-up is cheap. */
export function createDocuments(schema: GraphQLSchema): (query: string) => DocumentRead {
  const known = new Map<string, DocumentRead>()
  return (query) => {
    const hit = known.get(query)
    if (hit !== undefined) {
      known.delete(query)
      known.set(query, hit)
      return hit
    }
    const read = readDocument(schema, query)
    known.set(query, read)
    const oldest = known.size > MAX_DOCUMENTS ? known.keys().next() : undefined
    if (oldest !== undefined && oldest.done !== true) known.delete(oldest.value)
    return read
  }
}

function readDocument(schema: GraphQLSchema, query: string): DocumentRead {
  let document: DocumentNode
  try {
    document = parse(query)
  } catch (thrown) {
    return [withCode(thrown as GraphQLError, 'GRAPHQL_PARSE_FAILED')]
  }
  const faults = validate(schema, document)
  if (faults.length > 0) return faults.map((fault) => withCode(fault, 'GRAPHQL_VALIDATION_FAILED'))
  const operation = getOperationAST(document)
  if (operation) return { document, type: operation.operation }
  return [withCode(new GraphQLError('Send exactly one operation.'), 'OPERATION_RESOLUTION_FAILURE')]
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    extensions: { code },
  })
}
