import { DecisionMark } from '../../ui/decision-mark.js'
import { Figure } from '../../ui/figure.js'
import { moment } from '../../ui/moment.js'
import { duration } from '../../ui/quantity.js'
import type { GridColumn } from '../../ui/row-grid.js'
import { TIER_FACES } from '../../ui/tiers.js'
import type { Zone } from '../../ui/time-range.js'
import type { DecisionRow } from './decision-buffer.js'

/** A tier by its colour and word. */
export function TierMark({ tier }: { readonly tier: keyof typeof TIER_FACES }) {
  const { word, color } = TIER_FACES[tier]
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <span className="size-2 rounded-[2px]" style={{ background: `var(${color})` }} aria-hidden />
      {word}
    </span>
  )
}

/** The feed's columns, with times in a zone. */
export function decisionColumns(zone: Zone): readonly GridColumn<DecisionRow>[] {
  return [
    {
      id: 'decidedAt',
      head: 'Time',
      width: '104px',
      cell: (row) => <span className="font-mono text-soft">{moment(row.decidedAt, 'exact', zone)}</span>,
    },
    {
      id: 'decision',
      head: 'Decision',
      width: '100px',
      cell: (row) => <DecisionMark decision={row.decision} />,
    },
    {
      id: 'subject',
      head: 'What',
      width: 'minmax(240px, 2fr)',
      cell: (row) => (
        <span className="font-mono" title={row.subject}>
          {row.subject}
        </span>
      ),
    },
    {
      id: 'reason',
      head: 'Why',
      width: 'minmax(180px, 1.4fr)',
      cell: (row) => (
        <span className="text-soft" title={row.reason}>
          {row.reason}
        </span>
      ),
    },
    { id: 'toolName', head: 'Tool', width: '84px', cell: (row) => row.toolName },
    { id: 'tier', head: 'Tier', width: '116px', cell: (row) => <TierMark tier={row.tier} /> },
    {
      id: 'agent',
      head: 'Agent',
      width: '128px',
      cell: (row) => (
        <span className="font-mono" title={row.agent.id}>
          {row.agent.id}
        </span>
      ),
    },
    {
      id: 'processingMs',
      head: 'Took',
      width: '84px',
      right: true,
      cell: (row) => <Figure value={duration(row.processingMs)} />,
    },
  ]
}
