import { type Decision, type RiskLevel, strictest } from '@lighthouse/contract/decision'

import type { Vote } from './consultations.js'

export interface Agreement {
  readonly decision: Decision
  readonly confidence: number
  readonly reasoning: string
}

/** There are not enough votes to decide. */
export const NO_QUORUM = Symbol('no quorum')

/**
 * The step `agree`: what the votes come to. Firm votes decide by themselves once they are a quorum; else votes that are
 * not firm count too. The strictest vote wins, so a BLOCK always does, and of equal ones the surest is cited. An ALLOW
 * for CRITICAL risk becomes ESCALATE, whoever gave it.
 */
export function agree(
  votes: readonly Vote[],
  quorum: number,
  riskLevel: RiskLevel,
): Agreement | typeof NO_QUORUM {
  const firm = votes.filter((vote) => vote.firm)
  const counted = firm.length >= quorum ? firm : votes
  if (counted.length < quorum) return NO_QUORUM
  const decision = counted.map((vote) => vote.decision).reduce(strictest)
  const agreeing = counted.filter((vote) => vote.decision === decision)
  const cited = agreeing.reduce((best, vote) => (vote.confidence > best.confidence ? vote : best))
  const confidence = agreeing.reduce((sum, vote) => sum + vote.confidence, 0) / agreeing.length
  if (decision === 'ALLOW' && riskLevel === 'CRITICAL') {
    return {
      decision: 'ESCALATE',
      confidence,
      reasoning: `${cited.reasoning} (not allowed without a person: the risk is CRITICAL)`,
    }
  }
  return { decision, confidence, reasoning: cited.reasoning }
}
