import { useState } from 'react'
import { DecisionExplanation } from '../../graph/documents.js'
import type { DecisionExplanationData } from '../../graph/generated/results.js'
import { useAnswer } from '../../graph/use-answer.js'
import { DecisionMark } from '../../ui/decision-mark.js'
import { Section } from '../../ui/drawer.js'
import { FailureNote, Skeleton } from '../../ui/states.js'
import { MarkedCommand, MarkingLine } from './marked-command.js'
import type { Span } from './marked-command.js'
import { TierAnswers } from './tier-answers.js'
import { treeLines } from './tree-lines.js'

type Explanation = NonNullable<NonNullable<DecisionExplanationData['decision']>['explanation']>

interface Marking {
  readonly chosen: Span
  onChoose(span: Span): void
}

function Effects({ effects, ...marking }: Marking & { readonly effects: Explanation['effects'] }) {
  return (
    <table className="w-full table-fixed text-table">
      <caption className="sr-only">What the call was understood to do</caption>
      <tbody>
        {effects.map(({ kind, target, recursive, dynamic, span }, index) => (
          <tr key={`${kind} ${target} ${index}`} className="row-line">
            <td>
              <MarkingLine span={span} {...marking}>
                <span className="w-44 shrink-0 text-soft">{kind}</span>
                <span className="min-w-0 flex-1 truncate font-mono" title={target}>
                  {target}
                </span>
                <span className="text-soft">
                  {[recursive ? 'recursive' : '', dynamic ? 'known when it runs' : '']
                    .filter(Boolean)
                    .join(', ')}
                </span>
              </MarkingLine>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Rules({ rules, ...marking }: Marking & { readonly rules: Explanation['rules'] }) {
  return (
    <ul className="text-table">
      {rules.map(({ id, reason, riskLevel, span }) => (
        <li key={`${id} ${reason}`} className="row-line">
          <MarkingLine span={span} {...marking}>
            <code className="w-44 shrink-0 font-mono break-words">{id}</code>
            <span className="min-w-0 flex-1 break-words text-soft">{reason}</span>
            <span className="text-soft">{riskLevel.toLowerCase()}</span>
          </MarkingLine>
        </li>
      ))}
    </ul>
  )
}

function Changes({ changes, ...marking }: Marking & { readonly changes: Explanation['changes'] }) {
  return (
    <ul className="text-table">
      {changes.map(({ what, decision, span }) => (
        <li key={what} className="row-line">
          <MarkingLine span={span} {...marking}>
            <span className="w-24 shrink-0">
              <DecisionMark decision={decision} />
            </span>
            <span className="min-w-0 break-words text-soft">{what}</span>
          </MarkingLine>
        </li>
      ))}
    </ul>
  )
}

function Tree({ tree }: { readonly tree: unknown }) {
  const lines = treeLines(tree)
  if (lines.length === 0) return null
  return (
    <details className="mb-6">
      <summary className="label mb-2 cursor-pointer">Parsed</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <pre className="overflow-x-auto font-mono text-table text-soft" tabIndex={0}>
        {lines.join('\n')}
      </pre>
    </details>
  )
}

interface FoundProps {
  readonly explanation: Explanation
  readonly subject: string
  readonly made: Explanation['decision']
}

function Found({ explanation, subject, made }: FoundProps) {
  const { decision, effects, rules, changes, tree } = explanation
  const [chosen, onChoose] = useState<Span>(rules[0]?.span ?? null)
  const marking = { chosen, onChoose }
  return (
    <>
      <Section title="Understood as">
        {decision !== made && (
          <p className="mb-2 flex items-center gap-2 text-table text-soft">
            It would be decided otherwise now: <DecisionMark decision={decision} />
          </p>
        )}
        <MarkedCommand text={subject} span={chosen} />
        <Effects effects={effects} {...marking} />
      </Section>
      {rules.length > 0 && (
        <Section title="Rules that fired">
          <Rules rules={rules} {...marking} />
        </Section>
      )}
      <Section title="What each tier would answer now">
        <TierAnswers explanation={explanation} />
      </Section>
      {changes.length > 0 && (
        <Section title="What would change it">
          <Changes changes={changes} {...marking} />
        </Section>
      )}
      <Tree tree={tree} />
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
