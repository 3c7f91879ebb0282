import type { Decision } from '@lighthouse/contract/decision'
import { DECISIONS } from '@lighthouse/contract/decision'
import { evaluate } from '../engine/evaluate.js'
import type { PolicyInput, Verdict } from '../engine/evaluate.js'
import type { Pack } from '../engine/pack.js'

/** A call that the policy in force and the canary judge differently. */
export interface Difference {
  readonly tool: string
  readonly agentId: string
  readonly subject: string
  readonly inForce: Decision
  readonly canary: Decision
  readonly at: Date
}

/** What came of asking both, since the canary began on this node. */
export interface ShadowReport {
  readonly evaluated: number
  /** The canary is laxer, stricter. */
  readonly softer: number
  readonly harder: number
  /** The other one could not answer. */
  readonly failed: number
  /** The newest 100. */
  readonly differences: readonly Difference[]
}

const MAX_DIFFERENCES = 100

/** Asks the policy that did not judge a call what it would have said; nobody waits for it and it decides nothing. */
export interface Shadow {
  readonly canary: Pack
  compare(input: PolicyInput, verdict: Verdict, judge: Pack, inForce: Pack): void
  report(): ShadowReport
}

export function openShadow(canary: Pack, now: () => Date = () => new Date()): Shadow {
  const counts = { evaluated: 0, softer: 0, harder: 0, failed: 0 }
  const differences: Difference[] = []

  function compare(input: PolicyInput, verdict: Verdict, judge: Pack, inForce: Pack): void {
    const byCanary = judge.version === canary.version
    if (!byCanary && judge.version !== inForce.version) return
    counts.evaluated += 1
    let other: Decision
    try {
      other = evaluate(byCanary ? inForce : canary, input).decision
    } catch {
      counts.failed += 1
      return
    }
    const [before, after] = byCanary ? [other, verdict.decision] : [verdict.decision, other]
    if (before === after) return
    counts[rank(after) < rank(before) ? 'softer' : 'harder'] += 1
    if (differences.length >= MAX_DIFFERENCES) differences.shift()
    const { tool, agentId } = input
    differences.push({ tool, agentId, subject: subjectOf(input), inForce: before, canary: after, at: now() })
  }

  return { canary, compare, report: () => ({ ...counts, differences: [...differences] }) }
}

export function rank(decision: Decision): number {
  return DECISIONS.indexOf(decision)
}

/** What the call is about, in at most 200 characters. */
function subjectOf({ effects, tool }: PolicyInput): string {
  const [actions] = Object.values(effects)
  const [items] = Object.values(actions ?? {})
  return (items?.[0]?.subject ?? tool).slice(0, 200)
}
