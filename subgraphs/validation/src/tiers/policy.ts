import type { Engine } from '@lighthouse/policy/engine/engine'
import type { PolicyInput, Verdict } from '@lighthouse/policy/engine/evaluate'
import type { Finding } from '../decision.js'
import type { Judgement } from '../judgement.js'
import type { Tier, TierAnswer } from './tier.js'
import { PASS } from './tier.js'

/** Asks the rules, in this process or where a server judges in its place. ALLOW and BLOCK are answers; what must be escalated goes on to the next tiers. */
export function policyTier(engine: Pick<Engine, 'evaluate' | 'ask'>): Tier {
  return {
    name: 'POLICY',
    stop: 'policy',
    vital: true,
    limitMs: 100,
    ask(judgement) {
      const input = inputFor(judgement)
      if (engine.ask !== undefined)
        return engine.ask(input, judgement.policyVersion).then((verdict) => answered(verdict, judgement))
      return answered(engine.evaluate(input, judgement.policyVersion), judgement)
    },
  }
}

function answered(verdict: Verdict, judgement: Judgement): TierAnswer {
  judgement.verdict = verdict
  return verdict.decision === 'ESCALATE' ? PASS : toFinding(verdict)
}

/** What the rules are asked about a call. */
export function inputFor({
  call,
  principal,
  understanding,
}: Pick<Judgement, 'call' | 'principal' | 'understanding'>): PolicyInput {
  return {
    tool: call.toolName.slice(0, 200),
    role: principal.role,
    agentId: principal.agentId,
    project: (call.projectRoot ?? call.cwd)?.slice(0, 1_000),
    effects: understanding.effects,
  }
}

/** A verdict of the rules as a finding. The rules are certain of what they say. */
export function toFinding(verdict: Verdict): Finding {
  const [first] = verdict.rules
  return {
    decision: verdict.decision,
    confidenceScore: verdict.decision === 'ESCALATE' ? 0.5 : 0.99,
    riskLevel: verdict.riskLevel,
    reason: reasonOf(verdict),
    originTier: 'POLICY',
    ruleId: first?.id,
    consultationId: undefined,
  }
}

const MAX_REASONS = 3

export function reasonOf({ rules }: Verdict): string {
  const [first] = rules
  if (first === undefined) return 'No rule says that this is harmless.'
  if (rules.length === 1) return first.reason
  const reasons = [...new Set(rules.map((rule) => rule.reason))]
  const more = reasons.length > MAX_REASONS ? ` (and ${reasons.length - MAX_REASONS} more)` : ''
  return `${reasons.slice(0, MAX_REASONS).join('; ')}${more}`
}
