import type { ReactNode } from 'react'
import { DecisionExplanation } from '../../graph/documents.js'
import type { DecisionExplanationData } from '../../graph/generated/results.js'
import { useAnswer } from '../../graph/use-answer.js'
import { DecisionMark } from '../../ui/decision-mark.js'
import { Section } from '../../ui/drawer.js'
import { FailureNote, Skeleton } from '../../ui/states.js'
import { treeLines } from './tree-lines.js'

type Explanation = NonNullable<NonNullable<DecisionExplanationData['decision']>['explanation']>
type Span = Explanation['rules'][number]['span']

/** The command with the stretch that a rule is about. */
function Marked({ text, span }: { readonly text: string; readonly span: Span }) {
  const whole = span === null || span.end > text.length
  return (
    <pre className="mb-3 rounded-md border px-3 py-2 font-mono text-table whitespace-pre-wrap break-words">
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

function Effects({ effects }: { readonly effects: Explanation['effects'] }) {
  return (
    <table className="w-full table-fixed text-table">
      <caption className="sr-only">What the call was understood to do</caption>
      <colgroup>
        <col className="w-48" />
        <col />
        <col className="w-36" />
      </colgroup>
      <tbody>
        {effects.map(({ kind, target, recursive, dynamic }, index) => (
          <tr key={`${kind} ${target} ${index}`} className="row-line">
            <td className="py-1.5 text-soft">{kind}</td>
            <td className="truncate font-mono" title={target}>
              {target}
            </td>
            <td className="pl-3 text-soft">
              {[recursive ? 'recursive' : '', dynamic ? 'known when it runs' : ''].filter(Boolean).join(', ')}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Lines({ children }: { readonly children: ReactNode }) {
  return <ul className="flex flex-col gap-1.5 text-table">{children}</ul>
}

function Rules({ rules }: { readonly rules: Explanation['rules'] }) {
  return (
    <Lines>
      {rules.map(({ id, reason, riskLevel }) => (
        <li key={`${id} ${reason}`} className="flex gap-3">
          <code className="w-52 shrink-0 font-mono break-words">{id}</code>
          <span className="min-w-0 flex-1 break-words text-soft">{reason}</span>
          <span className="text-faint">{riskLevel.toLowerCase()}</span>
        </li>
      ))}
    </Lines>
  )
}

function Changes({ changes }: { readonly changes: Explanation['changes'] }) {
  return (
    <Lines>
      {changes.map(({ what, decision }) => (
        <li key={what} className="flex gap-3">
          <span className="w-24 shrink-0">
            <DecisionMark decision={decision} />
          </span>
          <span className="min-w-0 break-words text-soft">{what}</span>
        </li>
      ))}
    </Lines>
  )
}

function Found({
  explanation,
  subject,
  made,
}: {
  readonly explanation: Explanation
  readonly subject: string
  readonly made: Explanation['decision']
}) {
  const { decision, effects, rules, changes, tree } = explanation
  const lines = treeLines(tree)
  return (
    <>
      <Section title="Understood as">
        {decision !== made && (
          <p className="mb-2 flex items-center gap-2 text-table text-soft">
            It would be decided otherwise now: <DecisionMark decision={decision} />
          </p>
        )}
        <Marked text={subject} span={rules[0]?.span ?? null} />
        <Effects effects={effects} />
      </Section>
      {rules.length > 0 && (
        <Section title="Rules that fired">
          <Rules rules={rules} />
        </Section>
      )}
      {changes.length > 0 && (
        <Section title="What would change it">
          <Changes changes={changes} />
        </Section>
      )}
      {lines.length > 0 && (
        <details className="mb-6">
          <summary className="label mb-2 cursor-pointer">Parsed</summary>
          <pre className="overflow-x-auto font-mono text-table text-soft">{lines.join('\n')}</pre>
        </details>
      )}
    </>
  )
}

/** How the call of a decision was understood, and what would have been needed for another one; judged anew, without a trace. */
export function ExplanationOf({
  id,
  subject,
  made,
}: {
  readonly id: string
  readonly subject: string
  readonly made: Explanation['decision']
}) {
  const answer = useAnswer(DecisionExplanation, { id }, { forget: true })
  if (answer.failure !== undefined)
    return <FailureNote what="The explanation" failure={answer.failure} onRetry={answer.refresh} />
  if (answer.first) return <Skeleton rows={4} />
  const explanation = answer.data?.decision?.explanation ?? null
  if (explanation === null)
    return (
      <Section title="Understood as">
        <p className="text-table text-soft">
          The call is not held any more. <code className="font-mono">lighthouse explain</code> judges a
          command anew.
        </p>
      </Section>
    )
  return <Found explanation={explanation} subject={subject} made={made} />
}
