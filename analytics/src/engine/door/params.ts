const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  '0': '\0',
  a: '\u0007',
  v: '\v',
}
const COMPOSITE = /^(?:Nullable\(\s*)?(?:Array|Tuple|Map|Nested|Variant|JSON|Object)\b/

function unescape(text: string, quote: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|([\s\S]))/g, (_, hex?: string, char = '') => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
    if (char === "'") return quote
    return ESCAPES[char] ?? char
  })
}

/** The declared type of a placeholder `{name:Type}` in the statement; undefined when it is not there. */
function typeOf(sql: string, name: string): string | undefined {
  const pattern = new RegExp(`\\{\\s*${name.replace(/[^\w]/g, '')}\\s*:\\s*([^}]+)\\}`)
  return pattern.exec(sql)?.[1]?.trim()
}

/**
 * `param_*` values of a request as chDB's binder takes them. On the wire they are escaped text (`\'`, `\n`, `\\`, `\N`)
 * that the binder would escape once more. Inside arrays, tuples and maps a quote becomes `''`, the spelling that holds
 * no backslash.
 */
export function boundParams(sql: string, search: URLSearchParams): Record<string, string | null> {
  const params: Record<string, string | null> = {}
  for (const [key, value] of search) {
    if (!key.startsWith('param_')) continue
    const name = key.slice('param_'.length)
    const composite = COMPOSITE.test(typeOf(sql, name) ?? '')
    params[name] = value === '\\N' ? null : unescape(value, composite ? "''" : "'")
  }
  return params
}
