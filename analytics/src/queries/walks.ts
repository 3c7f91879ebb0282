import { type QueryScope, run } from './run.js'

export interface WalkSummary {
  readonly traceId: string
  readonly operation: string | null
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly durationMs: number
  readonly stopCount: number
}

interface Row {
  trace: string
  first_us: number
  last_us: number
  stops: number
}

/** A quarter of an hour is nearly always enough; only when it is not, everything that is kept is read. */
const LOOK_BACK_S = [900, 3 * 86_400] as const

const NEWEST = `SELECT trace_id AS trace, min(start_us) AS first_us, max(start_us + duration_us) AS last_us,
       uniqExact(stop) AS stops
FROM obs.stops
WHERE ts >= now64(3) - {lookBackS:UInt32}
GROUP BY trace_id
ORDER BY first_us DESC
LIMIT {first:UInt32}`

const NAMES = `SELECT trace_id AS trace, any(operation) AS operation
FROM obs.operations
WHERE trace_id IN {traces:Array(String)} AND ts >= fromUnixTimestamp64Milli({since:Int64})
GROUP BY trace_id`

/** Requests whose stops were recorded, newest first. */
export async function walks(scope: QueryScope, first: number): Promise<WalkSummary[]> {
  let rows: Row[] = []
  for (const lookBackS of LOOK_BACK_S) {
    rows = await run<Row>(scope, NEWEST, { lookBackS, first })
    if (rows.length >= first) break
  }
  if (rows.length === 0) return []
  const since = Math.floor(Math.min(...rows.map((row) => row.first_us)) / 1_000) - 60_000
  const named = await run<{ trace: string; operation: string }>(scope, NAMES, {
    traces: rows.map((row) => row.trace),
    since,
  })
  const names = new Map(named.map(({ trace, operation }) => [trace, operation]))
  return rows.map(({ trace, first_us, last_us, stops }) => ({
    traceId: trace,
    operation: names.get(trace) ?? null,
    startedAt: first_us / 1_000,
    durationMs: (last_us - first_us) / 1_000,
    stopCount: stops,
  }))
}
