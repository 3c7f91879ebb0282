/** Every Redis key and channel, spelled once. `v1` changes when a stored shape does. */
const PREFIX = 'lighthouse:v1'

/** The decision an expert (or another gateway) reached for a fingerprint under one policy version. */
export function decisionKey(policyVersion: string, fingerprint: string): string {
  return `${PREFIX}:decision:${policyVersion}:${fingerprint}`
}

/** Channel on which a changed feature flag is announced to every node. */
export const FLAG_CHANNEL = `${PREFIX}:flags`

/** Hash of feature flags, field = flag name, value = JSON. */
export const FLAGS_KEY = `${PREFIX}:flags:state`
