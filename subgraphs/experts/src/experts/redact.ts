/** What stands in the place of a secret, so that a reader still sees that there was one. */
const MARK = '[redacted]'

type Rule = readonly [pattern: RegExp, replacement: string | ((found: string, ...groups: string[]) => string)]

const SECRET_WORD =
  '(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|auth[_-]?key|client[_-]?secret|credentials?)'

/**
 * Secrets by their shape, most specific first. Every pattern is linear: bounded repeats, no nested quantifiers.
 * Prefixes are those that the issuers document so that scanners can find leaked keys.
 */
const SHAPES: readonly Rule[] = [
  // The body is whatever such a block is written in, also with \n spelled out; its END line belongs to it.
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[A-Za-z0-9+/=\s\\:,.-]{0,20000}/g, MARK],
  [/\b(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA|ANVA)[A-Z0-9]{16}\b/g, MARK],
  [/\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255}|glpat-[A-Za-z0-9_-]{16,255})/g, MARK],
  [/\bxox[abeoprs]-[A-Za-z0-9-]{10,255}/g, MARK],
  [/\bhttps:\/\/hooks\.slack\.com\/[A-Za-z0-9/_-]{10,255}/g, MARK],
  [/\b(?:sk|rk|pk)[-_](?:ant-|proj-|live[-_]|test[-_]|or-|svcacct-)?[A-Za-z0-9_-]{16,255}/g, MARK],
  [/\bAIza[A-Za-z0-9_-]{30,60}/g, MARK],
  [/\b(?:npm_|pypi-|dop_v1_|hf_|SG\.|shp(?:at|ss|ca)_|lin_api_|nvapi-)[A-Za-z0-9._-]{16,255}/g, MARK],
  [/\beyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{4,8000}(?:\.[A-Za-z0-9_-]{0,2000})?/g, MARK],
  [/\b([A-Za-z][A-Za-z0-9+.-]{1,30}:\/\/)[^\s/?#@"'<>]{1,500}@/g, `$1${MARK}@`],
  [/\b(bearer|basic)[ \t]{1,10}[A-Za-z0-9._~+/=-]{8,4000}/gi, `$1 ${MARK}`],
  [/((?:^|\s)(?:-u|--user|--proxy-user)[= ]["']?[^\s:"']{1,200}:)[^\s"']{1,500}/g, `$1${MARK}`],
  // A name that ends around a secret word, then = or : and a value, quoted or not: FOO_TOKEN=…, "dbPassword": "…".
  [
    new RegExp(
      `(${SECRET_WORD}[A-Za-z0-9_.-]{0,60}["']?[ \\t]{0,5}[=:][ \\t]{0,5})("[^"\\n]{1,2000}"|'[^'\\n]{1,2000}'|[^\\s"',;&|)}\\]]{1,2000})`,
      'gi',
    ),
    `$1${MARK}`,
  ],
  [
    new RegExp(
      `((?<![A-Za-z0-9])--?[A-Za-z-]{0,40}${SECRET_WORD}[A-Za-z-]{0,20}[ \\t]{1,5})(?!-)("[^"\\n]{1,2000}"|'[^'\\n]{1,2000}'|[^\\s"']{1,2000})`,
      'gi',
    ),
    `$1${MARK}`,
  ],
  [/(\b(?:mysql|mysqldump|mariadb)\b[^\n|;&]{0,200}?\s-p)(?=\S)(?!assword)[^\s"']{1,200}/g, `$1${MARK}`],
  [/\b(sshpass[ \t]{1,5}-p[ \t]{0,5})("[^"\n]{1,500}"|'[^'\n]{1,500}'|\S{1,500})/g, `$1${MARK}`],
  [/[A-Za-z0-9+/_=-]{24,}/g, (found) => (looksRandom(found) ? MARK : found)],
]

const SECRET_KEY = new RegExp(SECRET_WORD, 'i')
/** Random base64 has about 5 bits a character in strings of this length; words, paths and hex stay below. */
const RANDOM_BITS = 4.2
const MAX_DEPTH = 20

/** Replaces everything in a text that looks like a key, token, password or private key. */
export function redactText(text: string): string {
  let clean = text
  for (const [pattern, replacement] of SHAPES) {
    clean =
      typeof replacement === 'string'
        ? clean.replace(pattern, replacement)
        : clean.replace(pattern, replacement)
  }
  return clean
}

/**
 * Redacts every text in a JSON value, keys included; a text under a key that names a secret goes whole. What lies
 * deeper than 20 levels is replaced.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth >= MAX_DEPTH) return '[too deep]'
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      redactText(key),
      SECRET_KEY.test(key) && (typeof item === 'string' || typeof item === 'number')
        ? MARK
        : redact(item, depth + 1),
    ]),
  )
}

function looksRandom(text: string): boolean {
  if (!(/[a-z]/.test(text) && /[A-Z]/.test(text) && /[0-9]/.test(text))) return false
  const counts = new Map<string, number>()
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits > RANDOM_BITS
}
