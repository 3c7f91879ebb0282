import type { Decision } from '@lighthouse/contract/decision'

import type { Question } from '../question.js'

export type ExpertKind = 'SCRIPTED' | 'LLM'

/** What an expert says about one tool call. */
export interface Verdict {
  readonly decision: Decision
  /** Between 0 and 1. */
  readonly confidence: number
  readonly reasoning: string
  /**
   * False: the expert has no opinion of its own and says what holds then. Such a verdict counts only when no expert
   * gave a firm one.
   */
  readonly firm: boolean
  /** What the verdict cost, for the record. */
  readonly usage?: Usage
}

export interface Usage {
  readonly promptTokens: number
  readonly completionTokens: number
  readonly costUsd: number
}

/** The expert could not say: down, slow, refused, or answered something that is no verdict. Never read as ALLOW. */
export interface NoVerdict {
  readonly none: string
  readonly usage?: Usage
}

/** Someone who can be asked whether a tool call may run. */
export interface Expert {
  readonly id: string
  readonly name: string
  readonly kind: ExpertKind
  /** Kinds of tools it judges (see match.ts); `*` is all. */
  readonly capabilities: readonly string[]
  readonly maxConcurrent: number
  /** Experts are asked in rounds, the cheap ones first; a later round is asked only while the quorum is not reached. */
  readonly round: number
  /** Why it cannot be asked now; undefined when it can. */
  offline(): string | undefined
  /** Answers before `signal` aborts, or with NoVerdict. What it throws counts as NoVerdict too. */
  ask(question: Question, signal: AbortSignal): Promise<Verdict | NoVerdict>
}
