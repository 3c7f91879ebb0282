import type { Confidence, Decision, RiskLevel, Tier, TierOutcome } from '@lighthouse/contract/decision'
import type { Principal } from '@lighthouse/contract/principal'
import type { ToolCall } from './understand.js'

/** How long one tier took and how it ended. */
export interface TierTiming {
  readonly tier: Tier
  readonly ms: number
  readonly outcome: TierOutcome
}

/** What a tier found out: everything of a decision that does not belong to one request. This is what is cached. */
export interface Finding {
  readonly decision: Decision
  readonly confidenceScore: number
  readonly riskLevel: RiskLevel
  readonly reason: string
  /** The tier that first reached it. */
  readonly originTier: Tier
  readonly ruleId: string | undefined
  readonly consultationId: string | undefined
}

/** One tool call that is to be decided. */
export interface DecideRequest {
  readonly call: ToolCall
  readonly principal: Principal
  readonly requestId: string | undefined
}

/** What was found, by which tier, and which tiers were asked on the way. */
export interface Settled {
  readonly finding: Finding
  readonly tier: Tier
  readonly timings: readonly TierTiming[]
}

/** One decision as it is kept and answered. */
export interface ValidationDecision {
  readonly id: string
  readonly requestId: string | null
  readonly decision: Decision
  readonly tier: Tier
  readonly originTier: Tier
  readonly confidence: Confidence
  readonly confidenceScore: number
  readonly riskLevel: RiskLevel
  readonly reason: string
  readonly cacheHit: boolean
  readonly tierTimings: readonly TierTiming[]
  readonly processingMs: number
  readonly policyVersion: string
  readonly toolName: string
  readonly subject: string
  /** Where it would have run; kept with the event, so that a policy can be tried on what was really asked. */
  readonly cwd: string | null
  readonly projectRoot: string | null
  /** RFC 3339. */
  readonly decidedAt: string
  readonly traceId: string
  readonly agentId: string
  readonly ruleId: string | null
  readonly consultationId: string | null
}
