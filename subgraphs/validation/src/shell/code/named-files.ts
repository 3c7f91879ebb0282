import type { Reading } from './reading.js'
import type { Token } from './tokens.js'

/** What opens, lists or loads a file. */
export const FILES = new Set(
  'read_csv read_json read_parquet read_excel read_table open Path readFileSync readdirSync statSync existsSync writeFileSync appendFileSync listdir'.split(
    ' ',
  ),
)
const WRITERS = /^(writeFileSync|appendFileSync)$/

/** A file is named by one literal; `open` says in its mode what it does with it. */
export function fileFits(tokens: readonly Token[], i: number, { found, language }: Reading): boolean {
  const name = tokens[i]?.text ?? ''
  const [opens, path, mark, mode] = tokens.slice(i + 1, i + 5)
  // Under another name it could be called with anything.
  if (opens?.text !== '(')
    return (name === 'Path' && opens?.text === '.' && mark?.text === '(') || imports(tokens, i, opens)
  if (language !== 'python' && language !== 'javascript') return false
  if (path?.text === ')') return name === 'Path' || name === 'listdir'
  // Tables may come from an address as well.
  if (name.startsWith('read_') && path !== undefined && /^\w+:|@/.test(path.text)) return false
  if (name === 'readFileSync' && path?.text === '0') return true
  const pattern = path?.kind === 'name' && name === 'open' ? patternOf(path.text, tokens) : undefined
  if (pattern !== undefined && mark?.text === ')') {
    found.reads.push(pattern)
    return true
  }
  if (path?.kind !== 'string' || /[\\{}]/.test(path.text) || !/^[,)]$/.test(mark?.text ?? '')) return false
  const next = tokens[i + 4]?.text
  if (name === 'Path' && (mark?.text !== ')' || next === '/' || next === 'with_name')) return false
  if (name === 'open' && mark?.text === ',' && mode?.kind !== 'string' && tokens[i + 5]?.text !== '=')
    return false
  const writes =
    WRITERS.test(name) ||
    (name === 'Path' && tokens.some(({ text }) => text.startsWith('write_'))) ||
    (name === 'open' && /[wax+]/.test(mode?.kind === 'string' ? mode.text : modeOf(tokens, i)))
  ;(writes ? found.writes : found.reads).push(path.text)
  return true
}

/** The pattern of `for name in glob.glob("pattern")`. */
function patternOf(name: string, tokens: readonly Token[]): string | undefined {
  const at = tokens.findIndex(
    ({ text }, i) => text === 'for' && tokens[i + 1]?.text === name && tokens[i + 2]?.text === 'in',
  )
  if (at === -1) return undefined
  const rest = tokens.slice(at + 3, at + 11)
  const open = rest.findIndex(({ text }, i) => /^i?glob$/.test(text) && rest[i + 1]?.text === '(')
  const told = rest.slice(0, Math.max(open, 0)).every(({ text }) => /^(sorted|glob|\(|\.)$/.test(text))
  const pattern = rest[open + 2]
  return open !== -1 && told && pattern?.kind === 'string' ? pattern.text : undefined
}

/** `from pathlib import Path`, under its own name. */
function imports(tokens: readonly Token[], i: number, next: Token | undefined): boolean {
  return (
    /^(import|,)$/.test(tokens[i - 1]?.text ?? '') &&
    next?.text !== 'as' &&
    tokens.some(({ text }) => text === 'from')
  )
}

/** `open(x, encoding=…, mode="w")`. */
function modeOf(tokens: readonly Token[], i: number): string {
  for (let at = i; at < tokens.length && tokens[at]?.text !== ')'; at++)
    if (tokens[at]?.text === 'mode')
      return tokens[at + 2]?.kind === 'string' ? (tokens[at + 2]?.text ?? '+') : '+'
  return ''
}

/** Ruby's `File.read("name")` and the questions about a file that it names. */
export function isRubyFile(tokens: readonly Token[], i: number, { language, found }: Reading): boolean {
  if (language !== 'ruby') return false
  const [word, mark, call, open, path] = tokens.slice(i, i + 5)
  // `Dir["src/*.rb"]`: the names that a pattern finds.
  if (word?.text === 'Dir' && mark?.text === '[' && call?.kind === 'string' && open?.text === ']') {
    found.reads.push(call.text)
    return !/[\\{}#|~]|^\//.test(call.text)
  }
  if (word?.text === 'File' && mark?.text === '.') {
    const ends = /^[,)\].]$/.test(tokens[i + 5]?.text ?? ')')
    if (!RUBY_LOOKS.test(call?.text ?? '') || open?.text !== '(' || path?.kind !== 'string' || !ends)
      return false
    if (/[\\{}#|]/.test(path.text)) return false
    found.reads.push(path.text)
    return true
  }
  return tokens[i - 1]?.text === '.' && tokens[i - 2]?.text === 'File' && RUBY_LOOKS.test(word?.text ?? '')
}
const RUBY_LOOKS = /^(read|readlines|foreach|size|exist\?|file\?|directory\?|mtime|basename|dirname|extname)$/
