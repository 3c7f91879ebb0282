import type { RiskLevel } from '@lighthouse/contract/decision'
import type { Verdict } from '@lighthouse/policy/engine/evaluate'
import type { Finding } from './decision.js'

/** An expert's ALLOW counts only where the rules asked for experts, and not for what they call critical. */
export function mayAllow(riskLevel: RiskLevel | undefined): boolean {
  return riskLevel !== undefined && riskLevel !== 'CRITICAL'
}

/** Whether the policy wants its escalation to be asked about; without, it is a person's to see and nobody's to clear. */
export function mayAsk({ obligations }: Pick<Verdict, 'obligations'>): boolean {
  return obligations.includes('ASK') || obligations.includes('REQUIRE_EXPERT')
}

/** Whether what an expert said may answer for the next call too: where one must be asked each time, no ALLOW may. */
export function mayShare({ decision }: Finding, verdict: Verdict | undefined): boolean {
  if (decision !== 'ALLOW') return true
  return mayAllow(verdict?.riskLevel) && verdict?.obligations.includes('REQUIRE_EXPERT') !== true
}
