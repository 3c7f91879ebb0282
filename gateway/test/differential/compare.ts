export interface Answer {
  readonly data?: unknown
  readonly errors?: readonly {
    readonly message: string
    readonly path?: readonly (string | number)[] | undefined
  }[]
}

/**
 * What differs between the oracle's answer and ours; undefined when nothing that GraphQL promises does. Data must be
 * equal to the letter, in the order of the selection. Every null that an error caused must have an error of ours that
 * explains it, no null may have one that the oracle does not explain, and for each of them one of our paths must be a
 * place where the data is at fault. (When several siblings fail under one null, the specification leaves open which of
 * them are reported; under a null that a fault explains we may name a sibling that came with it and was lost with it.)
 */
export function difference(oracle: Answer, ours: Answer, faults: ReadonlySet<string>): string | undefined {
  const expected = JSON.stringify(oracle.data)
  const actual = JSON.stringify(ours.data)
  if (expected !== actual)
    return `data differs\n  expected ${expected}\n  actual   ${actual}\n  ${shown(ours)}`
  const expectedNulls = nulled(oracle)
  const actualNulls = nulled(ours)
  for (const place of expectedNulls.keys())
    if (!actualNulls.has(place)) return `no error explains the null at ${place}\n  ${shown(ours)}`
  for (const [place, paths] of actualNulls) {
    if (!expectedNulls.has(place))
      return `an error is reported at ${place} where the oracle has none\n  ${shown(ours)}`
    if (!paths.some((path) => faults.has(path)))
      return `no fault of the data explains the null at ${place}\n  ${shown(ours)}`
  }
  return undefined
}

function shown(answer: Answer): string {
  return JSON.stringify((answer.errors ?? []).map(({ path, message }) => ({ path, message })))
}

/** Where in the data the null stands that each error led to, and the paths of the errors that led there. */
function nulled(answer: Answer): Map<string, string[]> {
  const places = new Map<string, string[]>()
  for (const { path } of answer.errors ?? []) {
    let at: unknown = answer.data
    const walked: (string | number)[] = []
    for (const key of path ?? []) {
      if (at === null || at === undefined) break
      at = (at as Record<string | number, unknown>)[key]
      walked.push(key)
    }
    const place = JSON.stringify(walked)
    places.set(place, [...(places.get(place) ?? []), JSON.stringify(path ?? [])])
  }
  return places
}
