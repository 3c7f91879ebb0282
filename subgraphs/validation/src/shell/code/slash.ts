import type { Language, Token } from './tokens.js'

/** What a slash in code begins. Unsure is what only the whole grammar tells: a wrong guess would hide code. */
export type Slash = 'expression' | 'division' | 'unsure'

/** Words behind which something is expected, by which no variable can be called. */
const EXPECTS: Readonly<Partial<Record<Language, RegExp>>> = {
  javascript: /^(return|typeof|instanceof|case|do|else|new|delete|void|throw|in)$/,
  ruby: /^(if|unless|elsif|and|or|not|when|while|until|return|then|do|else|in|case)$/,
  perl: /^(split|grep|map|join|push|unshift|return|and|or|not|if|unless|elsif|while|until|x|lt|gt|le|ge|eq|ne|cmp|print)$/,
}
/** Words that are one thing here and another there. */
const EITHER = /^(of|yield|await|async|let|static|get|set)$/
const CONDITIONS = /^(if|while|for|with)$/

/** `spaced`: a space stands before the slash, and none behind it. `last` is the last token on which it depends. */
export function slashAfter(
  tokens: readonly Token[],
  last: number,
  language: Language,
  spaced: boolean,
): Slash {
  const token = tokens[last]
  if (token === undefined) return 'expression'
  if (token.kind === 'string' || token.kind === 'number') return 'division'
  const before = tokens[last - 1]
  if (token.kind === 'name') return afterName(token.text, before, language, spaced)
  switch (token.text) {
    case ']':
      return 'division'
    case ')':
      return closesCondition(tokens, last) ? 'expression' : 'division'
    case '}':
      return language === 'ruby' ? 'division' : 'unsure'
    case '+':
    case '-':
      return before?.text === token.text ? 'unsure' : 'expression'
    case '>':
      return before?.kind === 'sign' && before.text === '=' ? 'expression' : 'unsure'
    case '!':
      return before === undefined || (before.kind === 'sign' && !/^[)\]}]$/.test(before.text))
        ? 'expression'
        : 'unsure'
    case '~':
    case '(':
    case ',':
    case '=':
    case ':':
    case '[':
    case '&':
    case '|':
    case '?':
    case '{':
    case ';':
    case '<':
    case '*':
    case '%':
    case '^':
      return 'expression'
    default:
      return 'unsure'
  }
}

function afterName(name: string, before: Token | undefined, language: Language, spaced: boolean): Slash {
  const isMember = before?.kind === 'sign' && before.text === '.'
  if (language === 'javascript')
    return isMember
      ? 'division'
      : EITHER.test(name)
        ? 'unsure'
        : EXPECTS.javascript?.test(name) === true
          ? 'expression'
          : 'division'
  if (language === 'perl')
    return /^[$@%]/.test(name) ? 'division' : EXPECTS.perl?.test(name) === true ? 'expression' : 'unsure'
  if (!isMember && EXPECTS.ruby?.test(name) === true) return 'expression'
  // `puts /x/` or `x /y/`: a method with an argument, or a variable that is divided.
  return spaced ? 'unsure' : 'division'
}

/** `if (x) /re/`: the bracket closes what is asked, and is no value. */
function closesCondition(tokens: readonly Token[], close: number): boolean {
  let depth = 0
  for (let at = close; at >= 0; at--) {
    const token = tokens[at]
    if (token?.kind !== 'sign') continue
    if (token.text === ')') depth += 1
    if (token.text === '(' && --depth === 0) {
      const opener = tokens[at - 1]
      if (opener?.kind !== 'name' || tokens[at - 2]?.text === '.') return false
      return CONDITIONS.test(opener.text) || (opener.text === 'await' && tokens[at - 2]?.text === 'for')
    }
  }
  return false
}
