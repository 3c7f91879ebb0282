import { type DocumentNode, getOperationAST, type OperationDefinitionNode } from 'graphql'

/** One operation of a valid document. */
export interface Operation {
  readonly document: DocumentNode
  readonly query: string
  /** Equal keys mean equal documents. */
  readonly key: string
  /** Equal ids mean equal operations of equal documents. */
  readonly id: string
  readonly definition: OperationDefinitionNode
}

/** An operation with what the client gave for it. */
export interface Executable extends Operation {
  readonly variables: Readonly<Record<string, unknown>>
  /** Its client takes an answer in parts, and something of the document may be deferred. */
  readonly inParts?: true
  /** The type of the objects that it selects fields of, where that is not the operation's root: of a part of another one. */
  readonly on?: string
}

/** The operation of a document that is named, or its only one; undefined when there is no such. */
export function operationOf(
  { document, query, key }: Pick<Operation, 'document' | 'query' | 'key'>,
  operationName: string | null | undefined,
): Operation | undefined {
  const definition = getOperationAST(document, operationName)
  if (!definition) return undefined
  return { document, query, key, id: `${key} ${definition.name?.value ?? ''}`, definition }
}
