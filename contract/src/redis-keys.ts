/** Every Redis key and channel, spelled once. `v1` changes when a stored shape does. */
const PREFIX = 'lighthouse:v1'

/** What every key of a decision begins with. */
export const DECISION_PREFIX = `${PREFIX}:decision:`

/** The decision an expert (or another gateway) reached under one policy version, by the digest of its fingerprint. */
export function decisionKey(policyVersion: string, digest: string): string {
  return `${DECISION_PREFIX}${policyVersion}:${digest}`
}

/** The digest that a {@link decisionKey} is about. */
export function digestIn(decisionKey: string): string {
  return decisionKey.slice(decisionKey.lastIndexOf(':') + 1)
}

/** Channel on which a changed feature flag is announced to every node. */
export const FLAG_CHANNEL = `${PREFIX}:flags`

/** Hash of feature flags, field = flag name, value = JSON. */
export const FLAGS_KEY = `${PREFIX}:flags:state`

/** Channel on which a change of the policy in force is announced to every node. */
export const POLICY_CHANNEL = `${PREFIX}:policy`

/** The text of a document that a client registered, by the SHA-256 of the text. */
export function persistedQueryKey(hash: string): string {
  return `${PREFIX}:persisted:${hash}`
}

/** Hash of trusted documents, field = id, value = text. */
export const OPERATIONS_KEY = `${PREFIX}:operations`

/** Channel on which new trusted documents are announced to every gateway. */
export const OPERATIONS_CHANNEL = `${PREFIX}:operations:changed`

/** What a subgraph answered, by the hash of all that decided it. */
export function cacheEntryKey(hash: string): string {
  return `${PREFIX}:cache:entry:${hash}`
}

/** Sorted set of what was invalidated in the cache: member = tag, score = milliseconds since the epoch; at infinity, its life. */
export const CACHE_INVALIDATIONS_KEY = `${PREFIX}:cache:invalidated`

/** Channel on which invalidations are announced to every gateway, as `[at, tags]`. */
export const CACHE_CHANNEL = `${PREFIX}:cache:invalidate`
