import { type QueryScope, run } from './run.js'

export interface WalkStop {
  readonly stop: string
  readonly process: string
  /** Counted from the walk's first stop. */
  readonly startMs: number
  readonly durationMs: number
}

export interface Walk {
  readonly traceId: string
  readonly operation: string | null
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly durationMs: number
  readonly stops: readonly WalkStop[]
}

interface Row {
  stop: string
  first_process: string
  first_us: number
  took_us: number
}

const STOPS = `SELECT stop, min(start_us) AS first_us, argMin(process, start_us) AS first_process,
       argMin(duration_us, start_us) AS took_us
FROM obs.stops
WHERE trace_id = {traceId:String}
GROUP BY stop
ORDER BY first_us, stop`

const OPERATION = `SELECT operation FROM obs.operations
WHERE trace_id = {traceId:String} ORDER BY ts LIMIT 1`

const TRACE_ID = /^[0-9a-f]{32}$/

/**
 * The recorded stops of one request in the order in which they were first passed; a stop that was passed again counts
 * by its first time. Undefined when nothing is recorded under this id.
 */
export async function walk(scope: QueryScope, traceId: string): Promise<Walk | undefined> {
  if (!TRACE_ID.test(traceId)) return undefined
  const [rows, [named]] = await Promise.all([
    run<Row>(scope, STOPS, { traceId }),
    run<{ operation: string }>(scope, OPERATION, { traceId }),
  ])
  const startUs = rows[0]?.first_us
  if (startUs === undefined) return undefined
  const endUs = Math.max(...rows.map((row) => row.first_us + row.took_us))
  return {
    traceId,
    operation: named?.operation ?? null,
    startedAt: startUs / 1_000,
    durationMs: (endUs - startUs) / 1_000,
    stops: rows.map(({ stop, first_process, first_us, took_us }) => ({
      stop,
      process: first_process,
      startMs: (first_us - startUs) / 1_000,
      durationMs: took_us / 1_000,
    })),
  }
}
