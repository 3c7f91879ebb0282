import type { Decision, Obligation, RiskLevel, Tier, TierOutcome } from '@lighthouse/contract/decision'
import type { FiredRule } from '@lighthouse/policy/engine/evaluate'
import type { Span } from '../shell/findings.js'

/** One effect that was understood, flat: what a rule is asked about. */
export interface ExplainedEffect {
  /** `pack/action`, for example `filesystem/delete`. */
  readonly kind: string
  /** The path, host, program or text that it is about. */
  readonly target: string
  readonly recursive: boolean
  /** What it is about is only known when it runs. */
  readonly dynamic: boolean
  /** Everything else that is known of it. */
  readonly facts: Readonly<Record<string, unknown>>
  readonly span: Span | undefined
}

/** What one tier would answer. */
export interface ExplainedTier {
  readonly tier: Tier
  readonly outcome: TierOutcome
  readonly ms: number
  /** Null for a tier that would not answer. */
  readonly decision: Decision | null
  readonly reason: string | null
}

/** What would have to be otherwise for another decision. */
export interface Change {
  readonly what: string
  readonly decision: Decision
  /** The stretch of the command that would have to go, when that is the change. */
  readonly span: Span | undefined
}

/** A node of the parsed command. */
export interface TreeNode {
  readonly type: string
  /** What was written, when it is one stretch of the command; at most 200 characters. */
  readonly text?: string
  readonly span?: Span
  readonly children: readonly TreeNode[]
}

export interface Explanation {
  readonly decision: Decision
  readonly tier: Tier
  readonly riskLevel: RiskLevel
  readonly reason: string
  readonly policyVersion: string
  /** What judges by rules: `opa-wasm` in this process, or `opa-server`. */
  readonly engine: string
  readonly tree: TreeNode | null
  readonly effects: readonly ExplainedEffect[]
  readonly rules: readonly FiredRule[]
  /** What the policy asks for with its decision. */
  readonly obligations: readonly Obligation[]
  readonly tiers: readonly ExplainedTier[]
  readonly changes: readonly Change[]
}
