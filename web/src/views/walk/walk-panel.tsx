import { useEffect, useMemo, useState } from 'react'
import { TEXTS, WalkDetail } from '../../graph/documents.js'
import { useAnswer } from '../../graph/use-answer.js'
import { moment } from '../../ui/moment.js'
import { duration, said } from '../../ui/quantity.js'
import { SaveMenu } from '../../ui/save-menu.js'
import { EmptyState, FailureNote, Skeleton } from '../../ui/states.js'
import type { Zone } from '../../ui/time-range.js'
import { type View, Waterfall } from './waterfall.js'
import { walkEnds, walkRows } from './walk-rows.js'
import type { Extent } from './walk-search.js'
import { WalkTable } from './walk-table.js'

const EXTENT_WORDS = { answer: 'To the answer', screen: 'To the screen' } as const satisfies Record<
  Extent,
  string
>
/** A walk that goes on so many times longer than its answer is first shown until the answer. */
const LONG_TAIL = 3
/** Room right of the last bar, so that its duration can stand beside it. */
const MARGIN = 1.02

/** One request's stops: a waterfall, or the same as a table. */
export function WalkPanel(props: {
  readonly trace: string
  readonly until: Extent | undefined
  readonly zone: Zone
  onUntil(until: Extent): void
}) {
  const { trace, zone } = props
  const answer = useAnswer(WalkDetail, { traceId: trace }, { forget: true })
  const walk = answer.data?.walk
  const rows = useMemo(() => (walk === undefined || walk === null ? [] : walkRows(walk)), [walk])
  const ends = walkEnds(rows)
  const until = props.until ?? (ends.screenMs > ends.answerMs * LONG_TAIL ? 'answer' : 'screen')
  const [zoomed, setZoomed] = useState<View>()
  const [asTable, setAsTable] = useState(false)
  // A zoom belongs to one walk and one extent.
  useEffect(() => setZoomed(undefined), [trace, until])
  const whole: View = { fromMs: 0, toMs: MARGIN * (until === 'answer' ? ends.answerMs : ends.screenMs) }
  const passed = rows.filter((row) => row.process !== undefined)
  const shownOnScreen = passed.some((row) => row.stop === 'show')

  if (answer.failure !== undefined && walk === undefined) {
    return <FailureNote what="This walk" failure={answer.failure} onRetry={answer.refresh} />
  }
  if (walk === undefined) return <Skeleton rows={16} />
  if (walk === null) {
    return (
      <EmptyState
        title="The stops of this request were not recorded"
        command="npx lighthouse validate 'ls -la'"
      >
        A sample of requests is recorded, and each one that asks for it with the header x-lighthouse-walk: 1.
      </EmptyState>
    )
  }
  return (
    <>
      <header className="hairline-b flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5">
        <div className="min-w-0">
          <h2 className="truncate font-mono font-medium">{walk.operation ?? 'anonymous'}</h2>
          <p className="truncate text-table text-soft">
            {moment(walk.startedAt, 'clock', zone)} · answered in {said(duration(ends.answerMs))},{' '}
            {shownOnScreen ? 'on screen' : 'last stop'} after {said(duration(ends.screenMs))} ·{' '}
            {passed.length} of {rows.length} stops
          </p>
        </div>
        <div className="ml-auto flex items-center gap-1">
          {(Object.keys(EXTENT_WORDS) as Extent[]).map((extent) => (
            <button
              key={extent}
              type="button"
              className="quiet-button"
              aria-pressed={until === extent}
              onClick={() => {
                setZoomed(undefined)
                props.onUntil(extent)
              }}
            >
              {EXTENT_WORDS[extent]}
            </button>
          ))}
          <button
            type="button"
            className="quiet-button"
            aria-pressed={asTable}
            onClick={() => setAsTable((before) => !before)}
          >
            Table
          </button>
          <SaveMenu
            name={`walk-${trace.slice(0, 8)}`}
            source={{ document: TEXTS.WalkDetail, variables: { traceId: trace } }}
            rows={() => rows.map((row) => ({ ...row, process: row.process ?? '' }))}
          />
        </div>
      </header>
      {asTable ? (
        <WalkTable rows={rows} />
      ) : (
        <Waterfall
          label={`Stops of ${walk.operation ?? 'an anonymous operation'}: ${passed.length} of ${rows.length}, answered in ${said(duration(ends.answerMs))}`}
          rows={rows}
          view={zoomed ?? whole}
          onZoom={setZoomed}
          onZoomOut={() => setZoomed(undefined)}
        />
      )}
    </>
  )
}
