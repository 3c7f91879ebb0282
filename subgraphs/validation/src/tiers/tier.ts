import type { Scope } from '@lighthouse/chassis/scope'
import type { Tier as TierName } from '@lighthouse/contract/decision'
import type { Stop } from '@lighthouse/contract/stops'
import type { Finding } from '../decision.js'
import type { Judgement } from '../judgement.js'

/** No answer: the next tier is asked. */
export const PASS = Symbol('pass')
/** Not asked: not configured, switched off, or its breaker is open. */
export const SKIPPED = Symbol('skipped')

export type TierAnswer = Finding | typeof PASS | typeof SKIPPED

/**
 * One step of a decision. Answers a finding when it can tell, PASS when it cannot, SKIPPED when it was not asked.
 * Throwing means that it is broken: the conductor notes ERROR (or TIMEOUT) and does not ALLOW because of it.
 */
export interface Tier {
  readonly name: TierName
  readonly stop: Stop
  /** A fault of this tier leaves the request undecidable: nothing after it may ALLOW. */
  readonly vital: boolean
  /** How long it may take to answer, when it does not answer at once; the caller's own deadline shortens it. */
  readonly limitMs: number
  ask(judgement: Judgement, scope: Scope): TierAnswer | Promise<TierAnswer>
}
