import type { FetchRow, OperationRow } from '@lighthouse/contract/operation-row'
import type { SpanContext } from '@lighthouse/contract/subgraph-request'
import type { Stop } from '@lighthouse/contract/stops'
import { randomHex } from '../random-hex.js'
import type { NoteStop } from '../note-stops.js'
import type { TraceContext } from '../trace.js'
import { fetchAttributes, type FetchFacts, operationAttributes } from './attributes.js'
import type { SpanFacts } from './span-facts.js'

/** A subscription may live for days, and a batch ask a hundred times; what comes after is not traced. */
const MAX_SPANS = 1_000

/** `fetch` is told fetch by fetch, and `submit` is the client's own. */
const TOLD_OTHERWISE: ReadonlySet<Stop> = new Set(['fetch', 'submit'])

const NONE = {} as const

/** One fetch that is traced. */
export interface FetchTrace {
  /** What the subgraph is told. */
  readonly span: SpanContext
  /** Notes a stop that the request passes in the subgraph. */
  readonly noteStop: NoteStop
  end(row: FetchRow, about: FetchEnd): void
}

export interface FetchEnd extends FetchFacts {
  /** Microseconds since the epoch; the row's are milliseconds. */
  readonly startedUs: number
}

/**
 * The spans of one operation that is traced, made of what is measured of it anyway: the operation with its stops, and
 * beneath it each fetch with those of the subgraph.
 */
export class OperationTrace {
  readonly #trace: TraceContext
  readonly #push: (span: SpanFacts) => void
  readonly #id = randomHex(8)
  #left = MAX_SPANS
  #rows: NoteStop | undefined

  constructor(trace: TraceContext, push: (span: SpanFacts) => void) {
    this.#trace = trace
    this.#push = push
  }

  /** Notes stops as spans, and as `rows` do. */
  noting(rows: NoteStop | undefined): NoteStop {
    this.#rows = rows
    return this.#noting(this.#id)
  }

  fetch(): FetchTrace {
    const id = randomHex(8)
    return {
      span: { id, isSampled: true, state: this.#trace.state },
      noteStop: this.#noting(id),
      end: (row, about) =>
        this.#add({
          trace: this.#trace,
          id,
          parentId: this.#id,
          name: `fetch ${row.subgraph}`,
          kind: about.url === undefined ? 'internal' : 'client',
          startUs: about.startedUs,
          durationUs: row.duration_us,
          attributes: fetchAttributes(row, about),
          failure: about.code === '' ? undefined : about.code,
        }),
    }
  }

  end(row: OperationRow, { startedUs, requestId }: { startedUs: number; requestId: string }): void {
    this.#push({
      trace: this.#trace,
      id: this.#id,
      parentId: undefined,
      // Names are the client's own: too many of them for the name of a span.
      name: row.type,
      kind: 'server',
      startUs: startedUs,
      durationUs: row.duration_us,
      attributes: operationAttributes(row, requestId),
      failure: row.status === 'ok' || row.status === 'cancelled' ? undefined : row.error_code || row.status,
    })
  }

  #noting(parentId: string): NoteStop {
    return (stop, startUs, durationUs) => {
      this.#rows?.(stop, startUs, durationUs)
      if (TOLD_OTHERWISE.has(stop)) return
      this.#add({
        trace: this.#trace,
        id: randomHex(8),
        parentId,
        name: stop,
        kind: 'internal',
        startUs,
        durationUs,
        attributes: NONE,
        failure: undefined,
      })
    }
  }

  #add(span: SpanFacts): void {
    if (this.#left <= 0) return
    this.#left -= 1
    this.#push(span)
  }
}
