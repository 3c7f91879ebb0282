import { evaluate } from '../engine/evaluate.js'
import type { PolicyInput, Verdict } from '../engine/evaluate.js'
import { isUnanswered } from '../engine/over-server.js'
import type { Pack } from '../engine/pack.js'
import type { GovernedEngine } from './govern.js'

/** What a draft is compared with. */
export interface Comparison {
  /** Judges in this process, wherever the one in force does: a server holds one policy. */
  readonly draft: Pack
  /** What is decided now; counts nothing. Undefined when the server that judges gave no answer. */
  readonly now: (input: PolicyInput) => Verdict | Promise<Verdict | undefined>
}

/** A draft beside what is in force: the server where one judges, the policy of this process otherwise. */
export function comparisonOf(draft: Pack, engine: GovernedEngine): Comparison {
  const { pack, consider } = engine
  if (consider === undefined) return { draft, now: (input) => evaluate(pack, input) }
  const now = async (input: PolicyInput) => {
    const verdict = await consider(input)
    return isUnanswered(verdict) ? undefined : verdict
  }
  return { draft, now }
}

/** What whoever tries a draft has to know where a server judges. */
export function noticeOf({ consider }: GovernedEngine): string | null {
  return consider === undefined
    ? null
    : 'An OPA server judges. What is decided now was asked of it, the draft was judged in this process; publishing the draft changes what is refused when the server gives no answer, and nothing else: give the server the draft too.'
}
