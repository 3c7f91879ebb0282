import { invoke, shown } from '../invoke.js'
import { hasOption, optionValues } from '../options.js'
import type { Options } from '../options.js'
import { emptyFile, lookInto, readFile } from '../redirect.js'
import { isSecretPath, mayMatchSecret } from '../secret.js'
import { isKnown, join, literal, TAINT, UNKNOWN } from '../value.js'
import type { Stream, Value } from '../value.js'
import { placeOfPath, printsUnknown } from '../walk.js'
import { noteDeletes } from './files.js'
import { FORMS, SOUGHT } from './sought.js'
import type { Call } from './spec.js'

/** A pattern that lets a few lines through: some letters in a row, and nothing that matches anything. */
const NARROW = /^(?!.*(\.\*\||\|\.\*|\|$|^\|))[^[\]]*[A-Za-z_]{3}/

/** grep and its relatives: the first operand is a pattern, the rest is read; without files the directory is. */
export function search(call: Call, options: Options): Stream {
  const patterned = hasOption(options, 'e', 'f', 'regexp', 'file', 'files', 'type-list')
  const files = patterned ? options.operands : options.operands.slice(1)
  const patterns = [...optionValues(options, 'e', 'regexp'), ...options.operands.slice(0, patterned ? 0 : 1)]
  let taint = call.stdin?.taint ?? 0
  for (const file of files) taint |= readFile(file, call.walk).taint
  for (const file of optionValues(options, 'f', 'file')) readFile(file, call.walk)
  const sought = patterns.some(({ text }) => SOUGHT.test(text))
  // Where ignored files are searched too, a credential's name finds the credential.
  const all =
    /^(rg|ripgrep|ag|ack)$/.test(call.name) &&
    hasOption(options, 'u', 'uu', 'no-ignore', 'no-ignore-vcs', 'unrestricted', 'U', 'skip-vcs-ignores')
  const whole =
    files.length === 0 || files.some((file) => placeOfPath(file, call.walk).zone === 'project-root')
  const forms = whole && patterns.some(({ text }) => FORMS.test(text))
  if ((sought && (all || files.some((file) => isForeign(file, call)))) || (forms && call.stdin === undefined))
    call.walk.findings.note('secrets', 'search', shown(call))
  // Only files of credentials are asked for.
  const included = optionValues(options, 'include', 'g', 'glob', 'iglob')
  if (included.some(({ text }) => !text.startsWith('!') && (isSecretPath(text) || mayMatchSecret([text]))))
    call.walk.findings.note('secrets', 'search', shown(call))
  const told = (call.stdin?.taint ?? 0) & TAINT.secret
  if (
    told !== 0 &&
    files.length === 0 &&
    patterns.some(({ text }) => SOUGHT.test(text) || /pass|pwd|_key|\bkey\b/i.test(text))
  )
    call.walk.findings.note('secrets', 'print', shown(call))
  if (
    told !== 0 &&
    !hasOption(options, 'v', 'invert-match') &&
    patterns.every(({ text }) => NARROW.test(text))
  )
    taint &= ~(TAINT.secret | TAINT.variables)
  const lists = hasOption(options, 'l', 'files-with-matches', 'L', 'files', 'files-without-match')
  if (!lists) return { text: undefined, taint, below: files.length === 0 ? call.stdin?.below : undefined }
  return { text: undefined, taint: taint & ~TAINT.file, below: files.length === 0 ? ['.'] : textsOf(files) }
}

function textsOf(values: readonly Value[]): string[] | undefined {
  return values.every(isKnown) && values.length <= 8 ? values.map((value) => value.text) : undefined
}

/** Neither the project's nor a temporary place. */
function isForeign(root: Value, call: Call): boolean {
  return !/^(project|project-root|temp|temp-root|sink)$/.test(placeOfPath(root, call.walk).zone)
}

const RUNS = new Set(['-exec', '-execdir', '-ok', '-okdir'])
const WRITES = new Set(['-fprint', '-fprint0', '-fprintf', '-fls'])
const NAMES = new Set(['-name', '-iname', '-path', '-ipath', '-wholename', '-regex', '-iregex'])

/** locate knows every file of the machine: what it is asked for may be what nobody should look for. */
export function locate(call: Call, options: Options): undefined {
  if (options.operands.some(({ text }) => isSought(text)))
    call.walk.findings.note('secrets', 'search', shown(call))
  return undefined
}

/** What find is asked for: where it starts and what it tests. */
interface Quest {
  readonly roots: readonly Value[]
  readonly tests: readonly Value[]
}

/** What must hold of a path for one action of find to be done with it. */
interface Condition {
  readonly names: readonly string[]
  readonly filtered: boolean
  readonly empty: boolean
}

function questOf(args: readonly Value[]): Quest {
  const first = args.findIndex((arg) => /^[-(!]/.test(arg.text) && !/^-([HLP]|D|O\d?)$/.test(arg.text))
  const starts = args.slice(0, first === -1 ? args.length : first).filter((arg) => !arg.text.startsWith('-'))
  const tests = args.slice(first === -1 ? args.length : first)
  return { roots: starts.length === 0 ? [literal('.')] : starts, tests }
}
const FILTERS = /^-(i?name|i?path|i?regex|wholename|type|mtime|mmin|size|newer|empty|user|perm|atime|ctime)$/

/** The tests that an action at `end` depends on: those before it back to the last `-o`, alternatives in brackets too. */
function conditionOf(tests: readonly Value[], end: number): Condition {
  const names: string[] = []
  let filtered = false
  let empty = false
  let loose = false
  let depth = 0
  for (let i = end - 1; i >= 0; i--) {
    const text = tests[i]?.text ?? ''
    if (text === ')') depth += 1
    else if (text === '(') depth -= 1
    if (depth < 0) depth = 0
    else if (depth === 0 && /^(-o|-or|,)$/.test(text)) break
    const denied = /^(!|-not)$/.test(tests[i - 1]?.text ?? '')
    if (text === ')' && deniesGroup(tests, i)) loose = true
    if (!FILTERS.test(text)) continue
    filtered = true
    empty ||= text === '-empty'
    if (NAMES.has(text) && !denied) names.push(tests[i + 1]?.text ?? '')
    // One of the alternatives in brackets says nothing of the name.
    else if (depth > 0 && besideOr(tests, i)) loose ||= !NAMES.has(text) || denied
  }
  return { names: loose ? [] : last(names), filtered, empty }
}

/** Names say more than the folders on the way to them. */
function last(names: readonly string[]): readonly string[] {
  const plain = names.filter((name) => !name.includes('/'))
  return plain.length === 0 ? names : plain
}

/** Is the group that ends at `close` negated? */
function deniesGroup(tests: readonly Value[], close: number): boolean {
  let depth = 0
  for (let i = close; i >= 0; i--) {
    if (tests[i]?.text === ')') depth += 1
    if (tests[i]?.text === '(' && --depth === 0) return /^(!|-not)$/.test(tests[i - 1]?.text ?? '')
  }
  return false
}

/** Is this test an alternative of its own: nothing but it between `(`, `-o` and `)`? */
function besideOr(tests: readonly Value[], at: number): boolean {
  const before = tests[at - 1]?.text ?? ''
  const from = /^(!|-not)$/.test(before) ? (tests[at - 2]?.text ?? '') : before
  const after = [tests[at + 1]?.text ?? '', tests[at + 2]?.text ?? '']
  return /^(\(|-o|-or)$/.test(from) && after.some((text) => /^(\)|-o|-or)$/.test(text))
}

export function find(call: Call): Stream {
  const { walk } = call
  const quest = questOf(call.args)
  const { roots, tests } = quest
  const names = tests.flatMap(({ text }, i) => (NAMES.has(text) ? [tests[i + 1]?.text ?? ''] : []))
  walk.findings.note('shell', 'inspect', `find ${join(roots).text}`)
  for (const root of roots) lookInto(root, walk)
  let taint = roots.some((root) => placeOfPath(root, walk).segments.includes('.ssh')) ? TAINT.secret : 0
  if (names.some(isSought) && roots.some((root) => isForeign(root, call)))
    walk.findings.note('secrets', 'search', shown(call))
  if (
    roots.some((root) => isForeign(root, call)) &&
    tests.some(({ text }, i) => isSurvey(text, tests[i + 1]?.text))
  )
    walk.findings.note('privilege', 'survey', shown(call))
  for (const [i, { text }] of tests.entries()) {
    if (text === '-delete') {
      const condition = conditionOf(tests, i)
      const { filtered, empty } = condition
      noteDeletes(call, foundIn(quest, condition, call), {
        recursive: !filtered,
        force: true,
        filtered,
        empty,
      })
    }
    const next = tests[i + 1]
    // A list of files takes the place of what was there.
    if (WRITES.has(text) && next !== undefined) emptyFile(next, walk)
    if (text === '-files0-from' && next !== undefined) readFile(next, walk)
    if (RUNS.has(text))
      taint |= runFound(call, tests.slice(i + 1), foundIn(quest, conditionOf(tests, i), call))
  }
  return { text: undefined, taint, below: textsOf(roots) }
}

/** Programs that run with their owner's rights, and what anybody may write: nobody needs them for a project. */
function isSurvey(test: string, value = ''): boolean {
  return (
    test === '-writable' ||
    (test === '-perm' && /^[-/]?(0?[2467][0-7]{3}$|.*[ug][=+]\w*s|.*o[=+]\w*w|0?00[0-7]?[2367]$)/.test(value))
  )
}

function isSought(name: string): boolean {
  const last = name.split('/').at(-1) ?? ''
  const plain = last.replace(/\*/g, '')
  return (
    (plain !== '' && isSecretPath(plain.startsWith('.') ? `x${plain}` : plain)) ||
    isSecretPath(plain) ||
    SOUGHT.test(last) ||
    mayMatchSecret([last])
  )
}

/** What find hands on: some path below each root, called as was asked for. */
function foundIn({ roots }: Quest, { names, filtered }: Condition, call: Call): Value[] {
  const asked = names.length === 0 ? [undefined] : names
  return asked.flatMap((name) => foundAs(name, filtered, roots, call))
}

function foundAs(name: string | undefined, filtered: boolean, roots: readonly Value[], call: Call): Value[] {
  return roots.map((root) => {
    const from = root.text.replace(/\/$/, '')
    const asked =
      name === undefined
        ? undefined
        : name
            .split('/')
            .filter((part) => part !== '' && part !== '*')
            .at(-1)
    const told = asked !== undefined && !asked.includes(UNKNOWN)
    if (isForeign(root, call)) {
      const sought = told && isSought(asked)
      return { text: sought ? `${from}/?*/${asked}` : `${from}/${UNKNOWN}`, taint: 0, glob: sought }
    }
    // All that is below it, or some of it.
    if (!filtered) return { text: `${from}/*`, taint: 0, glob: true }
    return { text: told ? `${from}/?*/${asked}` : `${from}/?*`, taint: 0, glob: true }
  })
}

/** `-exec cmd {} ;`: the command runs on every path that is found. */
function runFound(call: Call, rest: readonly Value[], found: readonly Value[]): number {
  const end = rest.findIndex((arg) => arg.text === ';' || arg.text === '+')
  const command = rest.slice(0, end === -1 ? rest.length : end)
  // With `+` the command runs once, with many names.
  const walk = { ...call.walk, repeated: call.walk.repeated || rest[end]?.text !== '+' }
  let taint = 0
  for (const path of found) {
    const args = command.map((arg) =>
      arg.text.includes('{}')
        ? { ...path, text: arg.text.replaceAll('{}', path.text), taint: path.taint | arg.taint }
        : arg,
    )
    const [name, ...others] = args
    if (name !== undefined) taint |= invoke(name, others, walk, undefined).taint
  }
  return taint
}

export function fd(call: Call): Stream {
  const at = call.args.findIndex((arg) => /^(-[a-zA-Z]*[xX]|--exec|--exec-batch)$/.test(arg.text))
  call.walk.findings.note('shell', 'inspect', call.name)
  const words = call.args.slice(0, at === -1 ? undefined : at).filter(({ text }) => !text.startsWith('-'))
  if (words.some(({ text }) => isSought(text)) && words.slice(1).some((root) => isForeign(root, call)))
    call.walk.findings.note('secrets', 'search', shown(call))
  for (const root of words.slice(1)) lookInto(root, call.walk)
  if (at === -1) return { text: undefined, taint: 0, below: ['.'] }
  const command = call.args.slice(at + 1)
  // What fd runs it was asked to run on whatever it finds.
  const named = command.some(({ text }) => /\{[/.]*\}/.test(text))
  runFound(call, named ? command : [...command, literal('{}')], [{ text: './?*', taint: 0, glob: true }])
  return printsUnknown()
}
