import type { TierOutcome } from '@lighthouse/contract/decision'

/** What became of a tier, in words. */
export const TIER_OUTCOMES = {
  HIT: 'answered',
  PASS: 'passed on',
  ERROR: 'failed',
  TIMEOUT: 'timed out',
  SKIPPED: 'not asked',
} as const satisfies Record<TierOutcome, string>
