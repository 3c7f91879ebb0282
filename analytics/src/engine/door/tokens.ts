/** A piece of SQL that is not white space nor comment. Positions are offsets into the statement. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'symbol'
  readonly text: string
  readonly start: number
  readonly end: number
}

const SPACE = /[\s\u00a0\ufeff]+/y
const COMMENT = /--[^\n]*|#[ !][^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y
const WORD = /[A-Za-z0-9_]+/y
const STRING = /'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)/y
const QUOTED = /`(?:[^`\\]|\\[\s\S]|``)*(?:`|$)|"(?:[^"\\]|\\[\s\S]|"")*(?:"|$)/y
const HEREDOC = /\$([A-Za-z0-9_]*)\$[\s\S]*?\$\1\$/y

const RULES = [
  { kind: undefined, pattern: SPACE },
  { kind: undefined, pattern: COMMENT },
  { kind: 'string', pattern: HEREDOC },
  { kind: 'word', pattern: WORD },
  { kind: 'string', pattern: STRING },
  { kind: 'quoted', pattern: QUOTED },
] as const

/** Cuts ClickHouse SQL into tokens, as src/Parsers/Lexer.cpp of ClickHouse does. Never throws. */
export function tokensOf(sql: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < sql.length) {
    const start = at
    let kind: Token['kind'] | undefined = 'symbol'
    at += 1
    for (const rule of RULES) {
      rule.pattern.lastIndex = start
      const match = rule.pattern.exec(sql)
      if (match === null) continue
      kind = rule.kind
      at = start + match[0].length
      break
    }
    if (kind !== undefined) tokens.push({ kind, text: sql.slice(start, at), start, end: at })
  }
  return tokens
}

/** True when the token is this bare word, whatever its case. */
export function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === 'word' && token.text.toUpperCase() === word
}
