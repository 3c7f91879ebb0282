import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { TEXTS } from '../../graph/documents.js'
import { FilterField } from '../../ui/filter-field.js'
import { RowGrid } from '../../ui/row-grid.js'
import { SaveMenu } from '../../ui/save-menu.js'
import { EmptyState, FailureNote, Skeleton } from '../../ui/states.js'
import { useTime } from '../../ui/use-time.js'
import { decisionColumns } from './columns.js'
import type { DecisionRow } from './decision-buffer.js'
import { DecisionDrawer } from './decision-drawer.js'
import { DecisionFilters } from './decision-filters.js'
import { type DecisionsSearch, isAsked } from './decisions-search.js'
import { useDecisions } from './use-decisions.js'

const keyOf = (row: DecisionRow): string => row.id

/**
 * While the pointer is in the feed, or it is scrolled, rows stay where they are: those that came since are kept back and
 * counted.
 */
function useKeptBack(all: readonly DecisionRow[], asked: readonly DecisionRow[], held: boolean) {
  const [seen, setSeen] = useState<ReadonlySet<string>>()
  const release = (): void => setSeen(new Set(all.map(keyOf)))
  if (held && seen === undefined && all.length > 0) release()
  if (!held && seen !== undefined) setSeen(undefined)
  const shown = seen === undefined ? asked : asked.filter((row) => seen.has(row.id))
  return { shown, fresh: asked.length - shown.length, release }
}

/** Each decision as it is made, and why. */
export function DecisionsView() {
  const search = useSearch({ from: '/decisions' })
  const navigate = useNavigate({ from: '/decisions' })
  const { zone } = useTime()
  const [inside, setInside] = useState(false)
  const [scrolled, setScrolled] = useState(false)
  const { rows: all, answer } = useDecisions()
  const { only: _only, id: _id, ...rest } = search
  const restKey = JSON.stringify(rest)
  const among = useMemo(
    () => all.filter((row) => isAsked(row, JSON.parse(restKey) as DecisionsSearch)),
    [all, restKey],
  )
  const counts = useMemo(() => {
    const found = { ALLOW: 0, ESCALATE: 0, BLOCK: 0 }
    for (const row of among) found[row.decision] += 1
    return found
  }, [among])
  const asked = useMemo(
    () => (search.only === undefined ? among : among.filter((row) => row.decision === search.only)),
    [among, search.only],
  )
  const { shown, fresh, release } = useKeptBack(all, asked, inside || scrolled)
  const columns = useMemo(() => decisionColumns(zone), [zone])
  const put = (change: Partial<Record<keyof DecisionsSearch, string | undefined>>): void =>
    void navigate({
      search: (before) =>
        Object.fromEntries(
          Object.entries({ ...before, ...change }).filter(([, value]) => value !== undefined && value !== ''),
        ),
      replace: true,
    })
  const narrowed = all.length > 0

  return (
    <div className="mx-auto flex h-full max-w-[1680px] flex-col gap-3 p-5">
      <header className="flex flex-wrap items-center gap-2">
        <h1 className="mr-2 text-title tracking-[-0.01em]">Decisions</h1>
        <DecisionFilters search={search} counts={counts} onPut={put} />
        {fresh > 0 && (
          <button type="button" className="framed-button" onClick={release}>
            Show {fresh} new
          </button>
        )}
        <div className="ml-auto flex items-center gap-2">
          <FilterField label="Filter decisions" value={search.q ?? ''} onChange={(q) => put({ q })} />
          <SaveMenu
            name="decisions"
            source={{
              document: `${TEXTS.DecisionsTable}\n\n${TEXTS.DecisionFeed}`,
              variables: { last: 500 },
            }}
            rows={() => shown.map(({ agent, ...row }) => ({ ...row, agent: agent.id }))}
          />
        </div>
      </header>
      {answer.failure !== undefined && (
        <FailureNote what="Decisions" failure={answer.failure} onRetry={answer.refresh} />
      )}
      <section className="card live-part min-h-0 flex-1 overflow-hidden" aria-label="The newest decisions">
        {answer.first && all.length === 0 ? (
          <Skeleton rows={14} />
        ) : (
          <RowGrid
            label="Decisions"
            columns={columns}
            rows={shown}
            keyOf={keyOf}
            opened={search.id}
            onOpen={(row) => put({ id: row.id })}
            onPointer={setInside}
            onScrolled={setScrolled}
            empty={
              narrowed ? (
                <EmptyState title="None of the newest decisions is like that">
                  The filters above can be taken off.
                </EmptyState>
              ) : (
                <EmptyState title="Nothing was decided yet" command="npx lighthouse validate 'ls -la'">
                  A decision is made each time an agent asks whether a tool call may run. This asks:
                </EmptyState>
              )
            }
          />
        )}
      </section>
      {search.id !== undefined && (
        <DecisionDrawer id={search.id} zone={zone} onClose={() => put({ id: undefined })} />
      )}
    </div>
  )
}
