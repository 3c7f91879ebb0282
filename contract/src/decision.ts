/** The three final outcomes of a validation. Strictest last: a combination takes the strictest. */
export const DECISIONS = ['ALLOW', 'ESCALATE', 'BLOCK'] as const
export type Decision = (typeof DECISIONS)[number]

/** What answered. The first six are asked in this order; the last two are what is left when none could. */
export const TIERS = [
  'MEMORY',
  'POLICY',
  'PATTERN',
  'REDIS',
  'EXPERT',
  'LLM',
  'SAFE_DEFAULT',
  'RATE_LIMIT',
] as const
export type Tier = (typeof TIERS)[number]

/** What one tier said while a request passed it. SKIPPED: not asked (breaker open, or not configured). */
export const TIER_OUTCOMES = ['HIT', 'PASS', 'ERROR', 'TIMEOUT', 'SKIPPED'] as const
export type TierOutcome = (typeof TIER_OUTCOMES)[number]

export const CONFIDENCES = ['HIGH', 'MEDIUM', 'LOW', 'UNKNOWN'] as const
export type Confidence = (typeof CONFIDENCES)[number]

export const RISK_LEVELS = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const
export type RiskLevel = (typeof RISK_LEVELS)[number]

/**
 * What the policy asks for with a decision: LOG it (every decision is kept as an event), ASK an expert, REQUIRE_EXPERT:
 * nobody but an expert who is asked now may clear it, so that neither memory nor another gateway does.
 */
export const OBLIGATIONS = ['LOG', 'ASK', 'REQUIRE_EXPERT'] as const
export type Obligation = (typeof OBLIGATIONS)[number]

/** The lower bound (inclusive) of each confidence band, as a score between 0 and 1. */
export const CONFIDENCE_BANDS = { HIGH: 0.95, MEDIUM: 0.8, LOW: 0.5, UNKNOWN: 0 } as const satisfies Record<
  Confidence,
  number
>

/** Exit codes of `lighthouse validate`: 1 is kept for errors, so that no failure reads as ALLOW. */
export const DECISION_EXIT_CODES = { ALLOW: 0, BLOCK: 2, ESCALATE: 3 } as const satisfies Record<
  Decision,
  number
>

/** The strictest of two decisions: BLOCK over ESCALATE over ALLOW. */
export function strictest(a: Decision, b: Decision): Decision {
  return DECISIONS.indexOf(a) >= DECISIONS.indexOf(b) ? a : b
}

/** The band of a confidence score between 0 and 1; anything else is UNKNOWN. */
export function confidenceOf(score: number): Confidence {
  return CONFIDENCES.find((band) => score >= CONFIDENCE_BANDS[band]) ?? 'UNKNOWN'
}
