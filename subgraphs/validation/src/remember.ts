import type { Decision } from '@lighthouse/contract/decision'
import type { Finding } from './decision.js'
import type { Judgement } from './judgement.js'
import { mayShare } from './obligations.js'
import type { Memory } from './tiers/memory.js'
import type { RedisTier } from './tiers/redis.js'

/** How long a node remembers, by outcome: an ALLOW is doubted soonest. domain.md: memory 300 s. */
const MEMORY_TTL_MS = { ALLOW: 300_000, ESCALATE: 60_000, BLOCK: 600_000 } as const satisfies Record<
  Decision,
  number
>
/** How long what an expert said is shared. P-048 */
const LEARNED_TTL_MS = { ALLOW: 3_600_000, ESCALATE: 300_000, BLOCK: 7_200_000 } as const satisfies Record<
  Decision,
  number
>

export interface Shelves {
  readonly memory: Memory
  readonly redis: RedisTier
}

/**
 * Remembers what a tier found: rules and patterns here, experts also for every gateway. What is shared is remembered
 * here only while this node is told of its changes, and never longer than it is shared. The safe default is never
 * remembered: what failed is asked again, as is what the policy wants an expert to look at each time. Nothing is remembered while a vital tier is broken.
 */
export function remember(
  finding: Finding,
  judgement: Judgement,
  { memory, redis }: Shelves,
): Promise<unknown> | undefined {
  const { fingerprint, lent, broken, verdict } = judgement
  if (finding.originTier === 'SAFE_DEFAULT' || broken) return undefined
  const ttlMs = MEMORY_TTL_MS[finding.decision]
  const local = finding.originTier !== 'EXPERT'
  if (!local && !mayShare(finding, verdict)) return undefined
  if (local || redis.mayRemember(lent))
    memory.keep(fingerprint, finding, local ? ttlMs : Math.min(ttlMs, lent?.ttlMs ?? ttlMs))
  // What came from there is there: sharing it again would extend it without end.
  if (local || lent !== undefined) return undefined
  return redis.share(judgement, finding, LEARNED_TTL_MS[finding.decision])
}
