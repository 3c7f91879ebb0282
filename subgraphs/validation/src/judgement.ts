import type { Principal } from '@lighthouse/contract/principal'
import type { Verdict } from '@lighthouse/policy/engine/evaluate'
import { digestOf } from './fingerprint.js'
import type { ToolCall, Understanding } from './understand.js'
import { understand } from './understand.js'

/** One tool call while it is being judged. What a tier learns about it the next ones may use. */
export interface Judgement {
  readonly call: ToolCall
  readonly principal: Principal
  readonly requestId: string | undefined
  /** Everything that the decision depends on: the key of what is remembered here. */
  readonly fingerprint: string
  /** SHA-256 of that: the key of what is shared. */
  readonly digest: string
  readonly policyVersion: string
  /** Read once, when first asked for: a memory hit never pays for it. */
  readonly understanding: Understanding
  /** What the policy said, once it was asked. */
  verdict: Verdict | undefined
  /** How long what Redis answered still holds there, and what it was read under; undefined when Redis did not answer. */
  lent: Lent | undefined
  /** A vital tier failed: nothing may be ALLOWed any more. */
  broken: boolean
}

export interface Lent {
  readonly ttlMs: number
  /** The count of changes that had been told when it was read. */
  readonly changes: number
}

export type JudgementFacts = Pick<
  Judgement,
  'call' | 'principal' | 'requestId' | 'fingerprint' | 'policyVersion'
>

export function openJudgement(facts: JudgementFacts): Judgement {
  return new Opened(facts)
}

/** A class for speed alone: an object literal with a getter is made anew, shape and all, for every request. */
class Opened implements Judgement {
  readonly call: ToolCall
  readonly principal: Principal
  readonly requestId: string | undefined
  readonly fingerprint: string
  readonly policyVersion: string
  verdict: Verdict | undefined = undefined
  lent: Lent | undefined = undefined
  broken = false
  #understanding: Understanding | undefined = undefined

  constructor({ call, principal, requestId, fingerprint, policyVersion }: JudgementFacts) {
    this.call = call
    this.principal = principal
    this.requestId = requestId
    this.fingerprint = fingerprint
    this.policyVersion = policyVersion
  }

  get digest(): string {
    return digestOf(this.fingerprint)
  }

  get understanding(): Understanding {
    return (this.#understanding ??= understand(this.call))
  }
}
