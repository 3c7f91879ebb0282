import type { Principal } from './principal.js'
import type { Stop } from './stops.js'

/**
 * One GraphQL request from the gateway (or a sibling subgraph) to a subgraph. In one process it is passed as it is;
 * over HTTP the text and variables are the body and the rest are HEADERS.
 */
export interface SubgraphRequest {
  /** The operation's text. The same string object for the same plan node, so it can key caches. */
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  /** Undefined only where the gateway runs without authentication. */
  readonly principal: Principal | undefined
  readonly requestId: string
  /** 32 hex digits, W3C trace id. */
  readonly traceId: string
  /** Milliseconds since the epoch after which nobody waits for the answer. */
  readonly deadlineAt: number
  /** Aborts when the caller went away or the deadline passed. */
  readonly signal: AbortSignal
  /** Present when the stops of this request are recorded: notes one, times in microseconds (start since the epoch). */
  readonly noteStop: ((stop: Stop, startUs: number, durationUs: number) => void) | undefined
}

export interface SubgraphError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: Readonly<Record<string, unknown>>
}

/** What a subgraph answers. `extensions.stops` carries `[stop, startUs, durationUs][]` over HTTP when asked for. */
export interface SubgraphAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null
  readonly errors?: readonly SubgraphError[]
  readonly extensions?: Readonly<Record<string, unknown>>
}

/** A subgraph as its callers see it, whatever carries the request. Transport failures reject; GraphQL errors do not. */
export interface SubgraphTransport {
  readonly name: string
  request(request: SubgraphRequest): Promise<SubgraphAnswer>
  /** Ends when the source ends or `request.signal` aborts. Rejects when the subscription is refused. */
  subscribe(request: SubgraphRequest): AsyncIterable<SubgraphAnswer>
}
