import type { ErrorCode } from '@lighthouse/contract/error-codes'
import {
  type DocumentNode,
  execute,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql'
import { codeOf, coded } from './errors.js'
import type { Scope } from './scope.js'

export interface GraphQLBody {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly operationName: string | undefined
}

/** Libraries that are built without exactOptionalPropertyTypes may say undefined. */
type Loose<T> = { readonly [Key in keyof T]: T[Key] | undefined }

/** Documents kept parsed and validated; the oldest leave. The gateway sends the same few texts. */
const MAX_DOCUMENTS = 500

/** Parses, validates and executes one query or mutation. Never rejects: errors are coded, ours are logged and masked. */
export class Answerer {
  readonly #schema: GraphQLSchema
  readonly #onError: (error: unknown) => void
  readonly #documents = new Map<string, DocumentNode>()

  constructor(schema: GraphQLSchema, onError: (error: unknown) => void) {
    this.#schema = schema
    this.#onError = onError
  }

  get schema(): GraphQLSchema {
    return this.#schema
  }

  async answer(body: GraphQLBody, scope: Scope): Promise<object> {
    const document = this.document(body.query)
    if (Array.isArray(document)) return { errors: document.map((error) => this.public(error)) }
    const result = await execute({
      schema: this.#schema,
      document,
      variableValues: body.variables,
      operationName: body.operationName,
      contextValue: scope,
    })
    return this.publicResult(result)
  }

  /** The document of a text, or why there is none. */
  document(text: string): DocumentNode | GraphQLError[] {
    const known = this.#documents.get(text)
    if (known !== undefined) return known
    try {
      const document = parse(text)
      const errors = validate(this.#schema, document)
      if (errors.length > 0) return errors.map((error) => recoded(error, 'GRAPHQL_VALIDATION_FAILED'))
      this.#documents.set(text, document)
      const oldest = this.#documents.keys().next()
      if (this.#documents.size > MAX_DOCUMENTS && !oldest.done) this.#documents.delete(oldest.value)
      return document
    } catch (error) {
      return [recoded(error, 'GRAPHQL_PARSE_FAILED')]
    }
  }

  publicResult(result: Loose<ExecutionResult>): FormattedExecutionResult {
    const { errors, data } = result
    const known = data === undefined ? {} : { data }
    return errors === undefined ? known : { ...known, errors: errors.map((error) => this.public(error)) }
  }

  /** The error as callers may see it. */
  public(error: GraphQLError): GraphQLFormattedError & { extensions: Record<string, unknown> } {
    const at = error.path === undefined ? {} : { path: error.path }
    const code = codeOf(error) ?? codeOf(error.originalError)
    if (code !== undefined) return { message: error.message, ...at, extensions: { code } }
    // Without a path it is about the variables, which are refused before anything is executed.
    if (error.path === undefined && error.originalError === undefined) {
      return { message: error.message, extensions: { code: 'BAD_USER_INPUT' } }
    }
    this.#onError(error.originalError ?? error)
    const outside = outsideError(error.originalError)
    if (outside !== undefined) return { ...outside, ...at }
    return { message: 'Internal error.', ...at, extensions: { code: 'INTERNAL_SERVER_ERROR' } }
  }
}

/** ClickHouse's codes that are about its load or its time, not about us. */
const OUTSIDE_CODES: Readonly<Record<string, { code: ErrorCode; message: string }>> = {
  '159': { code: 'DEADLINE_EXCEEDED', message: 'ClickHouse did not answer within its time.' },
  '202': { code: 'OVERLOADED', message: 'ClickHouse has too many queries waiting.' },
  '241': { code: 'OVERLOADED', message: 'ClickHouse has not enough memory for this question.' },
  ECONNREFUSED: { code: 'SUBGRAPH_UNAVAILABLE', message: 'ClickHouse cannot be reached.' },
  ECONNRESET: { code: 'SUBGRAPH_UNAVAILABLE', message: 'ClickHouse cannot be reached.' },
}

function outsideError(error: unknown): { message: string; extensions: { code: ErrorCode } } | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const known = OUTSIDE_CODES[code]
  return known === undefined ? undefined : { message: known.message, extensions: { code: known.code } }
}

function recoded(error: unknown, code: 'GRAPHQL_PARSE_FAILED' | 'GRAPHQL_VALIDATION_FAILED'): GraphQLError {
  return coded(code, error instanceof Error ? error.message : String(error))
}
