import type { Finding } from './decision.js'
import type { Judgement } from './judgement.js'
import { reasonOf } from './tiers/policy.js'

/**
 * What is answered when no tier could tell. Never ALLOW: with the rules' own ESCALATE it stays ESCALATE, so that a
 * person decides; when the rules themselves could not be asked, what can change something is refused.
 */
export function fallback(judgement: Pick<Judgement, 'verdict' | 'broken'>, mutating: boolean): Finding {
  const { verdict, broken } = judgement
  if (verdict?.decision === 'ESCALATE' && !broken) {
    return {
      decision: 'ESCALATE',
      confidenceScore: 0.5,
      riskLevel: verdict.riskLevel,
      reason: `${reasonOf(verdict)}; nobody else could tell, so a person decides.`,
      originTier: 'SAFE_DEFAULT',
      ruleId: verdict.rules[0]?.id,
      consultationId: undefined,
    }
  }
  return {
    decision: mutating ? 'BLOCK' : 'ESCALATE',
    confidenceScore: 0,
    riskLevel: 'HIGH',
    reason:
      'This could not be judged because a part of the guard failed; nothing is allowed because something failed.',
    originTier: 'SAFE_DEFAULT',
    ruleId: undefined,
    consultationId: undefined,
  }
}
