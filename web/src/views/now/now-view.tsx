import { useMemo } from 'react'
import { LineChart } from '../../chart/line-chart.js'
import { type Line, PERCENTILES } from '../../chart/lines.js'
import { DecisionsTable, NowTiers, OperationsTable, TEXTS } from '../../graph/documents.js'
import { useAnswer } from '../../graph/use-answer.js'
import { Panel } from '../../ui/panel.js'
import { duration, rate } from '../../ui/quantity.js'
import { FailureNote, Skeleton } from '../../ui/states.js'
import { useTime } from '../../ui/use-time.js'
import { AffectedAgents, countAgents } from './affected-agents.js'
import { Figures } from './figures.js'
import { HealthLine } from './health-line.js'
import { TierTable } from './tier-table.js'
import { useNowCharts } from './use-now-charts.js'
import { WorstOperations } from './worst-operations.js'

const RATE: readonly Line[] = [{ key: 'rate', label: 'operations', color: '--rate', filled: true }]
const ERRORS: readonly Line[] = [{ key: 'errors', label: 'errors', color: '--bad', filled: true }]
/** How many of the newest decisions the agents are counted over. */
const DECISIONS = 500
const WORST = 14

/** First screen: is it healthy, what changed, what is worst, who is affected. */
export function NowView() {
  const time = useTime()
  const charts = useNowCharts(time)
  const { window } = charts.variables
  const tiers = useAnswer(NowTiers, { window }, { everyMs: 10_000 })
  const operations = useAnswer(OperationsTable, { window, first: WORST }, { everyMs: 5_000 })
  const decisions = useAnswer(DecisionsTable, { last: DECISIONS }, { everyMs: 5_000 })
  const agents = useMemo(() => countAgents(decisions.data?.decisions ?? []), [decisions.data])
  const asked = [charts.history, operations, tiers, decisions]
  const failed = asked.find((answer) => answer.failure !== undefined)
  const readers = useMemo(
    () => ({
      latency: charts.reader('p50', 'p95', 'p99'),
      rate: charts.reader('rate'),
      errors: charts.reader('errors'),
    }),
    [charts],
  )
  const chart = {
    zone: time.zone,
    span: charts.span,
    marks: charts.marks,
    source: { document: `${TEXTS.NowHistory}\n\n${TEXTS.NowLive}`, variables: charts.variables },
    onZoom: time.setAbsolute,
    onZoomOut: time.zoomOut,
  }
  return (
    <div className="mx-auto flex max-w-[1680px] flex-col gap-4 p-5">
      <HealthLine usualP95={charts.usual.p95} />
      {failed?.failure !== undefined && (
        <FailureNote
          what="Part of this view"
          failure={failed.failure}
          onRetry={() => {
            for (const answer of asked) answer.refresh()
          }}
        />
      )}
      <Figures usual={charts.usual} />
      <div className="grid grid-cols-12 gap-4">
        <div className="col-span-12 xl:col-span-8">
          <LineChart
            title="Latency"
            lines={PERCENTILES}
            format={duration}
            height={280}
            read={readers.latency}
            logScale
            {...chart}
          />
        </div>
        <div className="col-span-12 flex flex-col gap-4 xl:col-span-4">
          <LineChart
            title="Operations per second"
            lines={RATE}
            format={rate}
            height={111}
            read={readers.rate}
            {...chart}
          />
          <LineChart
            title="Errors per second"
            lines={ERRORS}
            format={rate}
            height={111}
            read={readers.errors}
            {...chart}
          />
        </div>
        <Panel
          title="Most time spent"
          aside="count × mean"
          more={{ to: '/operations', word: 'All operations' }}
          className="col-span-12 xl:col-span-8"
        >
          {operations.first ? (
            <Skeleton />
          ) : (
            <WorstOperations operations={operations.data?.operations ?? []} />
          )}
        </Panel>
        <div className="col-span-12 flex flex-col gap-4 xl:col-span-4">
          <Panel title="Tiers" more={{ to: '/decisions', word: 'All decisions' }}>
            {tiers.first ? <Skeleton rows={5} /> : <TierTable tiers={tiers.data?.tierStats ?? []} />}
          </Panel>
          <Panel
            title="Agents"
            aside={`newest ${decisions.data?.decisions.length ?? 0} decisions`}
            className="flex-1"
          >
            {decisions.first ? <Skeleton rows={5} /> : <AffectedAgents agents={agents} />}
          </Panel>
        </div>
      </div>
    </div>
  )
}
