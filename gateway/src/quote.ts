import { exactText } from './exact-json.js'

/** Longer strings are searched by the engine's regular expressions, which have a fixed cost and then are faster. */
const SHORT = 40
/** What JSON does not take as it is: quotes, backslashes, control characters, and surrogates that may stand alone. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what JSON escapes
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/

/** A string as JSON text, the same that JSON.stringify gives: most need no escape, and finding that out is cheap. */
export function quoted(value: string): string {
  if (value.length > SHORT) return ESCAPED.test(value) ? JSON.stringify(value) : `"${value}"`
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i)
    if (code < 32 || code === 34 || code === 92 || (code >= 0xd8_00 && code <= 0xdf_ff))
      return JSON.stringify(value)
  }
  return `"${value}"`
}

/** Any value as JSON text; undefined for what JSON has no text for. */
export function jsonOf(value: unknown): string | undefined {
  if (typeof value === 'string') return quoted(value)
  return exactText(value)
}
