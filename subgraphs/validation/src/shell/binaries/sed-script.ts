/** One command of a sed script. */
export interface SedCommand {
  readonly name: string
  /** Lines that it is for; empty for all of them. */
  readonly address: string
  /** What follows: a file, a text, the flags of `s`. */
  readonly rest: string
  /** `s`: what it looks for, and what it puts there. */
  readonly pattern: string
  readonly replacement: string
}

/** A script that is longer than this is not taken apart: it counts as running what it likes. */
const MAX_SCRIPT = 4_096

/** The commands of a sed script, or undefined when it is not one that can be read. */
export function sedCommands(script: string): readonly SedCommand[] | undefined {
  if (script.length > MAX_SCRIPT) return undefined
  const found: SedCommand[] = []
  let at = 0
  while (at < script.length) {
    if (/[\s;{}]/.test(script.charAt(at))) {
      at++
      continue
    }
    if (script.charAt(at) === '#') {
      at = endOfLine(script, at)
      continue
    }
    const from = at
    at = afterAddress(script, at)
    const address = script.slice(from, at).trim()
    const name = script.charAt(at)
    if (name === '' || name === '{') {
      at++
      continue
    }
    const read = READS_ON[name] ?? toSeparator
    const command = read(script, at + 1, name)
    if (command === undefined) return undefined
    found.push({ name, address, ...command.parts })
    at = command.end
  }
  return found
}

interface Tail {
  readonly parts: Omit<SedCommand, 'name' | 'address'>
  readonly end: number
}
type Reads = (script: string, at: number, name: string) => Tail | undefined

const NONE = { rest: '', pattern: '', replacement: '' }

/** Where the line ends that `at` is in; a backslash before the end carries it on. */
function endOfLine(script: string, at: number): number {
  for (let i = at; i < script.length; i++) {
    if (script.charAt(i) === '\\') i++
    else if (script.charAt(i) === '\n') return i
  }
  return script.length
}

const toLineEnd: Reads = (script, at) => {
  const end = endOfLine(script, at)
  return { parts: { ...NONE, rest: script.slice(at, end).trim() }, end }
}

const toSeparator: Reads = (script, at) => {
  let end = at
  while (end < script.length && !/[;}\n]/.test(script.charAt(end))) end++
  return { parts: { ...NONE, rest: script.slice(at, end).trim() }, end }
}

/** `s` and `y`: two texts between a delimiter of any kind, then flags; `w` among them names a file. */
const substitution: Reads = (script, at, name) => {
  const mark = script.charAt(at)
  const middle = closing(script, at + 1, mark)
  const last = middle === undefined ? undefined : closing(script, middle + 1, mark)
  if (mark === '' || mark === '\n' || middle === undefined || last === undefined) return undefined
  const parts = { pattern: script.slice(at + 1, middle), replacement: script.slice(middle + 1, last) }
  let end = last + 1
  while (end < script.length && /[gpiIemM\d]/.test(script.charAt(end))) end++
  if (name === 's' && script.charAt(end) === 'w') end = endOfLine(script, end)
  return { parts: { ...parts, rest: script.slice(last + 1, end) }, end }
}

/** Where a delimiter stands next, escapes and brackets left out. */
export function closing(script: string, from: number, mark: string): number | undefined {
  for (let i = from; i < script.length; i++) {
    if (script.charAt(i) === '\\') i++
    else if (script.charAt(i) === mark) return i
  }
  return undefined
}

const READS_ON: Readonly<Record<string, Reads>> = {
  s: substitution,
  y: substitution,
  a: toLineEnd,
  i: toLineEnd,
  c: toLineEnd,
  r: toLineEnd,
  R: toLineEnd,
  w: toLineEnd,
  W: toLineEnd,
  e: toLineEnd,
}

/** Where the command stands behind its lines: numbers, `$`, patterns, `first~step`, ranges, `!`. */
function afterAddress(script: string, from: number): number {
  let at = from
  for (;;) {
    const char = script.charAt(at)
    if (/[\d$,~+!\s]/.test(char) && char !== '') at++
    else if (char === '/' || char === '\\') {
      const mark = char === '/' ? '/' : script.charAt(at + 1)
      const end = closing(script, at + (char === '/' ? 1 : 2), mark)
      if (end === undefined) return at
      at = end + 1
      while (/[IM]/.test(script.charAt(at)) && at < script.length) at++
    } else return at
  }
}

/** An address that every line has. */
const EVERY = /^(|1\s*,\s*\$|0~1|1~1|\/(\^|\$|\.|\\S|\^\.|\.\*|\.\?|\^\.\*\$?|)\/)$/
/** A pattern that takes all of a line, or every character of it. */
const ALL = /^\^?(\.\*|\.\+|\.\\\+|\[\^\]\*|\.)\$?$/

/** Does a script that edits in place leave nothing of what was in the file? */
export function leavesNothing(commands: readonly SedCommand[], quiet: boolean): boolean {
  if (
    quiet &&
    !commands.some(({ name, rest }) => /[pPi=lacr]/.test(name) || (name === 's' && rest.includes('p')))
  )
    return true
  return commands.some(
    ({ name, address, pattern, rest }) =>
      EVERY.test(address) &&
      (name === 'd' ||
        name === 'c' ||
        name === 'D' ||
        (name === 's' && ALL.test(pattern) && (pattern.length > 1 || rest.includes('g')))),
  )
}
