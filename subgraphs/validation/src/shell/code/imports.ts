import { isSensitiveName } from '../project-work.js'
import { isOpenName } from './open-members.js'
import type { Reading } from './reading.js'
import type { Language, Token } from './tokens.js'
import { VOCABULARY } from './words.js'

interface Imports {
  readonly modules: readonly string[]
  readonly names: ReadonlySet<string>
}
const CACHED = new WeakMap<readonly Token[], Imports>()

export function importsOf(tokens: readonly Token[], language: Language): Imports {
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
export function modulesFit(tokens: readonly Token[], i: number, reading: Reading): boolean {
  const { language } = reading
  const { reaching } = VOCABULARY[language]
  if (language === 'python') {
    if (tokens[i]?.text === 'from' && tokens[i + 1]?.text === '.') return false
    const after = tokens[i]?.text === 'import' ? takesKnown(tokens, i, reading) : undefined
    if (after !== undefined && !after) return false
    return importsOf(tokens, language).modules.every(
      (name) => !reaching.has(name) || onlyHarmlessPart(name, tokens),
    )
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

/** `importlib.metadata` tells versions, `urllib.parse` takes addresses apart; what else these have loads code, or asks. */
const HARMLESS_PARTS: ReadonlyMap<string, string> = new Map([
  ['importlib', 'metadata'],
  ['urllib', 'parse'],
])

function onlyHarmlessPart(module: string, tokens: readonly Token[]): boolean {
  const part = HARMLESS_PARTS.get(module)
  if (part === undefined) return false
  return tokens.every(
    ({ text }, i) => text !== module || (tokens[i + 1]?.text === '.' && tokens[i + 2]?.text === part),
  )
}

/** Modules that a script may take a member of; all others may only tell their version. */
export const OPEN_MODULES = new Set(
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
    if (/\.json$/.test(name)) return true
    found.modules.push(name)
    found.isOpen = true
    return language === 'javascript' && /^\.\/(?!.*\.\.)/.test(name) && !isSensitiveName(name)
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
function takesKnown(tokens: readonly Token[], i: number, { found }: Reading): boolean {
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
    ) {
      if (!isOpenName(text, tokens[back + 1]?.text ?? '', 'python')) return false
      found.isOpen = true
    }
  }
  return true
}

/** A word that an import brought in, or its own words. */
export function isModule(tokens: readonly Token[], i: number, { language }: Reading): boolean {
  return importsOf(tokens, language).names.has(tokens[i]?.text ?? '')
}
