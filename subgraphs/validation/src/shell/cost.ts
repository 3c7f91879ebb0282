/** Texts up to this length are read whatever is in them: their length bounds their cost. */
const SMALL = 256
/** Deepest nesting of substitutions and groups: reading them costs more than linear time. */
const MAX_NESTED = 64
/** A quote that is never closed is read again from its beginning. */
const MAX_UNCLOSED = 16_384

const CODES = {
  newline: 10,
  space: 32,
  tab: 9,
  bang: 33,
  double: 34,
  hash: 35,
  dollar: 36,
  amp: 38,
  single: 39,
  open: 40,
  close: 41,
  star: 42,
  plus: 43,
  minus: 45,
  semicolon: 59,
  less: 60,
  equals: 61,
  more: 62,
  question: 63,
  bracket: 91,
  backslash: 92,
  unbracket: 93,
  backtick: 96,
  brace: 123,
  pipe: 124,
  unbrace: 125,
  tilde: 126,
} as const

const STRUCTURE: ReadonlySet<number> = new Set([
  CODES.bang,
  CODES.dollar,
  CODES.amp,
  CODES.open,
  CODES.close,
  CODES.star,
  CODES.semicolon,
  CODES.less,
  CODES.equals,
  CODES.more,
  CODES.question,
  CODES.bracket,
  CODES.unbracket,
  CODES.backtick,
  CODES.brace,
  CODES.pipe,
  CODES.unbrace,
  CODES.tilde,
  CODES.newline,
])

/**
 * What it would cost to read a text as shell, before it is read: about one for each word and two for each sign, nothing
 * for what is quoted, commented or in a quoted here-document. Infinite for what no bound on signs makes cheap. Linear,
 * and never less than what the parser will meet: where the two could differ it counts more.
 */
export function costOf(text: string): number {
  return text.length <= SMALL ? text.length : scan(text)
}

function scan(text: string): number {
  let cost = 0
  let quote = 0
  /** Quotes that were open around each open substitution or group. */
  const around: number[] = []
  let lineStart = 0
  let documents: string[] = []
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (quote === CODES.single) {
      if (code === CODES.single) quote = 0
      continue
    }
    if (code === CODES.backslash) {
      cost += 1
      i += 1
      continue
    }
    const substitutes =
      code === CODES.backtick || (code === CODES.open && text.charCodeAt(i - 1) === CODES.dollar)
    if (quote === CODES.double && !substitutes) {
      if (code === CODES.double) quote = 0
      else if (code === CODES.dollar) cost += 2
      continue
    }
    if (code === CODES.single || code === CODES.double) {
      cost += 1
      quote = code
    } else if (code === CODES.backtick || code === CODES.open || code === CODES.brace) {
      cost += 2
      around.push(quote)
      quote = 0
      if (around.length > MAX_NESTED && code !== CODES.backtick) return Number.POSITIVE_INFINITY
    } else if (code === CODES.close || code === CODES.unbrace) {
      cost += 2
      quote = around.pop() ?? 0
    } else if (code === CODES.hash && startsWord(text, i)) {
      const end = text.indexOf('\n', i)
      i = (end === -1 ? text.length : end) - 1
    } else if (code === CODES.less) {
      cost += 2
      const word = delimiterAt(text, i, lineStart)
      if (word !== undefined) documents.push(word)
    } else if (code === CODES.newline) {
      cost += 2
      for (const word of documents) i = endOf(text, word, i)
      documents = []
      lineStart = i + 1
    } else if (STRUCTURE.has(code)) cost += 2
    else if (code === CODES.space || code === CODES.tab) cost += 1
    else if (isOperator(text, i, code)) cost += 1
  }
  return quote !== 0 && text.length > MAX_UNCLOSED ? Number.POSITIVE_INFINITY : cost
}

/** `+` and `-` between operands; before a word a `-` is an option's. */
function isOperator(text: string, i: number, code: number): boolean {
  return (code === CODES.plus || code === CODES.minus) && text.charCodeAt(i - 1) !== CODES.space
}

function startsWord(text: string, i: number): boolean {
  return i === 0 || /[\s;&|()]/.test(text.charAt(i - 1))
}

/** The delimiter of a quoted here-document that is announced at i. In arithmetic `<<` shifts: there it is none. */
function delimiterAt(text: string, i: number, lineStart: number): string | undefined {
  if (text.charCodeAt(i + 1) !== CODES.less || text.charCodeAt(i + 2) === CODES.less) return undefined
  if (text.charCodeAt(i - 1) === CODES.less) return undefined
  if (/\(\(|\$\[|\$\{/.test(text.slice(lineStart, i))) return undefined
  return /^<<-?[ \t]*(?:'([\w.-]+)'|"([\w.-]+)"|\\([\w.-]+))/
    .exec(text.slice(i, i + 80))
    ?.slice(1)
    .find(Boolean)
}

/** Where the line that ends a here-document ends. */
function endOf(text: string, word: string, from: number): number {
  for (let at = text.indexOf(word, from); at !== -1; at = text.indexOf(word, at + 1)) {
    const lineStart = text.lastIndexOf('\n', at) + 1
    const after = text.charCodeAt(at + word.length)
    const alone = /^\t*$/.test(text.slice(lineStart, at)) && lineStart > from
    if (alone && (Number.isNaN(after) || after === CODES.newline)) return at + word.length
  }
  return text.length
}
