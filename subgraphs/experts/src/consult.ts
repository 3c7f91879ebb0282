import { uuidv7 } from 'uuidv7'

import { agree } from './agree.js'
import type { Announcer, Cause } from './announce.js'
import { responded, summoned } from './announcements.js'
import { answer } from './answer.js'
import { type Desk, OVERLOADED } from './assign.js'
import type { Consultation, Consultations } from './consultations.js'
import { startDeadline } from './deadline.js'
import { gather } from './gather.js'
import { match } from './match.js'
import type { Question } from './question.js'
import type { Registry } from './registry.js'

/** What a consultation stands on. */
export interface House {
  readonly registry: Registry
  readonly desk: Desk
  readonly consultations: Consultations
  readonly announcer: Announcer
  readonly now: () => number
}

/** Who waits for the answer, and until when. */
export interface Waiting extends Cause {
  readonly deadlineAt: number
  readonly signal: AbortSignal
}

/** One vote decides. */
const QUORUM = 1
/** Experts asked at one time: domain rule "at most 3 a consultation". */
const MAX_EXPERTS_A_ROUND = 3

/**
 * Asks experts about one tool call: match → assign → gather → agree → answer. Answers at the deadline at the latest
 * (the question's, or the caller's when that is sooner), and never throws for what an expert does.
 */
export async function consult(question: Question, waiting: Waiting, house: House): Promise<Consultation> {
  const opened = open(question, waiting, house)
  const candidates = match(question, house.registry)
  const panel = house.desk.assign(candidates, MAX_EXPERTS_A_ROUND)
  if (panel === OVERLOADED) {
    return close(opened, { agreement: OVERLOADED, replies: [], timedOut: false }, house)
  }
  using _place = panel
  using deadline = startDeadline(opened, waiting.signal, house.now())
  const replies = await gather(panel.rounds, {
    question,
    registry: house.registry,
    quorum: QUORUM,
    signal: deadline.signal,
    onAsked: (expertId) => house.announcer.announce(waiting, [summoned(opened, expertId, question)]),
    onReply: (reply, late) => {
      if (late && reply.vote) house.consultations.addLate(opened.id, reply.vote)
      house.announcer.announce(waiting, [responded(opened, reply, late)])
    },
  })
  const votes = replies.flatMap(({ vote }) => (vote ? [vote] : []))
  const agreement = agree(votes, QUORUM, question.riskLevel)
  return close(opened, { agreement, replies, timedOut: deadline.passed() }, house)
}

function open(question: Question, waiting: Waiting, house: House): Consultation {
  const createdAt = house.now()
  const opened: Consultation = {
    id: `cons_${uuidv7()}`,
    requestId: question.requestId,
    status: 'PENDING',
    decision: undefined,
    confidence: undefined,
    reasoning: 'Experts are being asked.',
    votes: [],
    lateVotes: [],
    quorum: QUORUM,
    createdAt,
    deadlineAt: Math.max(createdAt, Math.min(createdAt + question.timeoutMs, waiting.deadlineAt)),
    decidedAt: undefined,
  }
  house.consultations.put(opened)
  return opened
}

function close(
  opened: Consultation,
  ending: Omit<Parameters<typeof answer>[1], 'at'>,
  house: House,
): Consultation {
  return answer(opened, { ...ending, at: house.now() }, house.consultations)
}
