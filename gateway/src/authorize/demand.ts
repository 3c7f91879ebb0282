/** What a directive demands of the caller. Of `anyOf`, all of one list is enough; no list at all is nobody's. */
export type Demand =
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'scopes' | 'policies'; readonly anyOf: readonly (readonly string[])[] }

/** More combinations than these are not compared. */
const MAX_COMBINATIONS = 1_000

/** True when whoever meets all of `given` meets `wanted` too. False also where that would be too dear to find out. */
export function implies(given: readonly Demand[], wanted: Demand): boolean {
  if (wanted.kind === 'authenticated') return given.some((one) => one.kind === 'authenticated')
  let combinations: ReadonlySet<string>[] = [new Set()]
  for (const one of given) {
    if (one.kind !== wanted.kind) continue
    if (combinations.length * one.anyOf.length > MAX_COMBINATIONS) return false
    combinations = combinations.flatMap((before) => one.anyOf.map((all) => new Set([...before, ...all])))
  }
  return combinations.every((held) => wanted.anyOf.some((all) => all.every((name) => held.has(name))))
}
