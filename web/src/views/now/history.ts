import type { NowHistoryData } from '../../graph/generated/results.js'
import { joinSeries, type Series } from '../../live/join-series.js'
import { TOTAL_COLUMNS, type TotalColumn } from '../../live/metrics-store.js'
import type { Ring } from '../../live/ring.js'

type Point = NowHistoryData['latencySeries'][number]

/** Ranges up to this are drawn from live frames where there are any; longer ones from ClickHouse, with a live end. */
export const LIVE_SPAN_MS = 15 * 60_000

/** What latencySeries answered, as the columns of the live ring. Rates are counts divided by the step. */
export function historySeries(points: readonly Point[], stepS: number): Series<TotalColumn> {
  return {
    times: points.map((point) => Date.parse(point.at) / 1_000),
    columns: {
      p50: points.map((point) => point.p50Ms),
      p95: points.map((point) => point.p95Ms),
      p99: points.map((point) => point.p99Ms),
      rate: points.map((point) => point.count / stepS),
      errors: points.map((point) => point.errors / stepS),
    },
  }
}

export const NO_HISTORY: Series<TotalColumn> = historySeries([], 1)

/** The line that is drawn: ClickHouse's memory and the live frames, joined. Times in ms since the epoch. */
export function drawnSeries(
  history: Series<TotalColumn>,
  ring: Ring<TotalColumn>,
  span: { readonly from: number; readonly to: number },
  stepS: number,
): Series<TotalColumn> {
  return joinSeries(TOTAL_COLUMNS, history, ring, {
    from: span.from / 1_000 - stepS,
    to: span.to / 1_000,
    stepS,
    // The newest step is still being counted: its rate would dip at every refresh.
    historyTo: span.to / 1_000 - stepS,
    prefer: span.to - span.from <= LIVE_SPAN_MS ? 'live' : 'history',
  })
}

/** The middle value of a column; undefined without values. */
export function median(values: readonly (number | null)[]): number | undefined {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b)
  return known[Math.floor(known.length / 2)]
}
