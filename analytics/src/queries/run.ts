import type { ClickHouseClient } from '@clickhouse/client'

/** What a query runs on; `signal` stops it when nobody waits any more. */
export interface QueryScope {
  readonly client: ClickHouseClient
  readonly signal?: AbortSignal
}

/** The rows of a query. 64-bit numbers come as numbers, so counts are exact up to 2^53. */
export async function run<Row>(
  { client, signal }: QueryScope,
  query: string,
  params: Record<string, unknown>,
): Promise<Row[]> {
  const aborting = signal === undefined ? {} : { abort_signal: signal }
  const answer = await client.query({ query, query_params: params, format: 'JSONEachRow', ...aborting })
  return answer.json<Row>()
}

/** Milliseconds of microseconds; null stays null. */
export function msOf(us: number | null): number | null {
  return us === null ? null : us / 1_000
}
