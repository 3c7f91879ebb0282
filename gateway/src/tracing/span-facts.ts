import type { TraceContext } from '../trace.js'

/** What is known of a span once it ended. Cheap to note; what a collector wants is made of it later. */
export interface SpanFacts {
  readonly trace: TraceContext
  /** 16 hex digits. */
  readonly id: string
  /** Undefined for the operation itself: its parent is the caller's span, if there is one. */
  readonly parentId: string | undefined
  readonly name: string
  readonly kind: 'server' | 'client' | 'internal'
  /** Microseconds since the epoch. */
  readonly startUs: number
  readonly durationUs: number
  readonly attributes: Readonly<Record<string, string | number | boolean>>
  /** The code that it failed with. */
  readonly failure: string | undefined
}
