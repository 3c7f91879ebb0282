import type { WireError } from './client-error.js'
import type { Operation } from './documents.js'

export interface TransportOptions {
  readonly url: string
  readonly key: string | undefined
  /** Name and version of the calling program, `name/version`. */
  readonly client?: string
  /** Milliseconds until a request is given up with DEADLINE_EXCEEDED. */
  readonly deadlineMs?: number
}

export interface RunOptions {
  readonly deadlineMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** The request may be sent a second time when its connection broke: a query, or a mutation with an idempotency key. */
  readonly repeatable?: boolean | undefined
}

export interface GraphqlRequest {
  readonly query: string
  readonly operationName?: string | undefined
  readonly variables?: unknown
}

export interface GraphqlAnswer {
  readonly status: number
  readonly requestId: string
  readonly data: unknown
  readonly errors: readonly WireError[]
}

/** GraphQL over HTTP on keep-alive connections to one endpoint. */
export interface Transport extends AsyncDisposable {
  readonly url: string
  readonly key: string | undefined
  /** Runs a typed document; rejects with ClientError when the answer has any error. */
  run<Data, Variables>(
    operation: Operation<Data, Variables>,
    variables: Variables,
    options?: RunOptions,
  ): Promise<Data>
  /** Sends any request and gives the answer as it is, partial data and errors included. */
  send(request: GraphqlRequest, options?: RunOptions): Promise<GraphqlAnswer>
}
