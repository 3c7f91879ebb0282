import { TIERS } from '@lighthouse/contract/decision'
import { Link } from '@tanstack/react-router'
import { useSyncExternalStore } from 'react'
import type { NowTiersData } from '../../graph/generated/results.js'
import { useConsole } from '../../ui/console-context.js'
import { Figure } from '../../ui/figure.js'
import { duration, percent } from '../../ui/quantity.js'
import { EmptyState } from '../../ui/states.js'
import { TIER_FACES } from '../../ui/tiers.js'

/** How often each tier could answer what reached it: live where it moves, else over the range; p95 over the range. */
export function TierTable({ tiers }: { readonly tiers: NowTiersData['tierStats'] }) {
  const { live } = useConsole()
  const frame = useSyncExternalStore(live.metrics.subscribe, live.metrics.frame)
  const rows = TIERS.flatMap((tier) => {
    const past = tiers.find((row) => row.tier === tier)
    const moving = frame?.tiers.find((row) => row.tier === tier)
    if (past === undefined && moving === undefined) return []
    return [{ tier, ratio: moving?.hitRatio ?? past?.hitRatio ?? null, p95Ms: past?.p95Ms ?? null }]
  })
  if (rows.length === 0) {
    return (
      <EmptyState title="No decisions in this range" command="npx lighthouse validate 'ls -la'">
        Tiers are asked when an agent asks whether a command may run. This asks:
      </EmptyState>
    )
  }
  return (
    <table className="w-full table-fixed text-table">
      <thead>
        <tr className="hairline-b label text-left">
          <th className="w-28 py-1.5 pl-4 font-medium">Tier</th>
          <th className="font-medium">Answers what reaches it</th>
          <th className="w-24 pr-4 text-right font-medium">p95</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ tier, ratio, p95Ms }) => {
          const { word, color } = TIER_FACES[tier]
          return (
            <tr key={tier} className="row-line last:shadow-none hover:bg-hover">
              <td className="py-1.5 pl-4">
                <Link
                  to="/decisions"
                  search={{ tier }}
                  className="inline-flex items-center gap-2 hover:underline"
                >
                  <span
                    className="size-2 rounded-[2px]"
                    style={{ background: `var(${color})` }}
                    aria-hidden
                  />
                  {word}
                </Link>
              </td>
              <td className="live-part">
                <div className="flex items-center gap-2 font-mono">
                  <div className="h-1.5 flex-1 rounded-full bg-hover" aria-hidden>
                    <div
                      className="h-1.5 rounded-full"
                      style={{ background: `var(${color})`, width: `${100 * (ratio ?? 0)}%` }}
                    />
                  </div>
                  <Figure value={percent(ratio)} className="w-16 text-right" />
                </div>
              </td>
              <td className="pr-4 text-right font-mono">
                <Figure value={duration(p95Ms)} />
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
