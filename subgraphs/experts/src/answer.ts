import type { Agreement, NO_QUORUM } from './agree.js'
import { OVERLOADED } from './assign.js'
import type { Consultation, Consultations, Vote } from './consultations.js'
import type { Reply } from './gather.js'

/** How a consultation ended. */
export interface Ending {
  readonly agreement: Agreement | typeof NO_QUORUM | typeof OVERLOADED
  readonly replies: readonly Reply[]
  readonly timedOut: boolean
  readonly at: number
}

/** The step `answer`: closes a consultation and keeps it. Without an agreement it has no decision, only a reason. */
export function answer(opened: Consultation, ending: Ending, kept: Consultations): Consultation {
  const { agreement, replies, timedOut, at } = ending
  const votes: Vote[] = replies.flatMap(({ vote }) => (vote ? [vote] : []))
  const silent = replies.flatMap(({ expertId, none }) => (none === undefined ? [] : [`${expertId}: ${none}`]))
  // A late vote may have been added between the deadline and now.
  const { lateVotes } = kept.find(opened.id) ?? opened
  const closed =
    typeof agreement === 'symbol'
      ? { ...opened, votes, lateVotes, decidedAt: at, ...failure(agreement, timedOut, silent) }
      : {
          ...opened,
          votes,
          lateVotes,
          decidedAt: at,
          status: 'DECIDED' as const,
          decision: agreement.decision,
          confidence: agreement.confidence,
          reasoning:
            silent.length === 0 ? agreement.reasoning : `${agreement.reasoning} [${silent.join('; ')}]`,
        }
  kept.put(closed)
  return closed
}

function failure(
  why: typeof NO_QUORUM | typeof OVERLOADED,
  timedOut: boolean,
  silent: readonly string[],
): Pick<Consultation, 'status' | 'reasoning'> {
  if (why === OVERLOADED) {
    return {
      status: 'FAILED',
      reasoning: 'OVERLOADED: too many consultations are under way; ask again later.',
    }
  }
  const said = silent.length === 0 ? '' : ` [${silent.join('; ')}]`
  return timedOut
    ? { status: 'TIMED_OUT', reasoning: `No expert decided before the deadline.${said}` }
    : { status: 'FAILED', reasoning: `No expert could decide.${said}` }
}
