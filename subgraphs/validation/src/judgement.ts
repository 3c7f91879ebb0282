import type { Principal } from '@lighthouse/contract/principal'
import type { Verdict } from '@lighthouse/policy/engine/evaluate'
import type { ToolCall, Understanding } from './understand.js'
import { understand } from './understand.js'

/** One tool call while it is being judged. What a tier learns about it the next ones may use. */
export interface Judgement {
  readonly call: ToolCall
  readonly principal: Principal
  readonly requestId: string | undefined
  /** SHA-256 over everything that the decision depends on: the key of every cache. */
  readonly fingerprint: string
  readonly policyVersion: string
  /** Read once, when first asked for: a memory hit never pays for it. */
  readonly understanding: Understanding
  /** What the policy said, once it was asked. */
  verdict: Verdict | undefined
  /** A vital tier failed: nothing may be ALLOWed any more. */
  broken: boolean
}

export type JudgementFacts = Pick<
  Judgement,
  'call' | 'principal' | 'requestId' | 'fingerprint' | 'policyVersion'
>

export function openJudgement(facts: JudgementFacts): Judgement {
  let read: Understanding | undefined
  return {
    ...facts,
    get understanding() {
      return (read ??= understand(facts.call))
    },
    verdict: undefined,
    broken: false,
  }
}
