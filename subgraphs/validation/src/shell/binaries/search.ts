import { invoke, shown, writeFile } from '../invoke.js'
import { hasOption, optionValues } from '../options.js'
import type { Options } from '../options.js'
import { readFile } from '../redirect.js'
import { isSecretPath, mayMatchSecret } from '../secret.js'
import { isKnown, join, literal, TAINT, UNKNOWN } from '../value.js'
import type { Stream, Value } from '../value.js'
import { placeOfPath, printsUnknown } from '../walk.js'
import { noteDeletes } from './files.js'
import type { Call } from './spec.js'

/** Words that somebody looks for who wants credentials. */
const SOUGHT = /passw(or)?d|secret|api[_-]?key|token|credential|private[_ -]?key|BEGIN .*PRIVATE|AKIA|aws_/i

/** grep and its relatives: the first operand is a pattern, the rest is read; without files the directory is. */
export function search(call: Call, options: Options): Stream {
  const patterned = hasOption(options, 'e', 'f', 'regexp', 'file', 'files', 'type-list')
  const files = patterned ? options.operands : options.operands.slice(1)
  const patterns = [...optionValues(options, 'e', 'regexp'), ...options.operands.slice(0, patterned ? 0 : 1)]
  let taint = call.stdin?.taint ?? 0
  for (const file of files) taint |= readFile(file, call.walk).taint
  for (const file of optionValues(options, 'f', 'file')) readFile(file, call.walk)
  if (patterns.some(({ text }) => SOUGHT.test(text)) && files.some((file) => isForeign(file, call)))
    call.walk.findings.note('secrets', 'search', shown(call))
  const told = (call.stdin?.taint ?? 0) & TAINT.secret
  if (
    told !== 0 &&
    files.length === 0 &&
    patterns.some(({ text }) => SOUGHT.test(text) || /pass|pwd|_key|\bkey\b/i.test(text))
  )
    call.walk.findings.note('secrets', 'print', shown(call))
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

/** What find is asked for: where it starts, what it tests, what the names it looks for are. */
interface Quest {
  readonly roots: readonly Value[]
  readonly tests: readonly Value[]
  readonly names: readonly string[]
  readonly loose: boolean
  readonly filtered: boolean
  readonly empty: boolean
}

function questOf(args: readonly Value[]): Quest {
  const first = args.findIndex((arg) => /^[-(!]/.test(arg.text) && !/^-([HLP]|D|O\d?)$/.test(arg.text))
  const starts = args.slice(0, first === -1 ? args.length : first).filter((arg) => !arg.text.startsWith('-'))
  const tests = args.slice(first === -1 ? args.length : first)
  return {
    roots: starts.length === 0 ? [literal('.')] : starts,
    tests,
    names: tests.flatMap(({ text }, i) => (NAMES.has(text) ? [tests[i + 1]?.text ?? ''] : [])),
    // What is found is not only what the names say.
    loose: tests.some(({ text }) => /^(!|-not|-prune|,)$/.test(text)),
    filtered: tests.some(({ text }) => FILTERS.test(text)),
    empty: tests.some(({ text }) => text === '-empty'),
  }
}
const FILTERS = /^-(i?name|i?path|i?regex|wholename|type|mtime|mmin|size|newer|empty|user|perm|atime|ctime)$/

export function find(call: Call): Stream {
  const { walk } = call
  const quest = questOf(call.args)
  const { roots, tests, names } = quest
  walk.findings.note('shell', 'inspect', `find ${join(roots).text}`)
  let taint = roots.some((root) => placeOfPath(root, walk).segments.includes('.ssh')) ? TAINT.secret : 0
  if (names.some(isSought) && roots.some((root) => isForeign(root, call)))
    walk.findings.note('secrets', 'search', shown(call))
  for (const [i, { text }] of tests.entries()) {
    if (text === '-delete') {
      const { filtered, empty } = quest
      noteDeletes(call, foundIn(quest, call), { recursive: !filtered, force: true, filtered, empty })
    }
    const next = tests[i + 1]
    if (WRITES.has(text) && next !== undefined) writeFile(next, walk)
    if (text === '-files0-from' && next !== undefined) readFile(next, walk)
    if (RUNS.has(text)) taint |= runFound(call, tests.slice(i + 1), foundIn(quest, call))
  }
  return { text: undefined, taint, below: textsOf(roots) }
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
function foundIn(quest: Quest, call: Call): Value[] {
  const names = quest.loose || quest.names.length === 0 ? [undefined] : quest.names
  return names.flatMap((name) => foundAs(name, quest, call))
}

function foundAs(name: string | undefined, { roots, filtered }: Quest, call: Call): Value[] {
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
  let taint = 0
  for (const path of found) {
    const args = command.map((arg) =>
      arg.text.includes('{}')
        ? { ...path, text: arg.text.replaceAll('{}', path.text), taint: path.taint | arg.taint }
        : arg,
    )
    const [name, ...others] = args
    if (name !== undefined) taint |= invoke(name, others, call.walk, undefined).taint
  }
  return taint
}

export function fd(call: Call): Stream {
  const at = call.args.findIndex((arg) => /^(-[a-zA-Z]*[xX]|--exec|--exec-batch)$/.test(arg.text))
  call.walk.findings.note('shell', 'inspect', call.name)
  if (at === -1) return { text: undefined, taint: 0, below: ['.'] }
  const command = call.args.slice(at + 1)
  // What fd runs it was asked to run on whatever it finds.
  const named = command.some(({ text }) => /\{[/.]*\}/.test(text))
  runFound(call, named ? command : [...command, literal('{}')], [{ text: './?*', taint: 0, glob: true }])
  return printsUnknown()
}
