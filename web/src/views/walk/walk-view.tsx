import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { WalkList } from '../../graph/documents.js'
import type { WalkListData } from '../../graph/generated/results.js'
import { useAnswer } from '../../graph/use-answer.js'
import { Figure } from '../../ui/figure.js'
import { moment } from '../../ui/moment.js'
import { duration } from '../../ui/quantity.js'
import { type GridColumn, RowGrid } from '../../ui/row-grid.js'
import { EmptyState, FailureNote, Skeleton } from '../../ui/states.js'
import type { Zone } from '../../ui/time-range.js'
import { useTime } from '../../ui/use-time.js'
import { WalkPanel } from './walk-panel.js'

type Summary = WalkListData['walks'][number]
const FIRST = 50
const keyOf = (walk: Summary): string => walk.traceId

function columnsOf(zone: Zone): readonly GridColumn<Summary>[] {
  return [
    {
      id: 'at',
      head: 'Time',
      width: '72px',
      cell: (walk) => <span className="font-mono text-soft">{moment(walk.startedAt, 'clock', zone)}</span>,
    },
    {
      id: 'operation',
      head: 'Operation',
      width: 'minmax(110px, 1fr)',
      cell: (walk) => <span className="font-mono">{walk.operation ?? 'anonymous'}</span>,
    },
    { id: 'stops', head: 'Stops', width: '52px', right: true, cell: (walk) => walk.stopCount },
    {
      id: 'took',
      head: 'Took',
      width: '80px',
      right: true,
      cell: (walk) => <Figure value={duration(walk.durationMs)} />,
    },
  ]
}

/** The recorded requests, and the stops of one of them. */
export function WalkView() {
  const search = useSearch({ from: '/walk' })
  const navigate = useNavigate({ from: '/walk' })
  const { zone } = useTime()
  const answer = useAnswer(WalkList, { first: FIRST }, { everyMs: 5_000 })
  const walks = answer.data?.walks ?? []
  const columns = useMemo(() => columnsOf(zone), [zone])
  // Without a trace in the URL the newest walk is shown, and stays while the list moves on.
  const [newest, setNewest] = useState<string>()
  if (newest === undefined && walks[0] !== undefined) setNewest(walks[0].traceId)
  const trace = search.trace ?? newest
  const open = (traceId: string): void =>
    void navigate({ search: (before) => ({ ...before, trace: traceId }), replace: true })
  return (
    <div className="mx-auto flex h-full max-w-[1680px] flex-col gap-3 p-5">
      <header className="flex items-baseline gap-3">
        <h1 className="text-title tracking-[-0.01em]">Walk</h1>
        <p className="text-soft">The stops of one request, from the agent to this screen</p>
      </header>
      {answer.failure !== undefined && (
        <FailureNote what="The list of walks" failure={answer.failure} onRetry={answer.refresh} />
      )}
      <div className="grid min-h-0 flex-1 grid-cols-12 gap-4">
        <section
          className="card col-span-12 min-h-48 overflow-hidden lg:col-span-4 2xl:col-span-3"
          aria-label="Recorded requests"
        >
          {answer.first ? (
            <Skeleton rows={12} />
          ) : (
            <RowGrid
              label="Recorded requests"
              columns={columns}
              rows={walks}
              keyOf={keyOf}
              opened={trace}
              onOpen={(walk) => open(walk.traceId)}
              empty={
                <EmptyState title="No request was recorded yet" command="npx lighthouse validate 'ls -la'">
                  A sample of requests is recorded. This sends one:
                </EmptyState>
              }
            />
          )}
        </section>
        <section
          className="card col-span-12 min-h-0 overflow-y-auto lg:col-span-8 2xl:col-span-9"
          aria-label="Stops"
        >
          {trace === undefined ? (
            <EmptyState title="Choose a request to see where its time went" />
          ) : (
            <WalkPanel
              key={trace}
              trace={trace}
              until={search.until}
              zone={zone}
              onUntil={(until) =>
                void navigate({ search: (before) => ({ ...before, until }), replace: true })
              }
            />
          )}
        </section>
      </div>
    </div>
  )
}
