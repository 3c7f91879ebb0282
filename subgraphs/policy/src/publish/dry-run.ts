import type { Decision } from '@lighthouse/contract/decision'
import { evaluate } from '../engine/evaluate.js'
import type { Verdict } from '../engine/evaluate.js'
import type { KnownCall, Understand } from './call.js'
import { inputOf, subjectOf, turn } from './call.js'
import type { Comparison } from './in-force.js'
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
  /** Calls that the server which judges gave no answer to: they are not compared. */
  readonly unanswered: number
  readonly changed: number
  /** The draft is laxer, stricter. */
  readonly softer: number
  readonly harder: number
  /** Those that soften first, then by how often they were made; at most 200. */
  readonly decisions: readonly ChangedDecision[]
}

const MAX_DECISIONS = 200

/** Calls that are asked about at a time: few of what a server takes at once, so that decisions go on. */
const AT_ONCE = 16

/** Judges calls by both policies; nothing is counted, remembered or decided. */
export async function dryRun(
  calls: readonly (KnownCall & { readonly count?: number })[],
  understand: Understand,
  { draft, now }: Comparison,
): Promise<DryRunPart> {
  const decisions: ChangedDecision[] = []
  let all = 0
  let unanswered = 0
  for (let from = 0; from < calls.length; from += AT_ONCE) {
    await turn(0)
    const some = calls.slice(from, from + AT_ONCE).map((call) => ({ call, input: inputOf(call, understand) }))
    const before = await Promise.all(some.map(({ input }) => now(input)))
    for (const [at, { call, input }] of some.entries()) {
      const [old, count] = [before[at], call.count ?? 1]
      all += count
      if (old === undefined) unanswered += count
      else decisions.push(...changeOf(call, old, evaluate(draft, input)))
    }
  }
  const sum = (of: readonly ChangedDecision[]) => of.reduce((total, { count }) => total + count, 0)
  const softer = decisions.filter(isSofter)
  return {
    calls: all,
    unanswered,
    changed: sum(decisions),
    softer: sum(softer),
    harder: sum(decisions) - sum(softer),
    decisions: decisions
      .sort((a, b) => Number(isSofter(b)) - Number(isSofter(a)) || b.count - a.count)
      .slice(0, MAX_DECISIONS),
  }
}

function changeOf(
  call: KnownCall & { readonly count?: number },
  old: Verdict,
  next: Verdict,
): readonly ChangedDecision[] {
  if (old.decision === next.decision) return []
  const { tool, agentId, count = 1 } = call
  const rules = { rulesBefore: idsOf(old), rulesAfter: idsOf(next) }
  const [before, after] = [old.decision, next.decision]
  return [{ tool, agentId, subject: subjectOf(call), before, after, ...rules, count }]
}

function isSofter({ before, after }: ChangedDecision): boolean {
  return rank(after) < rank(before)
}

function idsOf({ rules }: Verdict): readonly string[] {
  return [...new Set(rules.map(({ id }) => id))]
}
