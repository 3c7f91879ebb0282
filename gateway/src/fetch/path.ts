/** A place in response data, linked from the leaf to the root, so that neighbours share what they have in common. */
export interface Path {
  readonly prev: Path | undefined
  readonly key: string | number
}

/** The path as errors carry it: keys from the root to the leaf. */
export function pathKeys(path: Path | undefined): (string | number)[] {
  const keys: (string | number)[] = []
  for (let at = path; at !== undefined; at = at.prev) keys.push(at.key)
  return keys.reverse()
}
