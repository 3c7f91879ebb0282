import { noteIndex } from './arithmetic.js'
import { costOf } from './cost.js'
import { expandOne, expandWord } from './expand.js'
import type { Findings } from './findings.js'
import { invoke } from './invoke.js'
import { parse } from './parse.js'
import type { Assign, Node, Script, Simple, Word } from './script.js'
import { pathFact } from './path.js'
import type { PathFact, Place } from './path.js'
import { noteVariable } from './obeyed.js'
import { noteEmptied, noteTakenBack, redirect } from './redirect.js'
import { copyState, mergeState } from './state.js'
import type { State } from './state.js'
import { isSecretVariable } from './secret.js'
import { obeysSettings } from './settings.js'
import type { Shared } from './whole-call.js'
import { isKnown, join, literal, TAINT, taintOf, unknown } from './value.js'
import type { Stream, Value } from './value.js'

/** Deepest text-in-text (`sh -c "sh -c …"`) that is followed. */
const MAX_DEPTH = 5
/** Most nodes that are walked for one tool call, loops and functions unrolled. */
const MAX_STEPS = 1_000
/** Most that all texts of one tool call may cost to read (see cost.ts): what keeps any call under 10 ms. */
const MAX_COST = 8_000
/** Most turns of a loop that are walked one by one; longer loops have an unknown variable. */
const MAX_TURNS = 12
/** Most words of one command that are looked at. */
const MAX_WORDS = 1_000

/** Everything that following a script carries along. One object a shell; `shared` is one for the whole call. */
export interface Walk {
  readonly place: Place
  readonly findings: Findings
  readonly state: State
  readonly depth: number
  /** Bodies of the functions that are being followed, innermost last. */
  readonly inside: readonly Node[]
  /** Inside a pipeline or the background: where a function that calls itself multiplies. */
  readonly forked: boolean
  /** Inside what only happens under a condition. */
  readonly guarded: boolean
  /** Inside what is done once for each of many. */
  readonly repeated: boolean
  readonly shared: Shared
}

/** What is known when nothing was printed, or nothing is known of what was. */
export const QUIET: Stream = { text: '', taint: 0 }
export function printsUnknown(taint = 0): Stream {
  return { text: undefined, taint }
}

/** What lists the environment prints the credentials that are in it. */
export function printsVariables(): Stream {
  return printsUnknown(TAINT.secret | TAINT.variables)
}

/** Follows a text as a shell would and notes every effect. Returns what it would print, as far as that is known. */
export function runText(text: string, walk: Walk, stdin: Stream | undefined): Stream {
  if (walk.depth >= MAX_DEPTH) {
    walk.findings.note('shell', 'too-complex', `scripts in scripts, more than ${MAX_DEPTH} deep`)
    return printsUnknown()
  }
  walk.shared.cost += costOf(text)
  if (walk.shared.cost > MAX_COST) {
    walk.findings.note('shell', 'too-complex', 'more text than can be followed in time')
    return printsUnknown()
  }
  return runScript(parse(text), { ...walk, depth: walk.depth + 1 }, stdin)
}

export function runScript(script: Script, walk: Walk, stdin: Stream | undefined): Stream {
  for (const error of script.errors) walk.findings.note('shell', 'unparsable', error)
  return runNode(script.body, walk, stdin)
}

/** Runs a function body that was defined but never called in sight, so that nothing hides in one. */
export function runUncalled(walk: Walk): void {
  for (const [name, body] of walk.state.functions) {
    if (walk.shared.steps > MAX_STEPS) return
    if (walk.shared.called.has(name)) continue
    walk.shared.called.add(name)
    runNode(body, { ...walk, state: copyState(walk.state), inside: [...walk.inside, body] }, undefined)
  }
}

/** Counts steps; true when there were too many to go on. */
export function isTooMuch(walk: Walk, steps = 1): boolean {
  walk.shared.steps += steps
  if (walk.shared.steps <= MAX_STEPS) return false
  walk.findings.note('shell', 'too-complex', `more than ${MAX_STEPS} steps`)
  return true
}

export function runNode(node: Node, walk: Walk, stdin: Stream | undefined): Stream {
  if (isTooMuch(walk)) return printsUnknown()
  switch (node.type) {
    case 'simple':
      return runSimple(node, walk, stdin)
    case 'sequence':
      return concatenated(node.nodes.map((child) => runNode(child, walk, stdin)))
    case 'pipeline':
      return runPipeline(node.stages, walk, stdin)
    case 'branch':
      return runBranch(node.node, node.repeats, walk, stdin)
    case 'isolated': {
      const state = copyState(walk.state)
      // `$!` is the job that was just sent to the background: one of this shell's own.
      if (node.background) walk.state.variables.set('!', [literal('%1')])
      return runNode(node.node, { ...walk, state, forked: walk.forked || node.background }, stdin)
    }
    case 'redirected': {
      const input = redirect(node.redirects, walk, 'group', stdin)
      return runNode(node.node, walk, input)
    }
    case 'loop':
      return runLoop(node, walk, stdin)
    case 'function':
      walk.state.functions.set(node.name, node.body)
      return QUIET
    case 'words':
      for (const piece of node.pieces)
        expandOne({ pieces: [piece], source: '', braces: false }, walk.state, substituteIn(walk))
      for (const word of node.words) expandOne(word, walk.state, substituteIn(walk))
      return QUIET
    default:
      return node satisfies never
  }
}

function concatenated(streams: readonly Stream[]): Stream {
  let taint = 0
  let known = true
  let text = ''
  for (const stream of streams) {
    taint |= stream.taint
    known &&= stream.text !== undefined
    text += stream.text ?? stream.parts ?? ''
  }
  return known ? { text, taint } : { text: undefined, taint, parts: text === '' ? undefined : text }
}

function runPipeline(stages: readonly Node[], walk: Walk, stdin: Stream | undefined): Stream {
  let stream = stdin
  for (const stage of stages) {
    stream = runNode(stage, { ...walk, state: copyState(walk.state), forked: true }, stream)
  }
  return stream ?? QUIET
}

function runBranch(node: Node, repeats: boolean, walk: Walk, stdin: Stream | undefined): Stream {
  const before = copyState(walk.state)
  const within = { ...walk, guarded: true, repeated: walk.repeated || repeats }
  if (repeats && multiplies(node)) walk.findings.note('system', 'exhaust', 'a loop without end')
  // A loop's second turn sees what its first one assigned: after a dry turn those variables are unknown.
  if (repeats && assigns(node)) {
    runNode(node, within, stdin)
    mergeState(walk.state, before)
  }
  const printed = runNode(node, within, stdin)
  mergeState(walk.state, before)
  return {
    text: undefined,
    taint: printed.taint,
    parts: printed.text === '' ? printed.parts : (printed.text ?? printed.parts),
    below: repeats ? undefined : printed.below,
  }
}

const WITHOUT_END = new Set([':', 'true'])
const HOLDS_BACK = new Set(['wait', 'break', 'exit', 'return', 'exec'])

/** `while :; do program & done`: starts programs faster than any of them ends. */
function multiplies(node: Node): boolean {
  if (node.type !== 'sequence') return false
  const [condition, ...body] = node.nodes
  if (condition?.type !== 'simple' || !WITHOUT_END.has(condition.words[0]?.source ?? '')) return false
  const starts = (one: Node): boolean => one.type === 'isolated' && one.background
  // What runs in the background keeps nobody waiting.
  return commandsOf(body, starts) && !commandsOf(body, holdsBack, starts)
}

function holdsBack(node: Node): boolean {
  return (
    node.type === 'pipeline' ||
    (node.type === 'simple' && HOLDS_BACK.has(node.words[0]?.source ?? '')) ||
    (node.type === 'simple' && node.words[0]?.source === 'sleep')
  )
}

/** Is one of these nodes, or of those within them, of that kind? Those that are left out are not looked into. */
function commandsOf(
  nodes: readonly Node[],
  is: (node: Node) => boolean,
  without: (node: Node) => boolean = () => false,
): boolean {
  return nodes.some((node) => {
    if (is(node)) return true
    if (without(node)) return false
    if (node.type === 'sequence') return commandsOf(node.nodes, is, without)
    const holds = node.type === 'branch' || node.type === 'redirected' || node.type === 'isolated'
    return holds && commandsOf([node.node], is, without)
  })
}

function assigns(node: Node): boolean {
  switch (node.type) {
    case 'simple':
      return (
        node.assigns.length > 0 ||
        ['read', 'cd', 'export', 'declare', 'local', 'shift'].includes(node.words[0]?.source ?? '')
      )
    case 'sequence':
      return node.nodes.some(assigns)
    case 'pipeline':
      return node.stages.some(assigns)
    case 'branch':
    case 'isolated':
    case 'redirected':
      return assigns(node.node)
    case 'loop':
    case 'function':
      return assigns(node.body)
    case 'words':
      return false
    default:
      return node satisfies never
  }
}

function runLoop(
  { name, words, body }: Extract<Node, { type: 'loop' }>,
  outer: Walk,
  stdin: Stream | undefined,
): Stream {
  const turns = words.flatMap((word) => expandWord(word, outer.state, substituteIn(outer)))
  const walk = { ...outer, repeated: true }
  const taint = taintOf(turns)
  if (turns.length > MAX_TURNS || turns.some((turn) => !isKnown(turn))) {
    const prefix = turns.every((turn) => isKnown(turn)) ? undefined : turns.find((turn) => !isKnown(turn))
    walk.state.variables.set(name, [prefix ?? unknown(taint)])
    for (const turn of turns.filter(isKnown).slice(0, MAX_TURNS)) {
      walk.state.variables.set(name, [turn])
      runNode(body, walk, stdin)
    }
    // The next number is as good as the last.
    if (turns.every(({ text }) => /^\d+$/.test(text))) return printsUnknown(taint)
    walk.state.variables.set(name, [prefix === undefined ? unknown(taint) : prefix])
    return runNode(body, walk, stdin)
  }
  const printed = turns.map((turn) => {
    walk.state.variables.set(name, [turn])
    return runNode(body, walk, stdin)
  })
  return printsUnknown(concatenated(printed).taint)
}

/** Text in text has positions of its own: what it does is done by the command that runs it. */
function runSimple(node: Simple, walk: Walk, stdin: Stream | undefined): Stream {
  if (walk.depth > 1) return runCommand(node, walk, stdin)
  return walk.findings.within({ start: node.start, end: node.end }, () => runCommand(node, walk, stdin))
}

function runCommand(node: Simple, walk: Walk, stdin: Stream | undefined): Stream {
  const substitute = substituteIn(walk)
  const words: Value[] = []
  for (const word of node.words.length > MAX_WORDS ? node.words.slice(0, MAX_WORDS) : node.words)
    words.push(...expandWord(word, walk.state, substitute))
  if (node.words.length > MAX_WORDS || words.length > MAX_WORDS) {
    walk.findings.note('shell', 'too-complex', `a command of more than ${MAX_WORDS} words`)
    words.length = Math.min(words.length, MAX_WORDS)
  }
  for (const assign of node.assigns) setVariable(assign, walk, words.length > 0)
  const [name, ...args] = words
  const input = redirect(node.redirects, walk, name?.text ?? '', stdin)
  if (name === undefined) {
    if (node.redirects.length > 0) noteEmptied(node.redirects, '', QUIET, walk)
    if (node.redirects.length === 0 && node.assigns.length > 0)
      walk.findings.note('shell', 'assign', node.assigns[0]?.name ?? '')
    return QUIET
  }
  noteWords(node, name.text, walk)
  const printed = obeysSettings(node, walk.state) ? QUIET : invoke(name, args, walk, input)
  if ((printed.taint & TAINT.network) !== 0) noteDownloads(node, walk)
  if (node.redirects.length > 0) {
    noteEmptied(node.redirects, name.text, printed, walk)
    if (name.text === 'git') noteTakenBack(node.redirects, args, walk)
  }
  return printed
}

/** Variables by which keepers of a repository's hooks let a command pass. */
const HOOKS_OFF = /^(HUSKY\w*|LEFTHOOK\w*|SKIP|OVERCOMMIT_DISABLE|PRE_COMMIT\w*|GITHOOKS_DISABLE)$/

/** What only the words as written tell: a credential's variable that is printed, a stream without end into a file. */
function noteWords(node: Simple, name: string, walk: Walk): void {
  if (name === 'git' && node.assigns.some((assign) => HOOKS_OFF.test(assign.name)))
    walk.findings.note('git', 'skip-hooks', `${node.assigns[0]?.name ?? ''}= git`)
  if (name === 'yes' && node.redirects.some(({ operator }) => operator.includes('>')))
    walk.findings.note('system', 'exhaust', 'yes')
  // What stands in a here-document or a here-string is read, and most that read print.
  for (const { body } of node.redirects) if (body !== undefined) noteVariables(body, walk)
  if (name === 'echo' || name === 'printf') for (const word of node.words) noteVariables(word, walk)
  // `${x?message}` prints its message and ends; `:` is there for nothing else.
  else if (name === ':')
    for (const { pieces } of node.words)
      for (const piece of pieces)
        if (piece.kind === 'variable') for (const word of piece.change?.words ?? []) noteVariables(word, walk)
}

function noteVariables({ pieces }: Word, walk: Walk): void {
  for (const piece of pieces) {
    if (piece.kind !== 'variable') continue
    if (piece.change?.operator === '!') noteIndirect(piece.name, walk)
    if (walk.state.variables.has(piece.name)) continue
    // `${x:+set}` tells whether there is one, and prints something else.
    if (/^:?\+$/.test(piece.change?.operator ?? ''))
      for (const word of piece.change?.words ?? []) noteVariables(word, walk)
    else if (isSecretVariable(piece.name)) walk.findings.note('secrets', 'print', `$${piece.name}`)
  }
}

/** A credential's variable that another one names. */
function noteIndirect(name: string, walk: Walk): void {
  const held = join(walk.state.variables.get(name) ?? [unknown()])
  if (isSecretVariable(held.text) && !walk.state.variables.has(held.text))
    walk.findings.note('secrets', 'print', `\${!${name}}`)
}

/** A file that took what a command fetched: running it later is running what came from the network. */
function noteDownloads(node: Simple, walk: Walk): void {
  for (const { operator, target } of node.redirects) {
    if (target === undefined || !operator.includes('>')) continue
    walk.shared.downloaded.add(placeOfPath(expandOne(target, walk.state, substituteIn(walk)), walk).path)
  }
}

function setVariable(assign: Assign, walk: Walk, forCommand: boolean): void {
  const substitute = substituteIn(walk)
  const values = assign.array
    ? assign.words.flatMap((word) => expandWord(word, walk.state, substitute))
    : assign.words.map((word) => expandOne(word, walk.state, substitute))
  if (assign.index !== undefined) expandOne(assign.index, walk.state, substitute)
  const old = walk.state.variables.get(assign.name)
  const value = join(values)
  noteIndex(value, walk)
  noteVariable(assign.name, value, walk)
  // `x=1 cmd` is set for cmd alone; keeping it unknown afterwards is the strict reading.
  if (forCommand) return
  const next = assign.append ? [join([...(old ?? [unknown(TAINT.environment)]), value], '')] : values
  walk.state.variables.set(assign.name, assign.array && assign.append ? [unknown(value.taint)] : next)
  if (assign.name === 'PWD') walk.state.cwd = value.text
}

export function substituteIn(walk: Walk): (script: Script) => Stream {
  // What calls itself in a substitution under a condition counts down; without one it never ends.
  const forked = walk.forked || !walk.guarded
  return (script) => runScript(script, { ...walk, state: copyState(walk.state), forked }, undefined)
}

/** Where a path given to a command lies. */
export function placeOfPath(value: Value, walk: Walk): PathFact {
  return pathFact(value.text, walk.state.cwd, walk.place)
}
