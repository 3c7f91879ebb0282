import type { Tier } from '@lighthouse/contract/decision'
import type { LiveFrame } from '../../live/metrics-store.js'

/** Tiers that answer only because nothing cheaper could. */
const DEAR: ReadonlySet<Tier> = new Set(['EXPERT', 'LLM', 'SAFE_DEFAULT', 'RATE_LIMIT'])

/** The share of decisions that were reached before any expert or model was asked; null when none was made. */
export function decidedEarly(tiers: LiveFrame['tiers']): number | null {
  const all = tiers.reduce((sum, tier) => sum + tier.hits, 0)
  if (all === 0) return null
  const dear = tiers.reduce((sum, tier) => sum + (DEAR.has(tier.tier) ? tier.hits : 0), 0)
  return (all - dear) / all
}
