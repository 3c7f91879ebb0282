import { noteIndices } from './arithmetic.js'
import { BINARIES, IN_SHELL } from './binaries/binaries.js'
import { hostOf } from './binaries/host.js'
import type { Call, Spec } from './binaries/spec.js'
import { hasOption, NO_VALUES, optionValues, readOptions } from './options.js'
import type { Options, OptionShape } from './options.js'
import { readFile, readList, readListed } from './redirect.js'
import { isSecretPath } from './secret.js'
import { noteSecretWords } from './secret-words.js'
import { ARGUMENTS, copyState, setArguments } from './state.js'
import { isKnown, literal, TAINT, taintOf, UNKNOWN } from './value.js'
import type { Stream, Value } from './value.js'
import { pathFact } from './path.js'
import type { PathFact } from './path.js'
import {
  isOpenToAll,
  isTold,
  noteForeign,
  reaches,
  RUNS_PROJECT,
  scriptFacts,
  toldCommand,
} from './project-work.js'
import { isTooMuch, placeOfPath, printsUnknown, QUIET, runNode } from './walk.js'
import type { Walk } from './walk.js'

/** Is it in the tables? */
export function isBinary(name: string): boolean {
  return BINARIES.has(name)
}

/** Directories whose programs are what their names say. */
const BIN =
  /^(?:(?:\/usr)?(?:\/local)?\/s?bin|\/opt\/homebrew\/bin|(?:\.\/)?(?:[\w.-]+\/)*(?:node_modules\/\.bin|vendor\/bin|\.?venv\/bin|\.tox\/[\w.-]+\/bin))\/([^/]+)$/
/** A project's own front door to a tool of that name: `bin/rails`, `./gradlew`. */
const STUB =
  /^(?:\.\/)?(?:bin\/(rails|rake|rspec|bundle|rubocop|console|spring|setup-check|dev)|(gradlew|mvnw|mill|bazelisk|bazelw|pants|sbtx?|just|task|meson|waf)|(?:vendor\/bin|bin)\/(phpunit|phpstan|pint|pest))$/

/** Deepest chain of programs that run programs (`sudo env nice …`) that is followed. */
const MAX_NESTED = 24

/** Runs one command for its effects: a function of the script, or a binary from the tables. */
export function invoke(name: Value, args: readonly Value[], walk: Walk, stdin: Stream | undefined): Stream {
  walk.shared.nested += 1
  try {
    // One step for each 32 words: a command that is given many costs more.
    if (isTooMuch(walk, args.length >> 5)) return printsUnknown()
    if (walk.shared.nested <= MAX_NESTED) return invokeOne(name, args, walk, stdin)
    walk.findings.note('shell', 'too-complex', `programs that run programs, more than ${MAX_NESTED} deep`)
    return printsUnknown()
  } finally {
    walk.shared.nested -= 1
  }
}

function invokeOne(name: Value, args: readonly Value[], walk: Walk, stdin: Stream | undefined): Stream {
  if (!isKnown(name) || (name.glob && name.text !== '[' && name.text !== '[['))
    return dynamic(name, args, walk)
  const body = walk.state.functions.get(name.text)
  if (body !== undefined) return callFunction(name.text, args, walk, stdin)
  const text = name.text.replace(/^\\/, '')
  const binary = binaryOf(text)
  const spec = binary === undefined ? undefined : BINARIES.get(binary)
  if (binary !== undefined && spec !== undefined) {
    if (args.length === 1 && /^--(help|version)$/.test(args[0]?.text ?? '') && !text.startsWith('.')) {
      walk.findings.note('shell', 'inspect', `${binary} ${args[0]?.text}`)
      return printsUnknown()
    }
    noteIndices(binary, args, walk)
    // `bash -c 'cd /tmp'` leaves the shell where it is.
    const within = IN_SHELL.has(text) ? walk : { ...walk, state: copyState(walk.state) }
    const printed = runSpec(spec, { name: binary, args, walk: within, stdin })
    const taint = spec.wraps === true ? 0 : noteSecretWords(binary, args, walk)
    return taint === 0 ? printed : { ...printed, taint: printed.taint | taint }
  }
  if (text.includes('/')) return runFile(name, args, walk)
  walk.findings.note('shell', 'unknown-command', text)
  return printsUnknown(taintOf(args) | (stdin?.taint ?? 0))
}

function binaryOf(text: string): string | undefined {
  if (!text.includes('/')) return text
  const stub = STUB.exec(text)
  return BIN.exec(text)?.[1] ?? stub?.[1] ?? stub?.[2] ?? stub?.[3]
}

/** The name of the command is not known: nothing that follows can be. */
function dynamic(name: Value, args: readonly Value[], walk: Walk): Stream {
  const shown = [name, ...args].map((value) => value.text.replaceAll(UNKNOWN, '?')).join(' ')
  walk.findings.note('execute', originOf(name.taint) ?? 'dynamic', shown)
  return printsUnknown(taintOf([name, ...args]))
}

/** How text came to be run, when that says more than that it is unknown. */
export function originOf(taint: number): 'download' | 'decoded' | undefined {
  if ((taint & TAINT.network) !== 0) return 'download'
  if ((taint & TAINT.decoded) !== 0) return 'decoded'
  return undefined
}

function callFunction(name: string, args: readonly Value[], walk: Walk, stdin: Stream | undefined): Stream {
  const body = walk.state.functions.get(name)
  if (body === undefined) return QUIET
  if (walk.inside.includes(body)) {
    // A function that calls itself in a pipe or in the background multiplies without end.
    walk.findings.note('system', walk.forked ? 'fork-bomb' : 'recursion', name)
    return printsUnknown()
  }
  walk.shared.called.add(name)
  const inner = { ...walk, inside: [...walk.inside, body], forked: false, guarded: false }
  const { variables } = walk.state
  const saved = ARGUMENTS.map((key) => [key, variables.get(key)] as const)
  setArguments(walk.state, args)
  const printed = runNode(body, inner, stdin)
  for (const [key, old] of saved) {
    if (old === undefined) walk.state.variables.delete(key)
    else walk.state.variables.set(key, old)
  }
  return printed
}

/** A program named by its path. */
function runFile(name: Value, args: readonly Value[], walk: Walk): Stream {
  const fact = placeOfPath(name, walk)
  noteSecretWords(fact.name, args, walk)
  const noteFile = (file: PathFact, built: boolean): void => {
    const facts = scriptFacts(file, { text: name.text, given: args }, walk)
    walk.findings.note('execute', 'file', file.path, { ...facts, usual: facts.usual || built, built })
  }
  if (walk.shared.downloaded.has(fact.path)) walk.findings.note('execute', 'download', fact.path)
  else if (walk.shared.built.has(fact.path)) noteFile(fact, true)
  else if (walk.shared.written.has(fact.path)) walk.findings.note('execute', 'written', fact.path)
  else noteFile(fact, walk.shared.built.has('*') && walk.shared.written.size === 0)
  return printsUnknown(taintOf(args))
}

function shapeOf(spec: Spec): OptionShape {
  const known = SHAPES.get(spec)
  if (known !== undefined) return known
  const shape = {
    takes: new Set(spec.takes?.split(' ') ?? NO_VALUES.takes),
    singleDash: spec.singleDash === true,
  }
  SHAPES.set(spec, shape)
  return shape
}
/** Bounded by the number of specs in the tables. */
const SHAPES = new Map<Spec, OptionShape>()

/** Runs a spec of the tables: its subcommand if it has one, its options, its operands, its own handler. */
export function runSpec(spec: Spec, call: Call): Stream {
  const options = readOptions(call.args, shapeOf(spec))
  if (spec.subcommands !== undefined) return runSubcommand(spec, call, options)
  const noted = noteOptions(spec, call, options)
  if (!noted && spec.act !== undefined) note(spec.act, call)
  const read = noteOperands(spec, call, options)
  const answer = spec.handle?.(call, options)
  if (answer !== undefined) return answer
  const taint = taintOf(call.args) | (call.stdin?.taint ?? 0) | read | (spec.prints ?? 0)
  return FILTERS.has(call.name)
    ? { text: undefined, taint, below: namesBelow(call, options) }
    : printsUnknown(taint)
}

/** Where the names lie that a filter passes on. */
function namesBelow({ stdin, walk }: Call, { operands }: Options): readonly string[] | undefined {
  const file = operands.at(-1)
  return (
    stdin?.below ?? (file === undefined ? undefined : walk.shared.listed.get(placeOfPath(file, walk).path))
  )
}

/** What they print are lines of what they read. */
const FILTERS = new Set('head tail sort uniq shuf tac grep egrep fgrep rg tee'.split(' '))

/** A call as people read it. Only its beginning: long ones are cut where they are shown. */
export function shown({ name, args }: Pick<Call, 'name' | 'args'>): string {
  let text = name
  const most = Math.min(args.length, 40)
  for (let i = 0; i < most; i++) text += ` ${args[i]?.text.slice(0, 200)}`
  return text
}

function note(act: string, call: Call): void {
  const at = act.indexOf('/')
  const text = shown(call)
  if (RUNS_PROJECT.has(act) && reaches(call)) {
    call.walk.findings.note('execute', 'sensitive-target', text)
    return
  }
  if (RUNS_PROJECT.has(act)) {
    const [name, ...args] = toldCommand(call) ?? []
    if (name !== undefined) {
      invoke(name, args, call.walk, call.stdin)
      return
    }
    if (isOpenToAll(call)) call.walk.findings.note('network', 'listen', text)
    if (isTold(call)) call.walk.findings.note('execute', 'option', text)
    noteForeign(text, call)
  }
  call.walk.findings.note(act.slice(0, at), act.slice(at + 1), text)
}

interface OptionAct {
  readonly list: readonly string[]
  readonly act: string
}

function actsOf(spec: Spec): readonly OptionAct[] {
  const known = OPTION_ACTS.get(spec)
  if (known !== undefined) return known
  const read = Object.entries(spec.options ?? {}).map(([names, act]) => ({ list: names.split(' '), act }))
  OPTION_ACTS.set(spec, read)
  return read
}
/** Bounded by the number of specs in the tables. */
const OPTION_ACTS = new Map<Spec, readonly OptionAct[]>()

/** An option's own act replaces the command's, unless it is only a path that is read or written. */
function noteOptions(spec: Spec, call: Call, options: Options): boolean {
  if (options.given.size === 0) return false
  let replaced = false
  for (const { list, act } of actsOf(spec)) {
    if (!hasOption(options, ...list)) continue
    if (act === 'write') {
      for (const value of optionValues(options, ...list)) writeFile(value, call.walk)
    } else if (act === 'read') {
      for (const value of optionValues(options, ...list)) readFile(value, call.walk)
    } else if (act === 'within') {
      const own = optionValues(options, ...list).every((value) =>
        /^project/.test(placeOfPath(value, call.walk).zone),
      )
      if (!own) call.walk.findings.note('execute', 'elsewhere', shown(call))
    } else if (act === 'list') {
      for (const value of optionValues(options, ...list)) {
        if (value.text === '-') readListed(call.stdin, call.walk)
        else readList(value, call.walk)
      }
    } else {
      note(act, call)
      replaced = true
    }
  }
  return replaced
}

export function writeFile(value: Value, walk: Walk): void {
  const fact = placeOfPath(value, walk)
  walk.findings.path('write', fact, { append: false })
  walk.shared.written.add(fact.path)
  walk.shared.listed.delete(fact.path)
  // What is written to a folder may be any file in it.
  for (const path of walk.shared.contents.keys())
    if (path === fact.path || path.startsWith(`${fact.path}/`)) walk.shared.contents.delete(path)
}

function noteOperands(spec: Spec, call: Call, options: Options): number {
  const { operands } = options
  switch (spec.operands) {
    case undefined:
    case 'none':
      return 0
    case 'read':
      return readAll([...operands, ...secretValues(options)], call.walk)
    case 'skip-first-then-read':
      return readAll(operands.slice(1), call.walk)
    case 'write':
      for (const operand of operands) writeFile(operand, call.walk)
      return 0
    case 'delete':
      for (const operand of operands)
        call.walk.findings.path('delete', placeOfPath(operand, call.walk), { recursive: false, force: false })
      return 0
    case 'last-written': {
      const last = operands.at(-1)
      if (last !== undefined && operands.length > 1) writeFile(last, call.walk)
      return readAll(operands.slice(0, -1), call.walk)
    }
    default:
      return spec.operands satisfies never
  }
}

/** A credential's file that a mistaken table would take for an option's value is read all the same. */
function secretValues(options: Options): Value[] {
  return [...options.given.values()].flat().filter((value) => isSecretPath(value.text))
}

function readAll(operands: readonly Value[], walk: Walk): number {
  let taint = 0
  for (const operand of operands) {
    if (operand.text === '-') continue
    if (/^https?:\/\//i.test(operand.text)) taint |= fetchOperand(operand, walk)
    else taint |= readFile(operand, walk).taint
  }
  return taint
}

/** Readers that take addresses fetch them. */
function fetchOperand(address: Value, walk: Walk): number {
  const { text } = address
  const host = hostOf(text)
  const carries = (address.taint & (TAINT.file | TAINT.environment | TAINT.secret)) !== 0
  walk.findings.note('network', 'fetch', text, { host, method: 'GET', carries, dynamic: !isKnown(address) })
  return TAINT.network
}

/** `git`, `npm`, `kubectl`: the first operand says which command of the tool is meant. */
function runSubcommand(spec: Spec, call: Call, options: Options): Stream {
  const subcommands = spec.subcommands ?? {}
  // The tool's own options (`git -C dir`) are noted; those after the subcommand belong to it.
  const at = firstOperand(call.args, shapeOf(spec))
  const before = call.args.slice(0, at ?? call.args.length)
  const own = readOptions(before, shapeOf(spec))
  noteOptions(spec, call, own)
  spec.watch?.(call, options)
  if (before.length > 0 && spec.watch === undefined) noteSettings(before, call)
  spec.handle?.({ ...call, args: before }, own)
  const name = at === undefined ? undefined : call.args[at]
  if (name === undefined || at === undefined) {
    const noted = Object.keys(spec.options ?? {}).some((names) => hasOption(own, ...names.split(' ')))
    if (hasOption(options, 'version', 'help', 'v', 'V', 'h', 'info')) note('shell/inspect', call)
    else if (!noted) note(spec.alone ?? spec.act ?? 'shell/unknown-command', call)
    return printsUnknown()
  }
  if (!isKnown(name)) return dynamic(literal(`${call.name} ${name.text}`), call.args.slice(at + 1), call.walk)
  const found = Object.hasOwn(subcommands, name.text) ? subcommands[name.text] : undefined
  const rest = call.args.slice(at + 1)
  if (found === undefined) {
    note(isAsked(rest) ? 'shell/inspect' : (spec.act ?? 'shell/unknown-command'), call)
    return printsUnknown(taintOf(call.args))
  }
  if (rest.length === 1 && /^--?help$/.test(rest[0]?.text ?? '')) {
    note('shell/inspect', call)
    return printsUnknown()
  }
  const inner: Spec = typeof found === 'string' ? actSpec(found) : found
  return runSpec(inner, { ...call, name: `${call.name} ${name.text}`, args: rest })
}

/** Settings of a tool that come from neither the project nor the home directory may make it run anything. */
function noteSettings(before: readonly Value[], call: Call): void {
  const foreign = before.some(({ text }) => {
    const path = /^(?:--?[\w-]+=)?((?:\/|\.\.\/)[^\s:]*)$/.exec(text)?.[1]
    if (path === undefined) return false
    const { zone } = pathFact(path, call.walk.state.cwd, call.walk.place)
    return !/^(project|project-root|home|sink)$/.test(zone)
  })
  if (foreign) call.walk.findings.note('execute', 'elsewhere', shown(call))
}

function isAsked(rest: readonly Value[]): boolean {
  return rest.length === 1 && /^(--?help|-h|--version)$/.test(rest[0]?.text ?? '')
}

/** Bounded by the number of acts in the tables. */
const ACT_SPECS = new Map<string, Spec>()
function actSpec(act: string): Spec {
  const known = ACT_SPECS.get(act)
  if (known !== undefined) return known
  const spec: Spec = { act }
  ACT_SPECS.set(act, spec)
  return spec
}

function firstOperand(args: readonly Value[], shape: OptionShape): number | undefined {
  for (let i = 0; i < args.length; i++) {
    const text = args[i]?.text ?? ''
    if (!text.startsWith('-')) return i
    if (text === '--') return i + 1 < args.length ? i + 1 : undefined
    const name = text.replace(/^--?/, '')
    if (!text.includes('=') && shape.takes.has(name)) i++
  }
  return undefined
}
