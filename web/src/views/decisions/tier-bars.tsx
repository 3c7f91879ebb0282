import type { DecisionDetailData } from '../../graph/generated/results.js'
import { Figure } from '../../ui/figure.js'
import { duration } from '../../ui/quantity.js'
import { TIER_FACES } from '../../ui/tiers.js'
import { TIER_OUTCOMES } from './tier-outcomes.js'

type Timing = NonNullable<DecisionDetailData['decision']>['tierTimings'][number]

/** Where the logarithmic scale begins: ten microseconds and half a second must both be seen. */
const LEAST_MS = 0.001

function part(ms: number, most: number): number {
  return Math.max(0, Math.log(Math.max(ms, LEAST_MS) / LEAST_MS) / Math.log(most / LEAST_MS))
}

/** Every tier that was asked, in order, and how long it took; the one that answered is set in full. */
export function TierBars({ timings }: { readonly timings: readonly Timing[] }) {
  const most = Math.max(LEAST_MS * 10, ...timings.map((timing) => timing.ms))
  return (
    <table className="w-full table-fixed text-table">
      <caption className="sr-only">Tiers asked, in order, with time and outcome</caption>
      <colgroup>
        <col className="w-24" />
        <col />
        <col className="w-24" />
      </colgroup>
      <tbody>
        {timings.map(({ tier, ms, outcome }, index) => {
          const { word, color } = TIER_FACES[tier]
          const answered = outcome === 'HIT'
          return (
            <tr key={`${tier} ${index}`} className={`row-line ${answered ? 'font-medium' : 'text-soft'}`}>
              <td className="py-1.5">{word}</td>
              <td>
                <div className="flex items-center gap-2">
                  <div className="relative h-2.5 flex-1" aria-hidden>
                    <div
                      className={`h-2.5 min-w-[2px] rounded-[2px] ${answered ? '' : 'opacity-55'}`}
                      style={{ background: `var(${color})`, width: `${100 * part(ms, most)}%` }}
                    />
                  </div>
                  <Figure value={duration(ms)} className="w-16 text-right font-mono" />
                </div>
              </td>
              <td className="pl-4">{TIER_OUTCOMES[outcome]}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
