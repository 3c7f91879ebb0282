import { parse } from './parse.js'
import type { Change, Piece, Script, Word } from './script.js'
import type { State } from './state.js'
import { isKnown, join, literal, MAX_TEXT, namesIn, TAINT, UNKNOWN, unknown } from './value.js'
import type { Stream, Value } from './value.js'

/** Most words that one word's braces may become; beyond it the word is unknown. */
const MAX_BRACES = 64
/** Longest word whose braces are expanded: each of the words that it becomes is read again. */
const MAX_BRACED = 1_000

/** Runs a substitution for its effects and tells what it would print. */
export type Substitute = (script: Script) => Stream

/** A field being put together: text pieces join, unquoted expansions split. */
interface Field {
  text: string
  taint: number
  glob: boolean
  /** Something was written here, so that `""` is a word and an empty `$x` is none. */
  present: boolean
}

/** The words that a word becomes: braces, variables, substitutions, field splitting; globs and unknowns stay marked. */
export function expandWord(word: Word, state: State, substitute: Substitute): Value[] {
  if (word.braces && word.source.length > MAX_BRACED) return [unknown()]
  if (word.braces) {
    const sources = expandBraces(word.source)
    if (sources === undefined) return [unknown()]
    if (sources.length > 1) return sources.flatMap((source) => expandSource(source, state, substitute))
  }
  return fieldsOf(word.pieces, state, substitute, true)
}

/** One value, never split: assignments, redirect targets, here-documents. */
export function expandOne(word: Word, state: State, substitute: Substitute): Value {
  const fields = fieldsOf(word.pieces, state, substitute, false)
  return fields.length === 1 && fields[0] !== undefined ? fields[0] : join(fields)
}

function expandSource(source: string, state: State, substitute: Substitute): Value[] {
  if (source === '') return []
  // Behind a command's name, so that `if=/dev/zero` is the word that it is and no assignment.
  const script = parse(`: ${source}`)
  const { body } = script
  if (script.errors.length > 0 || body.type !== 'simple' || body.words.length < 2) return [literal(source)]
  return body.words.slice(1).flatMap((word) => fieldsOf(word.pieces, state, substitute, true))
}

function fieldsOf(pieces: readonly Piece[], state: State, substitute: Substitute, split: boolean): Value[] {
  const [only] = pieces
  // Most words are one text: nothing to put together, nothing to split.
  if (pieces.length === 1 && only !== undefined && (only.kind === 'text' || only.kind === 'glob')) {
    const value = valueOf(only, state, substitute, true)
    return [value.text.length > MAX_TEXT ? unknown(value.taint) : value]
  }
  const fields: Field[] = [{ text: '', taint: 0, glob: false, present: false }]
  for (const [i, piece] of pieces.entries()) {
    const elements = split ? elementsOf(piece, state) : undefined
    if (elements !== undefined) {
      appendEach(fields, elements)
      continue
    }
    const value = valueOf(piece, state, substitute, i === 0)
    const quoted = !split || piece.kind === 'text' || ('quoted' in piece && piece.quoted)
    append(fields, value, {
      quoted,
      glob: piece.kind === 'glob',
      splits: state.variables.get('IFS')?.[0]?.text,
    })
  }
  return fields
    .filter((field) => field.present)
    .map((field) =>
      field.text.length > MAX_TEXT
        ? unknown(field.taint)
        : { text: field.text, taint: field.taint, glob: field.glob },
    )
}

/** `"$@"` and `"${array[@]}"` are one word for each element. */
function elementsOf(piece: Piece, state: State): readonly Value[] | undefined {
  if (piece.kind !== 'variable' || piece.change !== undefined || !piece.quoted) return undefined
  return piece.all === true || piece.name === '@' ? state.variables.get(piece.name) : undefined
}

function appendEach(fields: Field[], elements: readonly Value[]): void {
  for (const [i, element] of elements.entries()) {
    if (i > 0) fields.push({ text: '', taint: 0, glob: false, present: false })
    append(fields, element, { quoted: true, glob: false, splits: undefined })
  }
}

interface Manner {
  readonly quoted: boolean
  readonly glob: boolean
  readonly splits: string | undefined
}

function append(fields: Field[], value: Value, manner: Manner): void {
  let field = fields.at(-1) as Field
  field.taint |= value.taint
  if (manner.quoted || manner.glob) {
    field.text += value.text
    field.glob ||= manner.glob || value.glob
    field.present = true
    return
  }
  const parts = splitFields(value.text, manner.splits ?? ' \t\n')
  for (const [i, part] of parts.entries()) {
    if (i > 0) {
      field = { text: '', taint: value.taint, glob: false, present: false }
      fields.push(field)
    }
    if (part === '') continue
    field.text += part
    field.glob ||= /[*?[]/.test(part)
    field.present = true
  }
}

function splitFields(text: string, separators: string): string[] {
  if (separators === '' || text === '') return [text]
  const parts = ['']
  for (const char of text) {
    if (separators.includes(char)) parts.push('')
    else parts[parts.length - 1] += char
  }
  return parts
}

function valueOf(piece: Piece, state: State, substitute: Substitute, first: boolean): Value {
  switch (piece.kind) {
    case 'text':
      return first && !piece.quoted ? tilde(piece.text, state) : literal(piece.text)
    case 'glob':
      return { text: piece.text, taint: 0, glob: true }
    case 'variable':
      return prompted(variable(piece.name, piece.change, state, substitute), piece, state, substitute)
    case 'command':
      return printed(substitute(piece.script))
    case 'process': {
      const stream = substitute(piece.script)
      // A path that holds what the command prints: /dev/fd/N, whose contents carry its taint.
      return { text: `/dev/fd/63${UNKNOWN}`, taint: stream.taint, glob: false }
    }
    case 'opaque': {
      let taint = 0
      for (const script of piece.scripts) taint |= substitute(script).taint
      for (const word of piece.words) taint |= expandOne(word, state, substitute).taint
      return unknown(taint)
    }
    default:
      return piece satisfies never
  }
}

function printed(stream: Stream): Value {
  if (stream.pattern !== undefined) return stream.pattern
  const names = namesIn(stream)
  if (names?.length === 1 && names[0] !== undefined) return names[0]
  if (stream.text === undefined) return unknown(stream.taint)
  const text = stream.text.replace(/\n+$/, '')
  return { ...literal(text), taint: stream.taint }
}

/** `~` and `~/…` are the home directory; `~user` is somebody's. Also after `=` and `:` is left to the caller. */
function tilde(text: string, state: State): Value {
  if (!text.startsWith('~')) return literal(text)
  const home = state.variables.get('HOME')?.[0] ?? unknown()
  if (text === '~' || text.startsWith('~/')) return { ...home, text: home.text + text.slice(1) }
  const user = text.slice(1)
  return literal(/^root(\/|$)/.test(user) ? `/${user}` : `/home/${user}`)
}

/** What the shell itself sets to a number: which one makes no difference to a path or a name that it is in. */
const NUMBERS = new Set(
  '$ ? # RANDOM SRANDOM SECONDS EPOCHSECONDS BASHPID UID EUID LINENO SHLVL COLUMNS LINES'.split(' '),
)
const SOME_NUMBER = literal('31')

function variable(name: string, change: Change | undefined, state: State, substitute: Substitute): Value {
  const operands = change?.words.map((word) => expandOne(word, state, substitute)) ?? []
  const values = state.variables.get(name)
  if (values === undefined && change === undefined && NUMBERS.has(name)) return SOME_NUMBER
  if (values === undefined) {
    // Not set in this script: the default, if it has one, is as likely as whatever the environment says.
    const taint = operands.reduce<number>((all, value) => all | value.taint, TAINT.environment)
    return unknown(taint)
  }
  const value = join(values)
  if (change === undefined) return value
  if (change.operator === '!') return named(value, name, state)
  return changed(value, change.operator, operands)
}

/** `${!x}`: what the variable holds that x names; by the names of all variables, one after the other, all of them. */
function named(held: Value, name: string, state: State): Value {
  const all = (held.taint & TAINT.secret) !== 0 ? TAINT.variables : 0
  if (!/^\w+$/.test(held.text) || held.text === name) return unknown(TAINT.environment | held.taint | all)
  return join(state.variables.get(held.text) ?? [unknown(TAINT.environment)])
}

/** `${x@P}` is read as a prompt: substitutions that it holds are run. */
function prompted(value: Value, piece: Piece, state: State, substitute: Substitute): Value {
  if (piece.kind !== 'variable' || piece.change?.operator !== '@' || piece.change.words[0]?.source !== 'P')
    return value
  const held = join(state.variables.get(piece.name) ?? [unknown()])
  // What is not known may hold any command: as much as a command whose name is not known.
  if (!isKnown(held)) substitute(parse(`"$${piece.name}"`))
  else if (/\$\(|`/.test(held.text)) substitute(parse(`: "${held.text.replaceAll('"', '\\"')}"`))
  return value
}

/** The parameter expansions that are plain text work; the rest make the value unknown. */
function changed(value: Value, operator: string, operands: readonly Value[]): Value {
  const taint = operands.reduce<number>((all, operand) => all | operand.taint, value.taint)
  if (!isKnown(value) || operands.some((operand) => !isKnown(operand))) return unknown(taint)
  const text = value.text
  const first = operands[0]?.text ?? ''
  switch (operator) {
    case ':-':
    case ':=':
      return { ...literal(text === '' ? first : text), taint }
    case '-':
    case '=':
    case '?':
    case ':?':
      return { ...value, taint }
    case '+':
    case ':+':
      return { ...literal(text === '' && operator === ':+' ? '' : first), taint }
    case ',,':
      return operands.length === 0 ? { ...literal(text.toLowerCase()), taint } : unknown(taint)
    case '^^':
      return operands.length === 0 ? { ...literal(text.toUpperCase()), taint } : unknown(taint)
    case ':':
      return { ...slice(text, first, operands[1]?.text), taint }
    case '//':
    case '/':
      return { ...replace(text, first, operands[1]?.text ?? '', operator === '//'), taint }
    case '%':
    case '%%':
    case '#':
    case '##':
      // What a glob stands for may hold the mark anywhere, but for the slash, which no name holds.
      if (value.glob && /^\*[^/]|[^/]\*$/.test(first)) return unknown(taint)
      return { ...trimmed(text, first, operator), taint, glob: value.glob }
    default:
      return unknown(taint)
  }
}

/** `${x%.js}`, `${x##*\/}`: literal ends, and `*` before or after a literal. */
function trimmed(text: string, pattern: string, operator: string): Value {
  const [star, rest] = operator.startsWith('#')
    ? [pattern.startsWith('*'), pattern.replace(/^\*/, '')]
    : [pattern.endsWith('*'), pattern.replace(/\*$/, '')]
  if (/[*?[\\]/.test(rest) || rest === '') return unknown()
  if (operator.startsWith('#')) {
    if (!star) return literal(text.startsWith(rest) ? text.slice(rest.length) : text)
    const at = operator === '##' ? text.lastIndexOf(rest) : text.indexOf(rest)
    return literal(at === -1 ? text : text.slice(at + rest.length))
  }
  if (!star) return literal(text.endsWith(rest) ? text.slice(0, -rest.length) : text)
  const at = operator === '%%' ? text.indexOf(rest) : text.lastIndexOf(rest)
  return literal(at === -1 ? text : text.slice(0, at))
}

function slice(text: string, offset: string, length: string | undefined): Value {
  const from = Number(offset)
  const count = length === undefined ? undefined : Number(length)
  if (!Number.isInteger(from) || (count !== undefined && !Number.isInteger(count))) return unknown()
  const start = from < 0 ? text.length + from : from
  if (count === undefined) return literal(text.slice(start))
  return literal(text.slice(start, count < 0 ? text.length + count : start + count))
}

function replace(text: string, pattern: string, replacement: string, all: boolean): Value {
  if (pattern === '' || /[*?[\\]/.test(pattern)) return unknown()
  return literal(all ? text.split(pattern).join(replacement) : text.replace(pattern, () => replacement))
}

/**
 * Brace expansion on the text of a word, as bash does it, before everything else. Undefined when it becomes more
 * than MAX_BRACES words.
 */
export function expandBraces(source: string): string[] | undefined {
  let done: string[] = []
  let todo = [source]
  // Each round expands the first brace of every word; a word has no more braces than characters.
  for (let round = 0; round < 16 && todo.length > 0; round++) {
    const next: string[] = []
    for (const text of todo) {
      const alternatives = firstBrace(text)
      if (alternatives === undefined) done.push(text)
      else next.push(...alternatives)
      if (done.length + next.length > MAX_BRACES) return undefined
    }
    todo = next
  }
  if (todo.length > 0) return undefined
  done = done.filter((text) => text !== '')
  return done.length === 0 ? [source] : done
}

function firstBrace(text: string): string[] | undefined {
  for (let i = 0; i < text.length; i++) {
    const skipped = skipQuoted(text, i)
    if (skipped > i) {
      i = skipped - 1
      continue
    }
    if (text[i] !== '{' || text[i - 1] === '$') continue
    const group = braceGroup(text, i)
    if (group === undefined) continue
    const head = text.slice(0, i)
    const tail = text.slice(group.end)
    return group.items.map((item) => head + item + tail)
  }
  return undefined
}

function braceGroup(text: string, open: number): { items: string[]; end: number } | undefined {
  const items: string[] = []
  let depth = 0
  let from = open + 1
  for (let i = open; i < text.length; i++) {
    const skipped = skipQuoted(text, i)
    if (skipped > i) {
      i = skipped - 1
      continue
    }
    const char = text[i]
    if (char === '{') depth++
    if (char === ',' && depth === 1) {
      items.push(text.slice(from, i))
      from = i + 1
    }
    if (char === '}' && --depth === 0) {
      items.push(text.slice(from, i))
      if (items.length > 1) return { items, end: i + 1 }
      const range = rangeOf(items[0] ?? '')
      return range === undefined ? undefined : { items: range, end: i + 1 }
    }
  }
  return undefined
}

/** Where the quoted or escaped stretch that starts at i ends; i itself when none starts there. */
function skipQuoted(text: string, i: number): number {
  const char = text[i]
  if (char === '\\') return i + 2
  if (char !== "'" && char !== '"') return i
  const end = text.indexOf(char, i + 1)
  return end === -1 ? text.length : end + 1
}

function rangeOf(item: string): string[] | undefined {
  const numbers = /^(-?\d{1,6})\.\.(-?\d{1,6})$/.exec(item)
  if (numbers?.[1] !== undefined && numbers[2] !== undefined) {
    const from = Number(numbers[1])
    const to = Number(numbers[2])
    const count = Math.min(Math.abs(to - from) + 1, MAX_BRACES + 1)
    return Array.from({ length: count }, (_, i) => String(from + (to >= from ? i : -i)))
  }
  const letters = /^([a-zA-Z])\.\.([a-zA-Z])$/.exec(item)
  if (letters?.[1] === undefined || letters[2] === undefined) return undefined
  const from = letters[1].charCodeAt(0)
  const to = letters[2].charCodeAt(0)
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, i) =>
    String.fromCharCode(from + (to >= from ? i : -i)),
  )
}
