import type { DecisionExplanationData } from '../../graph/generated/results.js'
import { DecisionMark } from '../../ui/decision-mark.js'
import { TierMark } from './columns.js'
import { TIER_OUTCOMES } from './tier-outcomes.js'

type Explanation = NonNullable<NonNullable<DecisionExplanationData['decision']>['explanation']>

/** What each tier would say now, also behind the one that answers; that one is set in full. */
export function TierAnswers({ explanation }: { readonly explanation: Explanation }) {
  return (
    <table className="w-full table-fixed text-table">
      <caption className="sr-only">What each tier would answer, in order</caption>
      <colgroup>
        <col className="w-28" />
        <col className="w-28" />
        <col />
      </colgroup>
      <tbody>
        {explanation.tiers.map(({ tier, outcome, decision, reason }) => (
          <tr
            key={tier}
            className={`row-line align-top ${tier === explanation.tier ? 'font-medium' : 'text-soft'}`}
          >
            <td className="py-1.5">
              <TierMark tier={tier} />
            </td>
            <td className="py-1.5">
              {decision === null ? TIER_OUTCOMES[outcome] : <DecisionMark decision={decision} />}
            </td>
            <td className="py-1.5 break-words">{reason}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
