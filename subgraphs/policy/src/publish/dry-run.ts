import type { Decision } from '@lighthouse/contract/decision'
import { evaluate } from '../engine/evaluate.js'
import type { Verdict } from '../engine/evaluate.js'
import type { Pack } from '../engine/pack.js'
import type { KnownCall, Understand } from './call.js'
import { inputOf, subjectOf, turn } from './call.js'
import { rank } from './shadow.js'

/** A call that a draft would decide otherwise than the policy in force. */
export interface ChangedDecision {
  readonly tool: string
  readonly subject: string
  readonly agentId: string
  readonly before: Decision
  readonly after: Decision
  readonly rulesBefore: readonly string[]
  readonly rulesAfter: readonly string[]
  /** How often the call was made. */
  readonly count: number
}

export interface DryRunPart {
  readonly calls: number
  readonly changed: number
  /** The draft is laxer, stricter. */
  readonly softer: number
  readonly harder: number
  /** Those that soften first, then by how often they were made; at most 200. */
  readonly decisions: readonly ChangedDecision[]
}

const MAX_DECISIONS = 200

/** Judges calls by both policies; nothing is counted, remembered or decided. */
export async function dryRun(
  calls: readonly (KnownCall & { readonly count?: number })[],
  understand: Understand,
  { draft, inForce }: { readonly draft: Pack; readonly inForce: Pack },
): Promise<DryRunPart> {
  const decisions: ChangedDecision[] = []
  let all = 0
  for (const [index, call] of calls.entries()) {
    await turn(index)
    const count = call.count ?? 1
    all += count
    const input = inputOf(call, understand)
    const [old, next] = [evaluate(inForce, input), evaluate(draft, input)]
    if (old.decision === next.decision) continue
    const { tool, agentId } = call
    const rules = { rulesBefore: idsOf(old), rulesAfter: idsOf(next) }
    decisions.push({
      tool,
      agentId,
      subject: subjectOf(call),
      before: old.decision,
      after: next.decision,
      ...rules,
      count,
    })
  }
  const sum = (of: readonly ChangedDecision[]) => of.reduce((total, { count }) => total + count, 0)
  const softer = decisions.filter(isSofter)
  return {
    calls: all,
    changed: sum(decisions),
    softer: sum(softer),
    harder: sum(decisions) - sum(softer),
    decisions: decisions
      .sort((a, b) => Number(isSofter(b)) - Number(isSofter(a)) || b.count - a.count)
      .slice(0, MAX_DECISIONS),
  }
}

function isSofter({ before, after }: ChangedDecision): boolean {
  return rank(after) < rank(before)
}

function idsOf({ rules }: Verdict): readonly string[] {
  return [...new Set(rules.map(({ id }) => id))]
}
