/** One place where two documents differ; `undefined` where there is nothing. */
export interface Change {
  /** Keys from the top, with dots between: `rules.git.push.decision`. */
  readonly path: string
  readonly before: unknown
  readonly after: unknown
}

type Fields = Readonly<Record<string, unknown>>

/** Changes that are listed; a document that differs more than this is another document. */
const MAX_CHANGES = 500

/** A document with a patch laid over it: objects are merged, null takes away, all else replaces. Source: RFC 7396. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const merged = new Map(Object.entries(isObject(target) ? target : {}))
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key)
    else merged.set(key, mergePatch(merged.get(key), value))
  }
  // fromEntries defines, so that a key such as __proto__ stays a key.
  return Object.fromEntries(merged)
}

/** Where two documents differ, in the order of their keys, at most 500. Lists are compared whole. */
export function changesBetween(before: unknown, after: unknown): readonly Change[] {
  const changes: Change[] = []
  compare(before, after, [], changes)
  return changes
}

function compare(before: unknown, after: unknown, path: readonly string[], changes: Change[]): void {
  if (changes.length >= MAX_CHANGES) return
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)])
    for (const key of [...keys].sort()) compare(own(before, key), own(after, key), [...path, key], changes)
  } else if (JSON.stringify(before) !== JSON.stringify(after)) {
    changes.push({ path: path.join('.'), before, after })
  }
}

function own(fields: Fields, key: string): unknown {
  return Object.hasOwn(fields, key) ? fields[key] : undefined
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
