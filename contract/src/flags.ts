/** The feature flags that the product itself asks about, with what holds when nothing else says so. */
export const FLAGS = {
  /** Ask the Redis tier for what experts and other gateways decided. */
  'redis-tier': true,
  /** Ask the pattern tier, which can only harden. */
  'pattern-tier': true,
  /** Ask experts when no other tier could tell; off means the safe default. */
  'expert-tier': true,
} as const satisfies Record<string, boolean>

export type FlagName = keyof typeof FLAGS

export const FLAG_STATES = ['DISABLED', 'ENABLED', 'PERCENTAGE_ROLLOUT', 'AB_TEST', 'CANARY'] as const
export type FlagState = (typeof FLAG_STATES)[number]

/** Who asks about flags sees only this. */
export interface FlagReader {
  /** Sticky: the same flag and agent get the same answer while the flag does not change. Unknown flags are off. */
  isOn(name: string, agentId: string): Promise<boolean>
}
