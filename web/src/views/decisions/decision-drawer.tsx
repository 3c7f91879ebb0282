import { Link } from '@tanstack/react-router'
import { DecisionDetail } from '../../graph/documents.js'
import { useAnswer } from '../../graph/use-answer.js'
import type { DecisionDetailData } from '../../graph/generated/results.js'
import { DecisionMark } from '../../ui/decision-mark.js'
import { Drawer, Facts, Section } from '../../ui/drawer.js'
import { Figure } from '../../ui/figure.js'
import { moment } from '../../ui/moment.js'
import { duration, percent, said } from '../../ui/quantity.js'
import { EmptyState, FailureNote, Skeleton } from '../../ui/states.js'
import type { Zone } from '../../ui/time-range.js'
import { TierMark } from './columns.js'
import { ExplanationOf } from './decision-explanation.js'
import { TierBars } from './tier-bars.js'

type Decision = NonNullable<DecisionDetailData['decision']>

function Consultation({ consultation }: { readonly consultation: NonNullable<Decision['consultation']> }) {
  return (
    <Section title="Consultation">
      <p className="mb-2">
        {consultation.decision === null ? (
          consultation.status.toLowerCase().replace('_', ' ')
        ) : (
          <DecisionMark decision={consultation.decision} />
        )}
        <span className="ml-2 text-soft">
          {said(percent(consultation.confidence))} sure, quorum of {consultation.quorum}
        </span>
      </p>
      <p className="mb-3 text-soft">{consultation.reasoning}</p>
      <ul className="flex flex-col gap-2">
        {consultation.votes.map((vote) => (
          <li key={vote.expert.id} className="rounded-md border px-3 py-2 text-table">
            <div className="flex items-center gap-3">
              <span className="font-medium">{vote.expert.name}</span>
              <span className="text-faint">{vote.expert.kind.toLowerCase()}</span>
              <span className="ml-auto">
                <DecisionMark decision={vote.decision} />
              </span>
              <Figure value={duration(vote.ms)} className="font-mono" />
            </div>
            <p className="mt-1 text-soft">{vote.reasoning}</p>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Events({ events, zone }: { readonly events: Decision['events']; readonly zone: Zone }) {
  return (
    <Section title="Events">
      {events.length === 0 ? (
        <p className="text-table text-soft">None is kept for this decision.</p>
      ) : (
        <ol className="text-table">
          {events.map((event) => (
            <li key={event.id} className="row-line flex gap-4 py-1.5 font-mono">
              <span className="w-16 text-right text-faint">{event.sequence}</span>
              <span className="min-w-0 flex-1 truncate" title={event.type}>
                {event.type}
              </span>
              <span className="text-soft">{moment(event.timestamp, 'exact', zone)}</span>
            </li>
          ))}
        </ol>
      )}
    </Section>
  )
}

function Explained({ decision, zone }: { readonly decision: Decision; readonly zone: Zone }) {
  const { rule, agent, consultation } = decision
  const cached = decision.tier !== decision.originTier
  return (
    <>
      <Section title="Why">
        <p className="text-[14px] leading-6">{decision.reason}</p>
        {rule !== null && (
          <p className="mt-2 text-soft">
            Rule <code className="font-mono text-text">{rule.id}</code>: {rule.description}
            <span className="text-faint">
              {' '}
              · {rule.riskLevel.toLowerCase()} risk · gave the reason{' '}
              {rule.matchCount === 1 ? 'once' : `${rule.matchCount} times`}
            </span>
          </p>
        )}
      </Section>
      <Section title={`Tiers asked, ${said(duration(decision.processingMs))} in all (logarithmic)`}>
        <TierBars timings={decision.tierTimings} />
        {cached && (
          <p className="mt-2 flex items-center gap-1.5 text-table text-soft">
            Answered from a cache; first reached by <TierMark tier={decision.originTier} />
          </p>
        )}
      </Section>
      <ExplanationOf id={decision.id} subject={decision.subject} made={decision.decision} />
      {consultation !== null && <Consultation consultation={consultation} />}
      <Section title="Facts">
        <Facts
          rows={[
            ['Agent', `${agent.name} (${agent.role.toLowerCase().replaceAll('_', ' ')})`],
            ['Tool', decision.toolName],
            [
              'Confidence',
              `${decision.confidence.toLowerCase()}, ${said(percent(decision.confidenceScore))}`,
            ],
            ['Risk', decision.riskLevel.toLowerCase()],
            ['Decided', moment(decision.decidedAt, 'full', zone)],
            [
              'Policy',
              <code key="p" className="font-mono break-all">
                {decision.policyVersion}
              </code>,
            ],
            [
              'Decision',
              <code key="d" className="font-mono break-all select-all">
                {decision.id}
              </code>,
            ],
            [
              'Trace',
              <Link
                key="t"
                to="/walk"
                search={{ trace: decision.traceId }}
                className="font-mono break-all underline underline-offset-2 hover:text-beam"
              >
                {decision.traceId}
              </Link>,
            ],
          ]}
        />
      </Section>
      <Events events={decision.events} zone={zone} />
    </>
  )
}

/** Why a decision was made, by what, for whom, and what it left behind. */
export function DecisionDrawer({
  id,
  zone,
  onClose,
}: {
  readonly id: string
  readonly zone: Zone
  onClose(): void
}) {
  const answer = useAnswer(DecisionDetail, { id }, { forget: true })
  const decision = answer.data?.decision
  return (
    <Drawer
      title={
        decision === undefined || decision === null ? (
          'Decision'
        ) : (
          <code className="font-mono text-body break-all">{decision.subject}</code>
        )
      }
      subtitle={
        decision === undefined || decision === null ? id : <DecisionMark decision={decision.decision} />
      }
      onClose={onClose}
    >
      {answer.failure !== undefined && (
        <FailureNote what="This decision" failure={answer.failure} onRetry={answer.refresh} />
      )}
      {answer.first && <Skeleton rows={10} />}
      {decision === null && (
        <EmptyState title="This decision is not held any more">
          Decisions are kept as events: search the log for its id.
        </EmptyState>
      )}
      {decision !== undefined && decision !== null && <Explained decision={decision} zone={zone} />}
    </Drawer>
  )
}
