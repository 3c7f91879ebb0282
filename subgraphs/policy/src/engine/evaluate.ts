import { DECISIONS, OBLIGATIONS, RISK_LEVELS } from '@lighthouse/contract/decision'
import type { Decision, Obligation, RiskLevel } from '@lighthouse/contract/decision'
import type { AgentRole } from '@lighthouse/contract/principal'
import type { Pack } from './pack.js'

/** What the policy is asked about: who, with which tool, to what effect. */
export interface PolicyInput {
  readonly tool: string
  readonly role: AgentRole
  readonly agentId: string
  /** Absolute path of the agent's project, as far as the caller said. */
  readonly project?: string | undefined
  /** pack → action → findings. */
  readonly effects: Readonly<
    Record<string, Readonly<Record<string, readonly { readonly subject: string }[]>>>
  >
}

/** A rule that gave the decision, with what it was about. */
export interface FiredRule {
  readonly id: string
  /** The pack that the rule is of: what stands before the slash of its id. */
  readonly pack: string
  readonly decision: Decision
  readonly riskLevel: RiskLevel
  readonly subject: string
  readonly reason: string
  /** The stretch of the command that it is about; whoever read the command sets it. */
  readonly span?: { readonly start: number; readonly end: number } | undefined
}

export interface Verdict {
  readonly decision: Decision
  readonly riskLevel: RiskLevel
  /** The rules of that decision, most dangerous first. */
  readonly rules: readonly FiredRule[]
  /** What the policy asks for with it. */
  readonly obligations: readonly Obligation[]
}

/** Asks a pack. Pure, in-process. Throws when the answer is not one: the caller must not take that for ALLOW. */
export function evaluate(pack: Pack, input: PolicyInput): Verdict {
  return verdictOf(pack.run(input), pack)
}

/**
 * The verdict that a result of the entry point is, with the texts of a pack. Throws when it is none. What is allowed
 * with a condition is not allowed: somebody is asked.
 */
export function verdictOf(result: unknown, pack: Pick<Pack, 'rules'>): Verdict {
  if (typeof result !== 'object' || result === null) throw new Error('The policy gave no answer.')
  const { decision, riskLevel, rules, obligations: asked } = result as Record<string, unknown>
  if (!isOneOf(DECISIONS, decision) || !isOneOf(RISK_LEVELS, riskLevel) || !Array.isArray(rules)) {
    throw new Error(`The policy gave no decision but ${JSON.stringify(result).slice(0, 200)}.`)
  }
  const fired = (rules as Answered[]).map((rule) => firedRule(rule, pack))
  if (fired.length > 1)
    fired.sort((a, b) => RISK_LEVELS.indexOf(b.riskLevel) - RISK_LEVELS.indexOf(a.riskLevel))
  const obligations = readObligations(asked)
  const conditional = decision === 'ALLOW' && obligations.some((one) => one !== 'LOG')
  return { decision: conditional ? 'ESCALATE' : decision, riskLevel, rules: fired, obligations }
}

function isOneOf<T extends string>(values: readonly T[], value: unknown): value is T {
  return values.includes(value as T)
}

type Answered = Pick<FiredRule, 'id' | 'decision' | 'riskLevel' | 'subject'>

/** Written out: to spread an object that came from JSON costs more than all the rest. */
function firedRule(
  { id, decision, riskLevel, subject }: Answered,
  { rules }: Pick<Pack, 'rules'>,
): FiredRule {
  const known = rules.get(id)
  return {
    id,
    pack: known?.pack ?? id.slice(0, id.indexOf('/')),
    decision,
    riskLevel,
    subject,
    reason: known === undefined ? id : `${subject}: ${known.reason}`,
  }
}

const NONE: readonly Obligation[] = []

/** What is not said, or not understood, is taken for all that could have been meant. */
function readObligations(asked: unknown): readonly Obligation[] {
  if (!Array.isArray(asked)) return OBLIGATIONS
  if (asked.length === 0) return NONE
  return asked.every((one) => isOneOf(OBLIGATIONS, one)) ? (asked as Obligation[]) : OBLIGATIONS
}
