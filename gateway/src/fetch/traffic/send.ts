import type { IncomingHttpHeaders } from 'node:http'
import type { FetchNotes } from '@lighthouse/contract/subgraph-request'

/** One request to a subgraph on its way through the policies. */
export interface Call {
  /** The HTTP body. */
  readonly body: string
  /** A query: sending it twice changes nothing, and one answer may serve several callers. */
  readonly isRepeatable: boolean
  /** What is under way already may be older than what it is to tell of. */
  readonly isFresh: boolean
  /** Names and values by turns: who asks and what was passed on of the client's headers. The same for every attempt. */
  readonly headers: readonly string[]
  readonly requestId: string
  /** The W3C trace headers of one attempt, names and values by turns. */
  readonly trace: () => readonly string[]
  /** The headers that prove that one attempt is the gateway's, and made now. */
  readonly signature: () => readonly string[]
  /** Milliseconds since the epoch after which nobody waits. */
  readonly deadlineAt: number
  readonly signal: AbortSignal
  /** What becomes of the call is written here. */
  readonly notes: FetchNotes
}

/** What came back over HTTP, whatever its status. */
export interface WireReply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly bytes: number
}

/** Sends a call. Rejects with a TransportError when nothing was answered. A policy makes one of another. */
export type Send = (call: Call) => Promise<WireReply>
