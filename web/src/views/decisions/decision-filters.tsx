import { DECISIONS, type Decision } from '@lighthouse/contract/decision'
import { X } from 'lucide-react'
import { DECISION_MARKS } from '../../ui/decision-mark.js'
import { TIER_FACES } from '../../ui/tiers.js'
import type { DecisionsSearch } from './decisions-search.js'

/** Which decisions are shown, by kind with their counts; what else narrows the feed can be taken off again. */
export function DecisionFilters(props: {
  readonly search: DecisionsSearch
  readonly counts: Readonly<Record<Decision, number>>
  onPut(change: Partial<Record<keyof DecisionsSearch, string | undefined>>): void
}) {
  const { search, counts, onPut } = props
  const narrowed = [
    ['tier', search.tier === undefined ? undefined : `Tier: ${TIER_FACES[search.tier].word}`],
    ['agent', search.agent === undefined ? undefined : `Agent: ${search.agent}`],
  ] as const
  return (
    <fieldset className="flex flex-wrap items-center gap-1" aria-label="Which decisions">
      <button
        type="button"
        className="quiet-button"
        aria-pressed={search.only === undefined}
        onClick={() => onPut({ only: undefined })}
      >
        All
      </button>
      {DECISIONS.map((decision) => {
        const { glyph, word, color } = DECISION_MARKS[decision]
        return (
          <button
            key={decision}
            type="button"
            className="quiet-button"
            aria-pressed={search.only === decision}
            onClick={() => onPut({ only: search.only === decision ? undefined : decision })}
          >
            <span className={`${color} text-[10px]`} aria-hidden>
              {glyph}
            </span>
            {word}
            <span className="font-mono text-table text-faint">{counts[decision]}</span>
          </button>
        )
      })}
      {narrowed.map(([key, word]) =>
        word === undefined ? null : (
          <button
            key={key}
            type="button"
            className="framed-button ml-1"
            onClick={() => onPut({ [key]: undefined })}
          >
            {word}
            <X size={12} aria-label="remove" />
          </button>
        ),
      )}
    </fieldset>
  )
}
