/** A replacement that is reckoned out of what was found, and calls nothing but functions of numbers and texts. */
const RECKONS =
  /^(?:\$\w+|[\d\s+\-*/%().,?:<>=]|\b(?:sprintf|lc|uc|ucfirst|lcfirst|int|abs|length|reverse|join|substr)\b|"[^"`\\@$]*"|'[^'`\\]*')*$/

/** `s/a/b/g` and `tr/a/b/` are data, unless the replacement is code (`e`) or the pattern runs some (`(?{`). */
export function withoutSubstitutions(code: string): string | undefined {
  if (/\(\?\??\{|@\{\[|\$\{\\|<</.test(code)) return undefined
  let safe = true
  // `s{a}{b}g`: brackets of two kinds.
  const bare = code.replace(
    /\b(s|tr|y)\{((?:\\.|[^{}\\\n])*)\}\s*\{((?:\\.|[^{}\\\n])*)\}([a-z]*)/g,
    (_whole, _kind, _from, to: string, flags: string) => {
      if (flags.includes('e') && !RECKONS.test(to)) safe = false
      return ' 0 '
    },
  )
  const text = bare.replace(
    /\b(s|tr|y|m|qr|qw)([/|{!,#])((?:\\.|(?!\2)[^\\\n])*)\2(?:((?:\\.|(?!\2)[^\\\n])*)\2)?([a-z]*)/g,
    (_whole, kind: string, _mark, _from, to: string | undefined, flags: string) => {
      if ((flags.includes('e') && !RECKONS.test(to ?? '`')) || (kind === 's' && to === undefined))
        safe = false
      return ' 0 '
    },
  )
  return safe ? text : undefined
}
