import { useMemo, useRef } from 'react'
import type { ChartData, Mark } from '../../chart/lines.js'
import { NowHistory, NowMarks } from '../../graph/documents.js'
import { type Answer, useAnswer } from '../../graph/use-answer.js'
import type { NowHistoryData } from '../../graph/generated/results.js'
import type { TotalColumn } from '../../live/metrics-store.js'
import { useConsole } from '../../ui/console-context.js'
import { refreshMs, spanAt, windowOf } from '../../ui/time-range.js'
import type { Time } from '../../ui/use-time.js'
import { drawnSeries, historySeries, median, NO_HISTORY } from './history.js'
import type { Usual } from './figures.js'

/** About a point for every five pixels of the widest chart. */
const POINTS = 240

const MARK_WORDS: Readonly<Record<string, string>> = {
  FLAG_CHANGED: 'Flag',
  POLICY_PUBLISHED: 'Policy',
  ROLLBACK_STARTED: 'Rollback',
  ROLLBACK_COMPLETED: 'Rolled back',
  REGRESSION_DETECTED: 'Regression',
  SYSTEM_STARTED: 'Start',
}

export interface NowCharts {
  readonly history: Answer<NowHistoryData>
  readonly variables: { readonly window: string; readonly points: number }
  readonly marks: readonly Mark[]
  readonly usual: Usual
  /** What a chart of these columns draws, read at each paint. */
  reader(...columns: readonly TotalColumn[]): () => ChartData
  span(): { readonly from: number; readonly to: number }
}

/** History for the range, live frames since, and marks: everything that the charts of the view read. */
export function useNowCharts(time: Time): NowCharts {
  const { live } = useConsole()
  const { range } = time
  const ask = useMemo(() => windowOf(range, Date.now(), POINTS), [range])
  const variables = useMemo(() => ({ window: ask.window, points: ask.points }), [ask])
  const history = useAnswer(NowHistory, variables, { everyMs: range.follow ? refreshMs(ask.stepS) : 0 })
  const events = useAnswer(NowMarks, {}, { everyMs: 15_000 }).data?.events.events
  const series = useMemo(
    () => (history.data === undefined ? NO_HISTORY : historySeries(history.data.latencySeries, ask.stepS)),
    [history.data, ask.stepS],
  )
  const marks = useMemo(
    () =>
      (events ?? []).map(({ type, timestamp, aggregateId }) => ({
        at: Date.parse(timestamp),
        label: `${MARK_WORDS[type] ?? type} ${aggregateId}`,
      })),
    [events],
  )
  const usual = useMemo(
    () => ({ p95: median(series.columns.p95), rate: median(series.columns.rate) }),
    [series],
  )
  const latest = useRef({ series, range, stepS: ask.stepS })
  latest.current = { series, range, stepS: ask.stepS }
  return useMemo(() => {
    const now = (): number => {
      const { aheadMs, phase } = live.connection.read()
      // Paused or cold, the axis stands still at the newest frame instead of running off without it.
      const held = phase !== 'live' && phase !== 'connecting' && !Number.isNaN(live.metrics.total.newestAt)
      return held ? live.metrics.total.newestAt * 1_000 : Date.now() + aheadMs
    }
    const span = () => spanAt(latest.current.range, now())
    const reader =
      (...columns: readonly TotalColumn[]) =>
      (): ChartData => {
        const { series: past, stepS } = latest.current
        const drawn = drawnSeries(past, live.metrics.total, span(), stepS)
        return { times: drawn.times, values: columns.map((name) => drawn.columns[name]) }
      }
    return { history, variables, marks, usual, reader, span }
  }, [live, history, variables, marks, usual])
}
