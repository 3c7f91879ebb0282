import { mayMatchSecret } from '../secret.js'
import { importsOf, isModule, modulesFit, OPEN_MODULES } from './imports.js'
import { takeKnownCalls } from './known-calls.js'
import { isReadableLua, luaFits } from './lua.js'
import { FILES, fileFits, isRubyFile } from './named-files.js'
import { actsElsewhere, importedNames, isOpenMember, reachesOut } from './open-members.js'
import { withoutSubstitutions } from './perl-text.js'
import { rFits } from './r.js'
import type { Found, Reading } from './reading.js'
import { tokensOf } from './tokens.js'
import type { Language, Token } from './tokens.js'
import { VOCABULARY } from './words.js'

/** What plain code does besides computing and printing: files that it names. */
export interface PlainCode {
  readonly reads: readonly string[]
  readonly writes: readonly string[]
  /** Modules that it loads: names, or paths relative to where it runs. */
  readonly modules: readonly string[]
  /** Commands that it gives a shell, each as one text. */
  readonly runs: readonly string[]
  /** Addresses of this machine that it asks. */
  readonly fetches: readonly string[]
  /** Statements for a database. */
  readonly statements: readonly string[]
}

/**
 * Reads code that is given on a command line. Defined only when every word of it is one that computes, prints, or
 * reads and writes files that it names: an allow-list, so that what is not known is not plain. Never throws.
 */
export function plainCode(code: string, language: Language): PlainCode | undefined {
  const shells: string[] = []
  const bare =
    language === 'ruby'
      ? code.replace(/`([^`"'#$\\\n]+)`/g, (_, text: string) => `"${shells.push(text)}"`)
      : code
  if (language === 'lua' && !isReadableLua(code)) return undefined
  if (bare.includes('\u0000') || (language !== 'javascript' && bare.includes('`'))) return undefined
  const text = language === 'perl' ? withoutSubstitutions(bare) : bare
  const all = text === undefined ? undefined : tokensOf(text, language)
  if (all === undefined || all.length > 2_000) return undefined
  const { tokens, runs, fetches, statements, reads } = takeKnownCalls(all, language)
  if (language === 'python' && !loadsSafely(tokens)) return undefined
  const mayNameSecret = ({ kind, text: held }: Token): boolean =>
    kind === 'string' && mayMatchSecret(held.split('/')) && !(language === 'lua' && HOW_MUCH.test(held))
  if (tokens.some(mayNameSecret)) return undefined
  const found: Found = { reads: [...reads], writes: [], modules: [], isOpen: false }
  const own = ownNames(tokens, language)
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]
    if (token === undefined) continue
    if (!(OF_THEIR_OWN[language] ?? tokenFits)(tokens, i, { language, own, found })) return undefined
  }
  const modules = [...importsOf(tokens, language).modules, ...found.modules]
  const plain = { ...found, modules, runs: [...runs, ...shells], fetches, statements }
  if (!found.isOpen) return plain
  return reachesOut(tokens) || actsElsewhere(tokens, modules) ? undefined : plain
}

/** How much of a file Lua is told to read. */
const HOW_MUCH = /^\*[alLn]$/

function tokenFits(tokens: readonly Token[], i: number, reading: Reading): boolean {
  return tokens[i]?.kind === 'name'
    ? nameFits(tokens, i, reading)
    : tokens[i]?.kind !== 'sign' || signFits(tokens, i, reading.language)
}

/** Languages whose words are put together in other ways than a dot and a bracket. */
const OF_THEIR_OWN: Readonly<Partial<Record<Language, typeof tokenFits>>> = { lua: luaFits, r: rFits }

/** YAML that is not loaded safely runs what it says; files that a pattern names are only read. */
function loadsSafely(tokens: readonly Token[]): boolean {
  const { modules, names } = importsOf(tokens, 'python')
  const globs = tokens.some(({ kind, text }) => kind === 'name' && /^[ir]?glob$/.test(text))
  // Files below a folder that is named may be edited, as `sed -i` does; whatever else a pattern names is only read.
  const below = tokens.every(
    ({ text }, i) => !/^[ir]?glob$/.test(text) || tokens[i + 1]?.text !== '(' || tokens[i - 2]?.text === ')',
  )
  if (
    globs &&
    tokens.some(({ kind, text }) =>
      kind === 'string'
        ? /^[wax]b?\+?$|\+/.test(text)
        : text.startsWith('write') && !(below && text === 'write_text'),
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

/** Names that the code gives itself: `x = …`, `for x in`, `as x`, parameters, `const x`. */
function ownNames(tokens: readonly Token[], language: Language): Set<string> {
  const own = new Set<string>()
  const text = (i: number): string => tokens[i]?.text ?? ''
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i]?.kind !== 'name' || text(i - 1) === '.') continue
    const name = text(i)
    const arrowed = language === 'r' && text(i + 1) === '<' && text(i + 2) === '-'
    const assigned = arrowed || (text(i + 1) === '=' && text(i + 2) !== '=')
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
  if (isRubyFile(tokens, i, reading)) return true
  if (forbidden.has(name) && !(name === 'do' && language === 'ruby') && !isArgument(tokens, i, language))
    return false
  if (FILES.has(name)) return fileFits(tokens, i, reading)
  // `process.versions.v8`: numbers of what the runtime is made of.
  if (previous === '.' && tokens[i - 2]?.text === 'versions' && tokens[i - 4]?.text === 'process') return true
  if (previous === '.' && isPlainVariable(tokens, i)) return true
  if (previous === '.' && tokens[i - 2]?.text === '.') return names.has(name) || own.has(name)
  if (previous === '.' || (previous === ':' && tokens[i - 2]?.text === ':'))
    return (members.has(name) || opens(tokens, i, reading)) && memberFits(tokens, i)
  if (previous === '>' && tokens[i - 2]?.text === '-')
    return members.has(name) || (language === 'php' && tokens[i + 1]?.text !== '(')
  // `$h{key}`, `->{key}`: a word that is a key.
  const held = language === 'perl' && previous === '{' && tokens[i + 1]?.text === '}'
  if (held && /^[>$]/.test(tokens[i - 2]?.text ?? '')) return true
  if (name === 'import' || name === 'from' || name === 'require' || name === 'use')
    return modulesFit(tokens, i, reading)
  if (/^[$@%]/.test(name)) return language !== 'javascript' && tokens[i + 1]?.text !== '('
  if (name === 'do') return true
  return (
    names.has(name) ||
    own.has(name) ||
    isModule(tokens, i, reading) ||
    (language === 'javascript' && importedNames(tokens, OPEN_MODULES).has(name))
  )
}

/** `f(include=x)`: the name of an argument calls nothing. */
function isArgument(tokens: readonly Token[], i: number, language: Language): boolean {
  return (
    language === 'python' &&
    // Whoever lets pickles in runs what they say.
    tokens[i]?.text !== 'allow_pickle' &&
    /^[(,]$/.test(tokens[i - 1]?.text ?? '') &&
    tokens[i + 1]?.text === '=' &&
    tokens[i + 2]?.text !== '='
  )
}

function opens(tokens: readonly Token[], i: number, { language, found }: Reading): boolean {
  const isOpen = isOpenMember(tokens, i, language)
  found.isOpen ||= isOpen
  return isOpen
}

/** A folder of the project from which modules may be taken. */
const OWN_FOLDER = /^(\.|(\.\/)?(src|lib|app|tests?|packages|python)(\/[\w-]+)*)$/

/** A member that is one thing of a text and another of a file or of the environment. */
function memberFits(tokens: readonly Token[], i: number): boolean {
  const text = tokens[i]?.text
  if (text === 'env') return PLAIN_VARIABLES.test(tokens[i + 2]?.text ?? '')
  // `sys.path.insert(0, "/tmp")` decides what is imported next.
  if (text === 'path' && tokens[i - 2]?.text === 'sys')
    return (
      !/^(insert|append|extend)$/.test(tokens[i + 2]?.text ?? '') ||
      [tokens[i + 4], tokens[i + 6]].some((place) => place?.kind === 'string' && OWN_FOLDER.test(place.text))
    )
  // A text's `replace` gives another text; a path's and the system's moves a file.
  if (text === 'replace')
    return (
      tokens[i - 2]?.text !== 'os' &&
      (hasTwo(tokens, i + 1) || !tokens.some(({ text: word }) => word === 'Path' || word === 'pathlib'))
    )
  return true
}

/** Does the call whose bracket opens here have two arguments? A text is replaced by another; a file is moved to one place. */
function hasTwo(tokens: readonly Token[], open: number): boolean {
  let depth = 0
  for (let i = open; i < tokens.length && i < open + 64; i++) {
    const text = tokens[i]?.kind === 'sign' ? tokens[i]?.text : ''
    if (text === '(' || text === '[') depth++
    if ((text === ')' || text === ']') && --depth === 0) return false
    if (text === ',' && depth === 1) return true
  }
  return false
}

const PLAIN_VARIABLES = /^(NODE_ENV|PATH|HOME|CI|SHELL|LANG|USER|PWD|TERM|PORT|TZ|DEBUG|LOG_LEVEL)$/

/** `process.env.NODE_ENV`, `os.environ.get("LANG")`, `os.environ["LANG"]`: one variable that holds no secret. */
function isPlainVariable(tokens: readonly Token[], i: number): boolean {
  const text = (at: number): string => tokens[at]?.text ?? ''
  if (text(i) === 'environ') {
    const open = text(i + 1) === '.' && text(i + 2) === 'get' ? i + 3 : i + 1
    return /^[[(]$/.test(text(open)) && PLAIN_VARIABLES.test(text(open + 1))
  }
  return text(i - 2) === 'env' && text(i - 4) === 'process' && PLAIN_VARIABLES.test(text(i))
}

/** Brackets after a value look a member up: by a literal that is no way to the constructor, or a name in Python. */
function signFits(tokens: readonly Token[], i: number, language: Language): boolean {
  const text = tokens[i]?.text
  if (text === '`') return false
  if (language === 'ruby' && text === '%') return false
  // `->(…)`, `$h{x}(…)`: calls whatever is held there.
  if (language === 'perl' && text === '(' && /^[>}\]]$/.test(tokens[i - 1]?.text ?? ''))
    return tokens[i - 1]?.text === '>' && tokens[i - 2]?.text !== '-'
  if (language === 'perl' && (text === '&' || text === '*'))
    return tokens[i + 1]?.text !== '{' && tokens[i + 1]?.kind !== 'name'
  // Destructuring gives members other names: `{ rmSync: x } = fs`.
  if (language === 'javascript' && text === '}')
    return (
      !/^(=|\))$/.test(tokens[i + 1]?.text ?? '') || literalBefore(tokens, i) || takesFromProject(tokens, i)
    )
  if (language !== 'javascript' || text !== '[') return true
  const previous = tokens[i - 1]
  const looks = previous !== undefined && (previous.kind !== 'sign' || /^[)\]]$/.test(previous.text))
  if (!looks || /^(return|of|in|=|case|const|let|var)$/.test(previous.text)) return true
  const [key, close] = tokens.slice(i + 1, i + 3)
  if (close?.text !== ']') return false
  return key?.kind === 'number' || (key?.kind === 'string' && !/constructor|proto/.test(key.text))
}

/** `f({ a: 1 })`: an object that is handed over, not one that is taken apart. */
function literalBefore(tokens: readonly Token[], i: number): boolean {
  return tokens[i + 1]?.text === ')' && tokens[i + 2]?.text !== '=' && tokens[i + 2]?.text !== '{'
}

/** `const { x } = require('./module')`. */
function takesFromProject(tokens: readonly Token[], i: number): boolean {
  const [sign, require, open, module] = tokens.slice(i + 1, i + 5)
  return (
    sign?.text === '=' &&
    require?.text === 'require' &&
    open?.text === '(' &&
    module?.kind === 'string' &&
    module.text.startsWith('./')
  )
}
