/** A replacement that is reckoned out of what was found, and calls nothing but functions of numbers and texts. */
const RECKONS =
  /^(?:\$\w+|[\d\s+\-*/%().,?:<>=]|\b(?:sprintf|lc|uc|ucfirst|lcfirst|int|abs|length|reverse|join|substr)\b|"[^"`\\@$]*"|'[^'`\\]*')*$/

/** Operators of two parts, and of one: `s/a/b/e`, `m/a/`. A letter behind a sigil is a variable. */
const OPERATORS =
  /(?<![$@%&>\w-])(?:(s|tr|y)([/|!,#])((?:\\.|(?!\2)[^\\\n])*)\2((?:\\.|(?!\2)[^\\\n])*)\2([a-z]*)|(m|qr|qw)([/|!,#])(?:\\.|(?!\7)[^\\\n])*\7[a-z]*)/g

/** Is a text open at the end of this code? */
function isInText(code: string): boolean {
  const quotes = code.replace(/\\./g, '').replace(/"[^"]*"|'[^']*'/g, '')
  return /["'#]/.test(quotes)
}

/** `s/a/b/g` and `tr/a/b/` are data, unless the replacement is code (`e`) or the pattern runs some (`(?{`). */
export function withoutSubstitutions(code: string): string | undefined {
  if (/\(\?\??\{|@\{\[|\$\{\\|<</.test(code)) return undefined
  let safe = true
  // `s{a}{b}g`: brackets of two kinds.
  const bare = code.replace(
    /(?<![$@%&>\w-])(s|tr|y)\{((?:\\.|[^{}\\\n])*)\}\s*\{((?:\\.|[^{}\\\n])*)\}([a-z]*)/g,
    (_whole, _kind, _from, to: string, flags: string, offset: number, all: string) => {
      if (isInText(all.slice(0, offset))) safe = false
      if (flags.includes('e') && !RECKONS.test(to)) safe = false
      return ' 0 '
    },
  )
  let text = ''
  let at = 0
  for (const found of bare.matchAll(OPERATORS)) {
    const [whole, , , , to, flags = ''] = found
    text += bare.slice(at, found.index)
    at = found.index + whole.length
    // What looks like one within a text is no operator, and what follows is code.
    if (isInText(text)) return undefined
    if (flags.includes('e') && !RECKONS.test(to ?? '`')) safe = false
    text += ' 0 '
  }
  text += bare.slice(at)
  return safe ? text : undefined
}
