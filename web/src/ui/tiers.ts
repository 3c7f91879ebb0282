import type { Tier } from '@lighthouse/contract/decision'

/** One name and one colour for each tier, the same in every picture. */
export const TIER_FACES = {
  MEMORY: { word: 'Memory', color: '--tier-memory' },
  POLICY: { word: 'Policy', color: '--tier-policy' },
  PATTERN: { word: 'Pattern', color: '--tier-pattern' },
  REDIS: { word: 'Redis', color: '--tier-redis' },
  EXPERT: { word: 'Expert', color: '--tier-expert' },
  LLM: { word: 'Model', color: '--tier-llm' },
  SAFE_DEFAULT: { word: 'Safe default', color: '--tier-safe-default' },
  RATE_LIMIT: { word: 'Rate limit', color: '--tier-rate-limit' },
} as const satisfies Record<Tier, { word: string; color: string }>
