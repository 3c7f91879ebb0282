import { useMemo } from 'react'
import { LineChart } from '../../chart/line-chart.js'
import { type ChartData, type Line, PERCENTILES } from '../../chart/lines.js'
import { OperationDetail, TEXTS } from '../../graph/documents.js'
import { useAnswer } from '../../graph/use-answer.js'
import { Drawer, Facts, Section } from '../../ui/drawer.js'
import { Figure } from '../../ui/figure.js'
import { moment } from '../../ui/moment.js'
import { count, duration, percent, rate } from '../../ui/quantity.js'
import { FailureNote, Skeleton } from '../../ui/states.js'
import { refreshMs, spanAt, windowOf } from '../../ui/time-range.js'
import { useTime } from '../../ui/use-time.js'

const POINTS = 120
const RATE: readonly Line[] = [{ key: 'rate', label: 'operations', color: '--rate', filled: true }]

/** One operation over the range: its figures and its percentiles and rate over time. */
export function OperationDrawer({ name, onClose }: { readonly name: string; onClose(): void }) {
  const time = useTime()
  const { range } = time
  const ask = useMemo(() => windowOf(range, Date.now(), POINTS), [range])
  const variables = useMemo(
    () => ({ operation: name, window: ask.window, points: ask.points }),
    [name, ask.window, ask.points],
  )
  const answer = useAnswer(OperationDetail, variables, {
    everyMs: range.follow ? refreshMs(ask.stepS) : 0,
    forget: true,
  })
  const { data } = answer
  const series = useMemo((): { latency: ChartData; rate: ChartData } => {
    const points = data?.latencySeries ?? []
    const times = points.map((point) => Date.parse(point.at) / 1_000)
    return {
      latency: {
        times,
        values: [
          points.map((point) => point.p50Ms),
          points.map((point) => point.p95Ms),
          points.map((point) => point.p99Ms),
        ],
      },
      rate: { times, values: [points.map((point) => point.count / ask.stepS)] },
    }
  }, [data, ask.stepS])
  const chart = {
    zone: time.zone,
    span: () => spanAt(range, Date.now()),
    source: { document: TEXTS.OperationDetail, variables },
    onZoom: time.setAbsolute,
    onZoomOut: time.zoomOut,
  }
  const latency = data?.latency
  const share = latency === undefined || latency.count === 0 ? null : latency.errors / latency.count
  return (
    <Drawer
      title={<span className="font-mono">{name}</span>}
      subtitle={
        range.follow
          ? `last ${range.preset}`
          : `${moment(range.from, 'full', time.zone)} to ${moment(range.to, 'full', time.zone)}`
      }
      onClose={onClose}
    >
      {answer.failure !== undefined && (
        <FailureNote what="This operation" failure={answer.failure} onRetry={answer.refresh} />
      )}
      {answer.first && <Skeleton />}
      {latency !== undefined && (
        <div className="flex flex-col gap-4">
          <LineChart
            title="Latency"
            lines={PERCENTILES}
            format={duration}
            height={200}
            read={() => series.latency}
            logScale
            {...chart}
          />
          <LineChart
            title="Rate"
            lines={RATE}
            format={rate}
            height={96}
            read={() => series.rate}
            {...chart}
          />
          <Section title="Figures over the range">
            <div className="grid grid-cols-2 gap-x-8">
              <Facts
                rows={[
                  ['p50', <Figure key="p50" value={duration(latency.p50Ms)} />],
                  ['p90', <Figure key="p90" value={duration(latency.p90Ms)} />],
                  ['p95', <Figure key="p95" value={duration(latency.p95Ms)} />],
                  ['p99', <Figure key="p99" value={duration(latency.p99Ms)} />],
                  ['p99.9', <Figure key="p999" value={duration(latency.p999Ms)} />],
                ]}
              />
              <Facts
                rows={[
                  ['Count', <Figure key="count" value={count(latency.count)} />],
                  ['Errors', <Figure key="errors" value={count(latency.errors)} />],
                  ['Error rate', <Figure key="share" value={percent(share)} />],
                  ['Mean', <Figure key="mean" value={duration(latency.meanMs)} />],
                  ['Maximum', <Figure key="max" value={duration(latency.maxMs)} />],
                ]}
              />
            </div>
          </Section>
        </div>
      )}
    </Drawer>
  )
}
