import { slashAfter } from './slash.js'

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
  /** What quotes in ways that are not read here, or ends the code between two of its parts. */
  readonly beyond?: RegExp
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
    // A single character, a document, a comment of several lines.
    beyond: /\?["'`\\]|<<[~-]?["'`\w]|^=\w/m,
    regex: true,
    names: /[$@]{0,2}[A-Za-z_][\w]*[?!]?/y,
  },
  php: {
    // `#[` begins an attribute.
    lineComment: /(?:\/\/|#(?!\[))[^\n]*/y,
    blockComment: /\/\*[\s\S]*?\*\//y,
    strings: /"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'/y,
    interpolates: (literal) => (literal.startsWith('"') ? /\{([^{}]*)\}/g : undefined),
    beyond: /\?>|<<</,
    regex: false,
    names: /\$?[A-Za-z_]\w*/y,
  },
  perl: {
    lineComment: /(?<!\$)#[^\n]*/y,
    strings: /"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'/y,
    interpolates: (literal) => (literal.startsWith('"') ? /[@$]\{([^{}]*)\}/g : undefined),
    // Variables that are called like quotes, documents of the code's own.
    beyond: /[$@%&]["'`]|\$\$#|^=\w/m,
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
// No more than a number: in `1..constructor(…)` and `1.system(…)` what follows it is a call.
const NUMBER = /0[xX][\da-fA-F_]+n?|0[bBoO][0-7_]+n?|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?[jLn]?/y
const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y
/** What ends a line, and with it a comment, in some languages and not in others. */
const OTHER_ENDS = /[\r\u0085\u2028\u2029]/
/** Longest code that is read; anything longer is asked about. */
const MAX_CODE = 8_192

/**
 * The tokens of a text in a language; code in interpolated strings follows its string. Undefined for what is too long
 * or not understood. Linear in the text: no expression here backtracks over what it has matched.
 */
export function tokensOf(code: string, language: Language): Token[] | undefined {
  if (code.length > MAX_CODE || OTHER_ENDS.test(code)) return undefined
  const lexis = LEXIS[language]
  if (lexis.beyond?.test(code) === true) return undefined
  const tokens: Token[] = []
  let at = 0
  let depth = 0
  /** The last token on which it depends what a slash begins. */
  let significant = -1
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
      if (depth === 0 || code[at] === ';') {
        const end = tokens.push({ kind: 'sign', text: ';' }) - 1
        // A line's end alone ends nothing in most languages: what follows may go on with it.
        if (code[at] === ';' || language === 'ruby') significant = end
      }
      at += 1
      continue
    }
    if (lexis.blockComment !== undefined && take(lexis.blockComment)) continue
    const literal = take(lexis.strings)
    if (literal !== undefined) {
      const start = tokens.length
      const inside = pushString(literal, language, tokens)
      if (!inside) return undefined
      significant = start
      continue
    }
    if (lexis.regex && code[at] === '/') {
      const spaced = /\s/.test(code[at - 1] ?? '') && !/\s/.test(code[at + 1] ?? '')
      const begins = slashAfter(tokens, significant, language, spaced)
      if (begins === 'unsure' || (begins === 'expression' && take(REGEX) === undefined)) return undefined
      if (begins === 'expression') {
        significant = tokens.push({ kind: 'number', text: '0' }) - 1
        continue
      }
    }
    const name = take(lexis.names)
    const number = name === undefined ? take(NUMBER) : undefined
    // Python takes wide letters for plain ones.
    if (name !== undefined) tokens.push({ kind: 'name', text: name.normalize('NFKC') })
    else if (number !== undefined) tokens.push({ kind: 'number', text: number })
    else {
      const sign = code.charAt(at++)
      if (/[([]/.test(sign)) depth += 1
      else if (/[)\]]/.test(sign)) depth -= 1
      tokens.push({ kind: 'sign', text: sign })
    }
    significant = tokens.length - 1
  }
  return tokens
}

function pushString(literal: string, language: Language, tokens: Token[]): boolean {
  const quote = /["'`]/.exec(literal)?.index ?? 0
  const width = /^("""|''')/.test(literal.slice(quote)) ? 3 : 1
  tokens.push({ kind: 'string', text: literal.slice(quote + width, literal.length - width) })
  const interpolated = LEXIS[language].interpolates?.(literal)
  if (interpolated === undefined) return true
  const whole = literal.slice(quote + width, literal.length - width)
  // Braces that are doubled are text.
  const inner = language === 'python' ? whole.replace(/\{\{|\}\}/g, '') : whole
  for (const [, expression = ''] of inner.matchAll(interpolated)) {
    // `{x!r:>10}`: what follows the conversion or the colon is a format.
    const text = language === 'python' ? expression.replace(/(![rsa])?(:[^[\]()]*)?$/, '') : expression
    const found = tokensOf(text, language)
    if (found === undefined) return false
    tokens.push({ kind: 'sign', text: ';' }, ...found, { kind: 'sign', text: ';' })
  }
  // Braces that nest hold more than the expression above finds.
  const rest = inner.replace(interpolated, '')
  if (language === 'python') return !/[{}]/.test(rest)
  return !/[$#@]\{|\{\$/.test(rest)
}
