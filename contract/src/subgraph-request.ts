import type { CacheTier } from './operation-row.js'
import type { Principal } from './principal.js'
import type { Stop } from './stops.js'

/**
 * One GraphQL request from the gateway (or a sibling subgraph) to a subgraph. In one process it is passed as it is;
 * over HTTP the text and variables are the body and the rest are HEADERS. Variables, body and signal may be made when they
 * are read: whoever spreads a request names them.
 */
export interface SubgraphRequest {
  /** The operation's text. The same string object for the same plan node, so it can key caches. */
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  /** `{"query":…,"variables":…}` as JSON, where the caller has it as text already: the same as those two say. */
  readonly body?: string | undefined
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
  /** The operation has changed something: nothing that was asked for before is an answer. Absent for queries. */
  readonly isFresh?: boolean | undefined
  /** The headers of the client's request: a transport passes on those that it is told to, and no others. */
  readonly clientHeaders?: ClientHeaders | undefined
  /** The rest of its W3C trace context; absent: a new span for each request, of a trace that is recorded. */
  readonly span?: SpanContext | undefined
  /** Where the transport notes what became of the request. */
  readonly notes?: FetchNotes | undefined
}

/** W3C trace context, beside the trace id. */
export interface SpanContext {
  /** 16 hex digits; undefined: a new one for each request. */
  readonly id: string | undefined
  /** Whoever traces, too, is to record it. */
  readonly isSampled: boolean
  /** The `tracestate` header as the caller gave it. */
  readonly state: string | undefined
}

export type ClientHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** What a transport tells of one request beside its answer: the caller makes it, the transport writes into it. */
export interface FetchNotes {
  /** Times that it was sent, the first included. */
  attempts: number
  /** 0 when nothing was answered, or nothing came over HTTP. */
  httpStatus: number
  /** Bytes of the answer on the wire. */
  bytesIn: number
  /** It was sent a second time because the first took long. */
  isHedged: boolean
  /** Another request under way was equal and its answer served this one too. */
  isShared: boolean
  /** Where the entities came from, when a cache stands before the transport. */
  cacheTier: CacheTier
  /** The answer's Cache-Control header. */
  cacheControl: string | undefined
  /** How long the answer may be kept; absent for one that must not be, and where nothing is. */
  kept?: KeptAnswer | undefined
  /** Headers of the answer that the client is to get. */
  headers: Readonly<Record<string, string | readonly string[]>> | undefined
}

/** How long an answer may be kept, and what ends it before. Milliseconds since the epoch. */
export interface KeptAnswer {
  /** When the oldest of it was asked for. */
  readonly askedAt: number
  readonly untilAt: number
  /** Only for the caller who asked. */
  readonly isPrivate: boolean
  /** Names that it is invalidated by. */
  readonly tags: readonly string[]
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
  /** Where requests are sent; absent in one process. */
  readonly url?: string | undefined
  /** Names of the client's headers that are passed on. */
  readonly forwards?: readonly string[] | undefined
  request(request: SubgraphRequest): Promise<SubgraphAnswer>
  /** Ends when the source ends or `request.signal` aborts. Rejects when the subscription is refused. */
  subscribe(request: SubgraphRequest): AsyncIterable<SubgraphAnswer>
  /**
   * All that is told to the subgraph about who asks. Requests that differ in it must never share an answer or a stream.
   * Absent where only the principal is told.
   */
  identityOf?(request: Pick<SubgraphRequest, 'principal' | 'clientHeaders'>): string
}

/** Something that a part counts for itself, as /metrics shows it. */
export interface Counted {
  /** The name of the Prometheus counter: ends with `_total`. */
  readonly name: string
  readonly help: string
  /** The one label that its series differ in; undefined when there is but one. Its values are a small, fixed set. */
  readonly label: string | undefined
  /** The counts by the label's value ('' when there is no label). */
  readonly read: () => Readonly<Record<string, number>>
}
