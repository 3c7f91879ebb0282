import { mayMatchSecret } from '../secret.js'
import { tokensOf } from './tokens.js'
import type { Language, Token } from './tokens.js'
import { VOCABULARY } from './words.js'

/** What plain code does besides computing and printing: files that it names. */
export interface PlainCode {
  readonly reads: readonly string[]
  readonly writes: readonly string[]
}

/**
 * Reads code that is given on a command line. Defined only when every word of it is one that computes, prints, or
 * reads and writes files that it names: an allow-list, so that what is not known is not plain. Never throws.
 */
export function plainCode(code: string, language: Language): PlainCode | undefined {
  if (code.includes('\u0000') || (language !== 'javascript' && code.includes('`'))) return undefined
  const text = language === 'perl' ? withoutSubstitutions(code) : code
  const tokens = text === undefined ? undefined : tokensOf(text, language)
  if (tokens === undefined || tokens.length > 2_000) return undefined
  if (language === 'python' && !loadsSafely(tokens)) return undefined
  if (tokens.some(({ kind, text: held }) => kind === 'string' && mayMatchSecret(held.split('/'))))
    return undefined
  const found = { reads: [] as string[], writes: [] as string[] }
  const own = ownNames(tokens, language)
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]
    if (token === undefined) continue
    const fits =
      token.kind === 'name'
        ? nameFits(tokens, i, { language, own, found })
        : token.kind !== 'sign' || signFits(tokens, i, language)
    if (!fits) return undefined
  }
  return found
}

/** `s/a/b/g` and `tr/a/b/` are data, unless the replacement is code (`e`) or the pattern runs some (`(?{`). */
function withoutSubstitutions(code: string): string | undefined {
  if (/\(\?\??\{|@\{\[|\$\{\\|<</.test(code)) return undefined
  let safe = true
  const text = code.replace(
    /\b(s|tr|y|m|qr|qw)([/|{!,#])((?:\\.|(?!\2)[^\\\n])*)\2(?:((?:\\.|(?!\2)[^\\\n])*)\2)?([a-z]*)/g,
    (_whole, kind: string, _mark, _from, to: string | undefined, flags: string) => {
      if (flags.includes('e') || (kind === 's' && to === undefined)) safe = false
      return ' 0 '
    },
  )
  return safe ? text : undefined
}

/** YAML that is not loaded safely runs what it says; files that a pattern names are only read. */
function loadsSafely(tokens: readonly Token[]): boolean {
  const { modules, names } = importsOf(tokens, 'python')
  const globs = tokens.some(({ kind, text }) => kind === 'name' && /^[ir]?glob$/.test(text))
  if (
    globs &&
    tokens.some(({ kind, text }) =>
      kind === 'string' ? /^[wax]b?\+?$|\+/.test(text) : text.startsWith('write'),
    )
  )
    return false
  // What these load may be any object, and making one runs what it says.
  if (
    modules.some((name) => PICKLING.test(name)) &&
    tokens.some(({ text }) => /^(load\w*|read_pickle|from_pretrained)$/.test(text))
  )
    return false
  if (!modules.includes('yaml') && !names.has('yaml')) return true
  return tokens.every(
    ({ text }, i) =>
      !/^(load|load_all|unsafe_load\w*|full_load\w*|\w*Loader)$/.test(text) ||
      /^(json|tomllib|toml)$/.test(tokens[i - 2]?.text ?? ''),
  )
}

const PICKLING = /^(torch|joblib|keras|tensorflow|transformers|sklearn|cloudpickle|xgboost|jsonpickle)$/

interface Reading {
  readonly language: Language
  readonly own: ReadonlySet<string>
  readonly found: { readonly reads: string[]; readonly writes: string[] }
}

/** Names that the code gives itself: `x = …`, `for x in`, `as x`, parameters, `const x`. */
function ownNames(tokens: readonly Token[], language: Language): Set<string> {
  const own = new Set<string>()
  const text = (i: number): string => tokens[i]?.text ?? ''
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i]?.kind !== 'name' || text(i - 1) === '.') continue
    const name = text(i)
    const assigned = text(i + 1) === '=' && text(i + 2) !== '='
    const listed = /^(,|in|of|:|\)|\]|\}|\|)$/.test(text(i + 1)) && BINDS.test(before(tokens, i))
    const introduced = /^(as|def|class|const|let|var|function|lambda|for)$/.test(text(i - 1))
    const arrow = text(i + 1) === '=' && text(i + 2) === '>'
    const key = language !== 'python' && text(i + 1) === ':' && /^[{,]$/.test(text(i - 1))
    if (assigned || listed || introduced || arrow || key) own.add(name)
  }
  return own
}
const BINDS = /^(for|lambda|const|let|var|def|function|\||\(\w*=>)$/

/** The word that opens the list of names that the one at i is in. */
function before(tokens: readonly Token[], i: number): string {
  for (let at = i - 1; at >= 0 && at > i - 24; at--) {
    const { kind, text } = tokens[at] ?? { kind: 'sign', text: '' }
    if (BINDS.test(text)) return text
    if (text === '(' && isArrow(tokens, at)) return 'function'
    if (kind !== 'name' && !/^[,([{}\])*=]$/.test(text) && kind !== 'number') return ''
  }
  return ''
}

function isArrow(tokens: readonly Token[], open: number): boolean {
  for (let at = open + 1; at < tokens.length && at < open + 24; at++) {
    if (tokens[at]?.text === '(') return false
    if (tokens[at]?.text === ')') return tokens[at + 1]?.text === '=' && tokens[at + 2]?.text === '>'
  }
  return false
}

function nameFits(tokens: readonly Token[], i: number, reading: Reading): boolean {
  const { language, own } = reading
  const { names, members, forbidden } = VOCABULARY[language]
  const name = tokens[i]?.text ?? ''
  const previous = tokens[i - 1]?.text ?? ''
  if (forbidden.has(name) && !(name === 'do' && language === 'ruby')) return false
  if (FILES.has(name)) return fileFits(tokens, i, reading)
  // `process.versions.v8`: numbers of what the runtime is made of.
  if (previous === '.' && tokens[i - 2]?.text === 'versions' && tokens[i - 4]?.text === 'process') return true
  if (isRubyFile(tokens, i, reading)) return true
  if (previous === '.' || (previous === ':' && tokens[i - 2]?.text === ':'))
    return members.has(name) && memberFits(tokens, i)
  if (previous === '>' && tokens[i - 2]?.text === '-') return members.has(name)
  if (name === 'import' || name === 'from' || name === 'require' || name === 'use')
    return modulesFit(tokens, i, reading)
  if (/^[$@%]/.test(name)) return language !== 'javascript' && tokens[i + 1]?.text !== '('
  if (name === 'do') return true
  return names.has(name) || own.has(name) || isModule(tokens, i, reading)
}

/** Ruby's `File.read("name")` and the questions about a file that it names. */
function isRubyFile(tokens: readonly Token[], i: number, { language, found }: Reading): boolean {
  if (language !== 'ruby') return false
  const [word, mark, call, open, path] = tokens.slice(i, i + 5)
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

/** A word that an import brought in, or its own words. */
function isModule(tokens: readonly Token[], i: number, { language }: Reading): boolean {
  return importsOf(tokens, language).names.has(tokens[i]?.text ?? '')
}

/** A member that is one thing of a text and another of a file or of the environment. */
function memberFits(tokens: readonly Token[], i: number): boolean {
  const text = tokens[i]?.text
  if (text === 'env')
    return /^(NODE_ENV|PATH|HOME|CI|SHELL|LANG|USER|PWD|TERM)$/.test(tokens[i + 2]?.text ?? '')
  // `sys.path.insert(0, "/tmp")` decides what is imported next.
  if (text === 'path' && tokens[i - 2]?.text === 'sys')
    return !/^(insert|append|extend)$/.test(tokens[i + 2]?.text ?? '')
  // A text's `replace` gives another text; a path's and the system's moves a file.
  if (text === 'replace')
    return (
      !tokens.some((token) => token.text === 'Path' || token.text === 'pathlib') &&
      tokens[i - 2]?.text !== 'os'
    )
  return true
}

interface Imports {
  readonly modules: readonly string[]
  readonly names: ReadonlySet<string>
}
const CACHED = new WeakMap<readonly Token[], Imports>()

function importsOf(tokens: readonly Token[], language: Language): Imports {
  const known = CACHED.get(tokens)
  if (known !== undefined) return known
  const modules: string[] = []
  const names = new Set<string>()
  if (language === 'python') {
    for (let i = 0; i < tokens.length; i++) {
      const from = tokens[i]?.text === 'from'
      if ((!from && tokens[i]?.text !== 'import') || (tokens[i - 1]?.text === '.' && !from)) continue
      let at = i + 1
      while (
        at < tokens.length &&
        (tokens[at]?.kind === 'name' || /^[.,()*]$/.test(tokens[at]?.text ?? ''))
      ) {
        const text = tokens[at]?.text ?? ''
        if (STARTS.has(text) && text !== 'import' && text !== 'as') break
        if (tokens[at]?.kind === 'name' && text !== 'import' && text !== 'as') {
          names.add(text)
          if (/^(import|from|,)$/.test(tokens[at - 1]?.text ?? '') || tokens[at - 1]?.text === '.')
            modules.push(text)
        }
        at++
      }
    }
  }
  const imports = { modules, names }
  CACHED.set(tokens, imports)
  return imports
}
const STARTS = new Set([
  'print',
  'for',
  'if',
  'with',
  'try',
  'def',
  'class',
  'while',
  'return',
  'from',
  'import',
  'as',
])

/** Modules are the project's or the standard library's, and none that reaches further than the words say. */
function modulesFit(tokens: readonly Token[], i: number, reading: Reading): boolean {
  const { language } = reading
  const { reaching } = VOCABULARY[language]
  if (language === 'python') {
    if (tokens[i]?.text === 'from' && tokens[i + 1]?.text === '.') return false
    const after = tokens[i]?.text === 'import' ? importedNames(tokens, i) : undefined
    if (after !== undefined && !after) return false
    return importsOf(tokens, language).modules.every((name) => !reaching.has(name))
  }
  if (language === 'perl') return /^(strict|warnings)$/.test(tokens[i + 1]?.text ?? '')
  if (tokens[i]?.text === 'from' && tokens[i - 1]?.text === '.') return true
  const literal = tokens[i + (tokens[i + 1]?.text === '(' ? 2 : 1)]
  if (literal?.kind === 'string') return moduleFits(literal.text, tokens, i, reading)
  // `import x from 'y'`, `import { x } from 'y'`: the module stands after `from`.
  return (
    tokens[i]?.text === 'import' &&
    /^(\w+|\{|\*)$/.test(tokens[i + 1]?.text ?? '') &&
    tokens.some((token) => token.text === 'from')
  )
}

/** Modules that a script may take a member of; all others may only tell their version. */
const OPEN_MODULES = new Set(
  'fs path os util url crypto events querystring buffer perf_hooks readline json set date time'.split(' '),
)

function moduleFits(
  text: string,
  tokens: readonly Token[],
  i: number,
  { language, found }: Reading,
): boolean {
  const { reaching } = VOCABULARY[language]
  const name = text.replace(/^node:/, '')
  if (/^[./~]/.test(name)) {
    found.reads.push(name)
    return /\.json$/.test(name)
  }
  if (!/^[@\w][\w@/.-]*$/.test(name) || reaching.has(name) || reaching.has(name.split('/')[0] ?? ''))
    return false
  if (language === 'ruby') return OPEN_MODULES.has(name)
  if (/\/package\.json$/.test(name)) return true
  if (!OPEN_MODULES.has(name)) return /^(version|VERSION)$/.test(tokens[i + 5]?.text ?? '')
  const named =
    tokens[i - 1]?.text === '=' &&
    tokens[i - 2]?.kind === 'name' &&
    /^(const|let|var)$/.test(tokens[i - 3]?.text ?? '')
  return tokens[i]?.text !== 'require' || named || tokens[i + 4]?.text === '.'
}

/** `from x import y`: y is a word that could be called, so it must be one that is known; `*` is all of them. */
function importedNames(tokens: readonly Token[], i: number): boolean {
  let back = i - 1
  while (
    back >= 0 &&
    (tokens[back]?.kind === 'name' || tokens[back]?.text === '.') &&
    tokens[back]?.text !== 'from'
  )
    back--
  if (tokens[back]?.text !== 'from') return true
  const { members, names } = VOCABULARY.python
  for (let at = i + 1; at < tokens.length; at++) {
    const { kind, text } = tokens[at] ?? { kind: 'sign', text: '' }
    if (text === '*') return false
    if (kind !== 'name' && !/^[,()]$/.test(text)) return true
    if (kind === 'name' && STARTS.has(text) && text !== 'as') return true
    if (
      kind === 'name' &&
      text !== 'as' &&
      tokens[at - 1]?.text !== 'as' &&
      !members.has(text) &&
      !names.has(text)
    )
      return false
  }
  return true
}

const FILES = new Set(
  'read_csv read_json read_parquet read_excel read_table open Path readFileSync readdirSync statSync existsSync writeFileSync appendFileSync listdir'.split(
    ' ',
  ),
)
const WRITERS = /^(writeFileSync|appendFileSync)$/

/** A file is named by one literal; `open` says in its mode what it does with it. */
function fileFits(tokens: readonly Token[], i: number, { found, language }: Reading): boolean {
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

/** Brackets after a value look a member up: by a literal that is no way to the constructor, or a name in Python. */
function signFits(tokens: readonly Token[], i: number, language: Language): boolean {
  const text = tokens[i]?.text
  if (text === '`') return false
  if (language === 'ruby' && text === '%') return false
  if (language === 'perl' && (text === '&' || text === '*'))
    return tokens[i + 1]?.text !== '{' && tokens[i + 1]?.kind !== 'name'
  // Destructuring gives members other names: `{ rmSync: x } = fs`.
  if (language === 'javascript' && text === '}')
    return !/^(=|\))$/.test(tokens[i + 1]?.text ?? '') || literalBefore(tokens, i)
  if (language !== 'javascript' || text !== '[') return true
  const previous = tokens[i - 1]
  const looks = previous !== undefined && (previous.kind !== 'sign' || /^[)\]]$/.test(previous.text))
  if (!looks || /^(return|of|in|=|case)$/.test(previous.text)) return true
  const [key, close] = tokens.slice(i + 1, i + 3)
  if (close?.text !== ']') return false
  return key?.kind === 'number' || (key?.kind === 'string' && !/constructor|proto/.test(key.text))
}

/** `f({ a: 1 })`: an object that is handed over, not one that is taken apart. */
function literalBefore(tokens: readonly Token[], i: number): boolean {
  return tokens[i + 1]?.text === ')' && tokens[i + 2]?.text !== '=' && tokens[i + 2]?.text !== '{'
}
