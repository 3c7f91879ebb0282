import type { Decision } from '@lighthouse/contract/decision'

export const DECISION_MARKS = {
  ALLOW: { glyph: '●', word: 'Allow', color: 'text-good' },
  BLOCK: { glyph: '■', word: 'Block', color: 'text-bad' },
  ESCALATE: { glyph: '▲', word: 'Escalate', color: 'text-warn' },
} as const satisfies Record<Decision, { glyph: string; word: string; color: string }>

/** A decision by shape, colour and word. */
export function DecisionMark({ decision }: { readonly decision: Decision }) {
  const mark = DECISION_MARKS[decision]
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <span className={`${mark.color} w-3 text-center text-[10px]`} aria-hidden>
        {mark.glyph}
      </span>
      {mark.word}
    </span>
  )
}
