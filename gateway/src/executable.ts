import type { DocumentNode } from 'graphql'

/** One operation of a valid document, with what the client gave for it. */
export interface Executable {
  readonly document: DocumentNode
  readonly query: string
  /** Equal keys mean equal documents. */
  readonly key: string
  readonly operationName: string | null | undefined
  readonly variables: Readonly<Record<string, unknown>>
}
