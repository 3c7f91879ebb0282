import type { Reading } from './reading.js'
import type { Token } from './tokens.js'
import { VOCABULARY } from './words.js'

/** Modules of the language itself, and what of them only tells, or reads a file that is named. */
const TELLS: Readonly<Record<string, RegExp>> = {
  os: /^(time|date|clock|difftime)$/,
  io: /^(write|read|lines|open)$/,
}

/** Long brackets hold text in ways of their own. */
export function isReadableLua(code: string): boolean {
  return !/\[=*\[|--\[/.test(code)
}

/** Does a word of Lua do no more than compute, print, and read what it names? */
export function luaFits(tokens: readonly Token[], i: number, { own, found }: Reading): boolean {
  const token = tokens[i]
  const text = (at: number): string => tokens[at]?.text ?? ''
  // A quote that no text has been made of.
  if (token?.kind !== 'name') return token?.kind !== 'sign' || !/["'`]/.test(token.text)
  const { text: name } = token
  if (VOCABULARY.lua.forbidden.has(name) && !isMemberOfTable(tokens, i)) return false
  // A module is only there for what it tells: under another name it could be asked for anything.
  if (TELLS[name] !== undefined)
    return text(i - 1) !== '.' && TELLS[name].test(text(i + 2)) && text(i + 1) === '.' && text(i + 3) === '('
  const module = TELLS[text(i - 2)]
  if (text(i - 1) === '.' && module !== undefined) {
    if (name !== 'lines' && name !== 'open') return true
    return readsNamed(tokens.slice(i + 2, i + 6), name, found.reads)
  }
  if ((text(i - 1) === '.' || text(i - 1) === ':') && text(i - 2) !== ':') return true
  return VOCABULARY.lua.names.has(name) || own.has(name)
}

/** `table.remove` takes an element out of a table. */
function isMemberOfTable(tokens: readonly Token[], i: number): boolean {
  return tokens[i]?.text === 'remove' && tokens[i - 1]?.text === '.' && tokens[i - 2]?.text === 'table'
}

/** One literal, and no mode but the one to read. */
function readsNamed([path, mark, mode, close]: readonly Token[], name: string, reads: string[]): boolean {
  if (path?.kind !== 'string' || /[\\{}]/.test(path.text)) return false
  const reading =
    mark?.text === ',' &&
    name === 'open' &&
    mode?.kind === 'string' &&
    /^rb?$/.test(mode.text) &&
    close?.text === ')'
  if (mark?.text !== ')' && !reading) return false
  reads.push(path.text)
  return true
}
