/** No claim gives more names, and no name is longer. */
const MAX_NAMES = 1_000
const MAX_CHARACTERS = 256

/**
 * The names in a claim: a list, or words with spaces between (RFC 8693, section 4.2). The claim is named as it is, or by
 * the way to it with dots between (`realm_access.roles`). Anything else is no name.
 */
export function claimedNames(claims: Readonly<Record<string, unknown>>, claim: string): readonly string[] {
  const value = Object.hasOwn(claims, claim) ? claims[claim] : along(claims, claim.split('.'))
  const names: readonly unknown[] =
    typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : []
  return names
    .filter((one): one is string => typeof one === 'string' && one !== '' && one.length <= MAX_CHARACTERS)
    .slice(0, MAX_NAMES)
}

function along(value: unknown, way: readonly string[]): unknown {
  let at = value
  for (const key of way) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    at = (at as Record<string, unknown>)[key]
  }
  return at
}
