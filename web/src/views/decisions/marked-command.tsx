import type { ReactNode } from 'react'
import type { DecisionExplanationData } from '../../graph/generated/results.js'

type Explanation = NonNullable<NonNullable<DecisionExplanationData['decision']>['explanation']>

/** A stretch of the command; null where what is said is not about one. */
export type Span = Explanation['rules'][number]['span']

/** The command with the stretch that something is about. */
export function MarkedCommand({ text, span }: { readonly text: string; readonly span: Span }) {
  const whole = span === null || span.end > text.length
  return (
    <pre
      className="mb-3 rounded-md border px-3 py-2 font-mono text-table whitespace-pre-wrap break-words"
      aria-live="polite"
    >
      {whole ? (
        text
      ) : (
        <>
          {text.slice(0, span.start)}
          <mark className="rounded-[2px] bg-bad-wash text-text underline decoration-bad underline-offset-4">
            {text.slice(span.start, span.end)}
          </mark>
          {text.slice(span.end)}
        </>
      )}
    </pre>
  )
}

/** A line that is about a stretch of the command: chosen, by pointer or key, it marks that stretch. */
export function MarkingLine({
  span,
  chosen,
  onChoose,
  children,
}: {
  readonly span: Span
  readonly chosen: Span
  onChoose(span: Span): void
  readonly children: ReactNode
}) {
  const line = 'flex min-h-[26px] w-full items-start gap-3 rounded-md px-2 py-1 text-left'
  if (span === null) return <div className={line}>{children}</div>
  const pressed = chosen !== null && span.start === chosen.start && span.end === chosen.end
  return (
    <button
      type="button"
      aria-pressed={pressed}
      title="Mark it in the command"
      className={`${line} hover:bg-hover ${pressed ? 'bg-hover' : ''}`}
      onClick={() => onChoose(span)}
    >
      {children}
    </button>
  )
}
