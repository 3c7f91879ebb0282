interface Answer {
  readonly data?: unknown
  readonly errors?: readonly {
    readonly message: string
    readonly path?: readonly (string | number)[] | undefined
  }[]
}

/**
 * What differs between the oracle's answer and ours; undefined when nothing that GraphQL promises does. Data must be
 * equal to the letter, in the order of the selection. Every null that an error caused must have an error of ours that
 * explains it, no null may have one that the oracle does not explain, and each path of ours must be a place where the
 * data is at fault. (When several siblings fail under one null, the specification leaves open which of them are
 * reported.)
 */
export function difference(oracle: Answer, ours: Answer, faults: ReadonlySet<string>): string | undefined {
  const expected = JSON.stringify(oracle.data)
  const actual = JSON.stringify(ours.data)
  if (expected !== actual) return `data differs\n  expected ${expected}\n  actual   ${actual}`
  const expectedNulls = nulled(oracle)
  const actualNulls = nulled(ours)
  for (const place of expectedNulls)
    if (!actualNulls.has(place)) return `no error explains the null at ${place}\n  ${shown(ours)}`
  for (const place of actualNulls)
    if (!expectedNulls.has(place))
      return `an error is reported at ${place} where the oracle has none\n  ${shown(ours)}`
  for (const { path, message } of ours.errors ?? [])
    if (!faults.has(JSON.stringify(path ?? [])))
      return `no fault of the data is at ${JSON.stringify(path)} (${message})`
  return undefined
}

function shown(answer: Answer): string {
  return JSON.stringify((answer.errors ?? []).map(({ path, message }) => ({ path, message })))
}

/** Where in the data the null stands that each error led to. */
function nulled(answer: Answer): Set<string> {
  const places = new Set<string>()
  for (const { path } of answer.errors ?? []) {
    let at: unknown = answer.data
    const walked: (string | number)[] = []
    for (const key of path ?? []) {
      if (at === null || at === undefined) break
      at = (at as Record<string | number, unknown>)[key]
      walked.push(key)
    }
    places.add(JSON.stringify(walked))
  }
  return places
}
