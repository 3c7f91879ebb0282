import type { Decision } from '@lighthouse/contract/decision'
import { Link } from '@tanstack/react-router'
import { DECISION_MARKS } from '../../ui/decision-mark.js'
import { EmptyState } from '../../ui/states.js'

export interface AgentCount {
  readonly agent: string
  readonly total: number
  readonly blocked: number
  readonly escalated: number
}

/** Decisions counted by agent: who was refused or held up most comes first, then who asked most. Pure. */
export function countAgents(
  decisions: readonly { readonly decision: Decision; readonly agent: { readonly id: string } }[],
): AgentCount[] {
  const counts = new Map<string, { agent: string; total: number; blocked: number; escalated: number }>()
  for (const { decision, agent } of decisions) {
    const row = counts.get(agent.id) ?? { agent: agent.id, total: 0, blocked: 0, escalated: 0 }
    row.total += 1
    if (decision === 'BLOCK') row.blocked += 1
    if (decision === 'ESCALATE') row.escalated += 1
    counts.set(agent.id, row)
  }
  return [...counts.values()].sort(
    (a, b) => b.blocked + b.escalated - a.blocked - a.escalated || b.total - a.total,
  )
}

/** As many as fit beside the operations. */
const MOST = 6

/** Who was blocked or escalated, among the newest decisions. */
export function AffectedAgents({ agents }: { readonly agents: readonly AgentCount[] }) {
  if (agents.length === 0) return <EmptyState title="No agent has asked yet" />
  return (
    <table className="w-full table-fixed text-table">
      <thead>
        <tr className="hairline-b label text-left">
          <th className="py-1.5 pl-4 font-medium">Agent</th>
          <th className="w-14 text-right font-medium">All</th>
          <th className="w-16 text-right font-medium">
            <span className={DECISION_MARKS.BLOCK.color} aria-hidden>
              {DECISION_MARKS.BLOCK.glyph}
            </span>{' '}
            Block
          </th>
          <th className="w-20 pr-4 text-right font-medium">
            <span className={DECISION_MARKS.ESCALATE.color} aria-hidden>
              {DECISION_MARKS.ESCALATE.glyph}
            </span>{' '}
            Escal.
          </th>
        </tr>
      </thead>
      <tbody>
        {agents.slice(0, MOST).map((row) => (
          <tr key={row.agent} className="row-line last:shadow-none hover:bg-hover">
            <td className="truncate py-1.5 pl-4">
              <Link
                to="/decisions"
                search={{ agent: row.agent }}
                className="font-mono hover:text-beam hover:underline"
                title={row.agent}
              >
                {row.agent}
              </Link>
            </td>
            <td className="text-right font-mono">{row.total}</td>
            <td className="text-right font-mono">{row.blocked}</td>
            <td className="pr-4 text-right font-mono">{row.escalated}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
