/** A piece of source code, as far as judging it needs: names, strings, and what stands between them. */
export interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'sign'
  readonly text: string
}

/** Languages whose code is read. They differ in quoting, comments and what is interpolated. */
export type Language = 'python' | 'javascript' | 'ruby' | 'php' | 'perl' | 'lua' | 'r'

interface Lexis {
  readonly lineComment: RegExp
  readonly blockComment?: RegExp
  readonly strings: RegExp
  /** Finds code inside a string that is interpolated, as its first group. */
  readonly interpolates?: (literal: string) => RegExp | undefined
  /** A slash may start a regular expression. */
  readonly regex: boolean
  readonly names: RegExp
}

const LEXIS: Readonly<Record<Language, Lexis>> = {
  python: {
    lineComment: /#[^\n]*/y,
    strings:
      /[rRbBuUfF]{0,2}(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*')/y,
    interpolates: (literal) => (/^[rRbBuU]?[fF]/.test(literal) ? /\{([^{}]*)\}/g : undefined),
    regex: false,
    names: /[A-Za-z_\u00a0-\uffff][\w\u00a0-\uffff]*/y,
  },
  javascript: {
    lineComment: /\/\/[^\n]*/y,
    blockComment: /\/\*[\s\S]*?\*\//y,
    strings: /"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`/y,
    interpolates: (literal) => (literal.startsWith('`') ? /\$\{([^{}]*)\}/g : undefined),
    regex: true,
    names: /[A-Za-z_$\u00a0-\uffff][\w$\u00a0-\uffff]*/y,
  },
  ruby: {
    lineComment: /#[^\n]*/y,
    strings: /"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'/y,
    interpolates: (literal) => (literal.startsWith('"') ? /#\{([^{}]*)\}/g : undefined),
    regex: true,
    names: /[$@]{0,2}[A-Za-z_][\w]*[?!]?/y,
  },
  php: {
    lineComment: /(?:\/\/|#)[^\n]*/y,
    blockComment: /\/\*[\s\S]*?\*\//y,
    strings: /"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'/y,
    interpolates: (literal) => (literal.startsWith('"') ? /\{([^{}]*)\}/g : undefined),
    regex: false,
    names: /\$?[A-Za-z_]\w*/y,
  },
  perl: {
    lineComment: /(?<![$\w])#[^\n]*/y,
    strings: /"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'/y,
    interpolates: (literal) => (literal.startsWith('"') ? /[@$]\{([^{}]*)\}/g : undefined),
    regex: true,
    names: /[$@%]?[A-Za-z_]\w*|[$@][\d_&.,/\\!]/y,
  },
  lua: {
    lineComment: /--[^\n]*/y,
    strings: /"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'/y,
    regex: false,
    names: /[A-Za-z_]\w*/y,
  },
  r: {
    lineComment: /#[^\n]*/y,
    strings: /"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'/y,
    regex: false,
    names: /(?:[A-Za-z]|\.(?!\d))[\w.]*/y,
  },
}

const SPACE = /[^\S\n]+/y
const NUMBER = /\d[\w.]*/y
const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y
/** After these a slash starts a regular expression; after a value it divides. */
const BEFORE_REGEX = /^(|[(,=:[!&|?{};~+]|return|if|unless|and|or|not|when|typeof|=~|!~)$/
/** Longest code that is read; anything longer is asked about. */
const MAX_CODE = 8_192

/**
 * The tokens of a text in a language; code in interpolated strings follows its string. Undefined for what is too long
 * or not understood. Linear in the text: no expression here backtracks over what it has matched.
 */
export function tokensOf(code: string, language: Language): Token[] | undefined {
  if (code.length > MAX_CODE) return undefined
  const lexis = LEXIS[language]
  const tokens: Token[] = []
  let at = 0
  let depth = 0
  const take = (expression: RegExp): string | undefined => {
    expression.lastIndex = at
    const found = expression.exec(code)?.[0]
    if (found !== undefined && found !== '') at += found.length
    return found === '' ? undefined : found
  }
  while (at < code.length) {
    if (take(SPACE) ?? take(lexis.lineComment)) continue
    if (code[at] === '\n' || code[at] === ';') {
      // The end of a statement: what stands on both sides of it belongs to neither.
      if (depth === 0 || code[at] === ';') tokens.push({ kind: 'sign', text: ';' })
      at += 1
      continue
    }
    if (lexis.blockComment !== undefined && take(lexis.blockComment)) continue
    const literal = take(lexis.strings)
    if (literal !== undefined) {
      const inside = pushString(literal, language, tokens)
      if (!inside) return undefined
      continue
    }
    if (lexis.regex && BEFORE_REGEX.test(tokens.at(-1)?.text ?? '') && take(REGEX)) {
      tokens.push({ kind: 'number', text: '0' })
      continue
    }
    const name = take(lexis.names)
    const number = name === undefined ? take(NUMBER) : undefined
    if (name !== undefined) tokens.push({ kind: 'name', text: name })
    else if (number !== undefined) tokens.push({ kind: 'number', text: number })
    else {
      const sign = code.charAt(at++)
      if (/[([]/.test(sign)) depth += 1
      else if (/[)\]]/.test(sign)) depth -= 1
      tokens.push({ kind: 'sign', text: sign })
    }
  }
  return tokens
}

function pushString(literal: string, language: Language, tokens: Token[]): boolean {
  const quote = /["'`]/.exec(literal)?.index ?? 0
  const width = /^("""|''')/.test(literal.slice(quote)) ? 3 : 1
  tokens.push({ kind: 'string', text: literal.slice(quote + width, literal.length - width) })
  const interpolated = LEXIS[language].interpolates?.(literal)
  if (interpolated === undefined) return true
  const inner = literal.slice(quote + width, literal.length - width)
  for (const [, expression = ''] of inner.matchAll(interpolated)) {
    // `{x!r:>10}`: what follows the conversion or the colon is a format.
    const text = language === 'python' ? expression.replace(/(![rsa])?(:[^[\]()]*)?$/, '') : expression
    const found = tokensOf(text, language)
    if (found === undefined) return false
    tokens.push({ kind: 'sign', text: ';' }, ...found, { kind: 'sign', text: ';' })
  }
  // Braces that nest hold more than the expression above finds.
  const rest = inner.replace(interpolated, '')
  return language === 'python' || !/[$#@]\{/.test(rest)
}
