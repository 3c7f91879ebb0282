/** The tags that invalidation goes by. A space cannot stand in a name, so that no two kinds of tag clash. */
export const TAGS = {
  subgraph: (name: string) => `subgraph ${name}`,
  type: (name: string) => `type ${name}`,
  named: (tag: string) => `tag ${tag}`,
  /** `key` holds the fields of one of the entity's keys. */
  entity: (type: string, key: Readonly<Record<string, unknown>>) => `entity ${type} ${canonical(key)}`,
} as const

/** Tags of one entity: one for each of its keys that the representation has. */
export function entityTags(
  representation: Readonly<Record<string, unknown>>,
  keysOf: (type: string) => readonly (readonly string[])[],
): string[] {
  const type = String(representation['__typename'])
  const tags: string[] = []
  for (const fields of keysOf(type)) {
    if (!fields.every((field) => Object.hasOwn(representation, field))) continue
    tags.push(TAGS.entity(type, Object.fromEntries(fields.map((field) => [field, representation[field]]))))
  }
  return tags
}

/** JSON with sorted keys; a number is written as text, since an ID may be either. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (typeof value === 'number' || typeof value === 'bigint') return JSON.stringify(String(value))
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null)
  const entries = Object.entries(value)
    .filter(([key]) => key !== '__typename')
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join()}}`
}
