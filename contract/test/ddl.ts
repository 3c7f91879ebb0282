export interface Column {
  readonly name: string
  readonly hasDefault: boolean
  /** The names of an Enum8 by ascending number, and the numbers; undefined for other types. */
  readonly values: readonly string[] | undefined
  readonly numbers: readonly number[] | undefined
}

/** The columns of every `CREATE TABLE` in a migration, by table. Enough SQL to read our own; not a parser. */
export function tablesOf(sql: string): Map<string, Column[]> {
  const text = sql.replaceAll(/--.*$/gm, '')
  const tables = [...text.matchAll(/CREATE TABLE IF NOT EXISTS obs\.(\w+)\s*\(([\s\S]*?)\n\)/g)]
  return new Map(tables.map(([, name = '', body = '']) => [name, definitionsOf(body).flatMap(columnOf)]))
}

/** Splits at the commas that are not within parentheses. */
function definitionsOf(body: string): string[] {
  const parts: string[] = ['']
  let depth = 0
  for (const char of body) {
    if (char === '(') depth += 1
    if (char === ')') depth -= 1
    if (char === ',' && depth === 0) parts.push('')
    else parts.push(`${parts.pop() ?? ''}${char}`)
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}

function columnOf(definition: string): Column[] {
  const [, name = '', rest = ''] = /^(\w+)\s+([\s\S]*)$/.exec(definition) ?? []
  if (name === 'INDEX' || name === 'PROJECTION') return []
  const body = /^Enum8\(([\s\S]*?)\)/.exec(rest)?.[1]
  const pairs = [...(body ?? '').matchAll(/'([^']+)' = (\d+)/g)].map(([, value = '', number]) => ({
    value,
    number: Number(number),
  }))
  pairs.sort((a, b) => a.number - b.number)
  return [
    {
      name,
      hasDefault: /\bDEFAULT\b/.test(rest),
      values: body === undefined ? undefined : pairs.map((pair) => pair.value),
      numbers: body === undefined ? undefined : pairs.map((pair) => pair.number),
    },
  ]
}
