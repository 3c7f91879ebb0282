import { invoke, originOf } from '../invoke.js'
import { readFile } from '../redirect.js'
import { readOptions } from '../options.js'
import type { Options } from '../options.js'
import { isKnown, join, literal, namesIn, TAINT, UNKNOWN, unknown } from '../value.js'
import type { Stream, Value } from '../value.js'
import { noteVariable } from '../obeyed.js'
import { scriptFacts } from '../project-work.js'
import { isSecretVariable } from '../secret.js'
import { setArguments } from '../state.js'
import { placeOfPath, printsUnknown, printsVariables, QUIET, runText } from '../walk.js'
import { each } from './each.js'
import type { Call, SpecTable } from './spec.js'

/** What the shell itself does. */
export const BUILTINS: SpecTable = {
  echo: { act: 'shell/output', handle: echo },
  printf: { act: 'shell/output', handle: printf },
  ...each('cd pushd', { act: 'shell/output', handle: changeDirectory }),
  jobs: { handle: jobs },
  ...each('popd exit return break continue fg bg disown ulimit getopts shopt caller stty', {
    act: 'shell/output',
  }),
  umask: { act: 'shell/output', handle: mask },
  shift: { act: 'shell/output', handle: shift },
  // What `activate` of a virtual environment defines.
  deactivate: { act: 'shell/output' },
  unset: { act: 'shell/output', handle: unset },
  set: { act: 'shell/output', handle: setPositional },
  ...each('export declare typeset local readonly', { act: 'shell/output', handle: assignWords }),
  ...each('read mapfile readarray', { act: 'shell/output', handle: readVariables }),
  ...each('source .', { handle: source }),
  eval: { handle: evaluate },
  alias: { act: 'shell/output', handle: alias },
  unalias: { act: 'shell/output' },
  trap: { act: 'shell/output', handle: trap },
  history: { act: 'shell/inspect', prints: TAINT.secret, options: { 'c d w': 'system/history-tamper' } },
  compgen: { act: 'shell/inspect', handle: generate },
  complete: { act: 'shell/output', handle: completion },
  hash: { act: 'shell/inspect', options: { p: 'execute/option' } },
  enable: { act: 'execute/option' },
  ...each('kill', { handle: kill }),
  ...each('pkill killall', { act: 'system/kill-by-name' }),
  wait: { act: 'shell/inspect' },
  printenv: { handle: printenv },
}

function echo(call: Call): Stream {
  const flags = call.args.findIndex((arg) => !/^-[neE]+$/.test(arg.text))
  const values = flags === -1 ? [] : call.args.slice(flags)
  const escapes = call.args.slice(0, Math.max(flags, 0)).some((arg) => arg.text.includes('e'))
  const value = join(values)
  if (!isKnown(value) || value.glob) return printsUnknown(value.taint)
  return { text: `${escapes ? unescape(value.text) : value.text}\n`, taint: value.taint }
}

function printf(call: Call): Stream {
  const variable = call.args[0]?.text === '-v' ? call.args[1]?.text : undefined
  const [format, ...values] = variable === undefined ? call.args : call.args.slice(2)
  const value = join(call.args)
  const text = format !== undefined && isKnown(value) ? formatted(format.text, values) : undefined
  if (variable !== undefined) {
    const made = text === undefined ? unknown(value.taint) : { ...literal(text), taint: value.taint }
    call.walk.state.variables.set(variable, [made])
    noteVariable(variable, made, call.walk)
    return QUIET
  }
  return { text, taint: value.taint }
}

/** printf for `%s`, `%b`, `%%`, `%d`, and escapes; anything else is not known. */
function formatted(pattern: string, values: readonly Value[]): string | undefined {
  // What time it is does not matter.
  const format = pattern.replace(/%\([^)]*\)T/g, '1')
  const slots = (format.match(/%[sbd]/g) ?? []).length
  if (/%[^sbd%]/.test(format)) return undefined
  const turns = slots === 0 ? 1 : Math.max(1, Math.ceil(values.length / slots))
  let text = ''
  let at = 0
  for (let turn = 0; turn < turns; turn++) {
    text += unescape(format).replace(/%[sbd%]/g, (slot) => {
      if (slot === '%%') return '%'
      const value = values[at++]?.text ?? ''
      return slot === '%b' ? unescape(value) : value
    })
  }
  return text
}

function unescape(text: string): string {
  return text.replace(
    /\\(x[0-9a-fA-F]{1,2}|0?[0-7]{1,3}|u[0-9a-fA-F]{4}|[\\nrtabefv])/g,
    (whole, code: string) => {
      if (code.startsWith('x') || code.startsWith('u'))
        return String.fromCharCode(Number.parseInt(code.slice(1), 16))
      if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8))
      return ESCAPES[code] ?? whole
    },
  )
}
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '\\': '\\',
  a: '',
  b: '',
  e: '\u001b',
  f: '\f',
  v: '\v',
}

function changeDirectory(call: Call, options: Options): undefined {
  const target = options.operands[0]
  const { state } = call.walk
  if (target === undefined) state.cwd = call.walk.place.home
  else if (target.text === '-' || !isKnown(target)) state.cwd = UNKNOWN
  else state.cwd = placeOfPath(target, call.walk).path
  state.variables.set('PWD', [literal(state.cwd)])
  return undefined
}

/** A mask that leaves others the right to write makes every new file everybody's. */
function mask(call: Call, options: Options): undefined {
  const [value] = options.operands
  const open = /^[0-7]*[0145]$/.test(value?.text ?? '') || /[oa][^,]*[=+][^,]*w/.test(value?.text ?? '')
  if (open) call.walk.findings.note('filesystem', 'mode-open', `umask ${value?.text}`)
  return undefined
}

function unset(call: Call): undefined {
  for (const { text } of call.args) {
    if (/^(HISTFILE|HISTSIZE|HISTFILESIZE)$/.test(text))
      call.walk.findings.note('system', 'history-tamper', `unset ${text}`)
    // By these the agent's own guard is found and told who asks.
    if (/^(LIGHTHOUSE|CLAUDE|CODEX|GEMINI)_/.test(text))
      call.walk.findings.note('execute', 'environment', `unset ${text}`)
    call.walk.state.variables.delete(text)
    if (call.args[0]?.text === '-f') call.walk.state.functions.delete(text)
  }
  return undefined
}

/** `set -- a b` gives the script its arguments. */
function setPositional(call: Call): Stream | undefined {
  if (call.args.some((arg, i) => arg.text === 'history' && call.args[i - 1]?.text === '+o'))
    call.walk.findings.note('system', 'history-tamper', 'set +o history')
  if (call.args.length === 0) return printsVariables()
  const at = call.args.findIndex((arg) => arg.text === '--' || /^[^-+]/.test(arg.text))
  if (at === -1) return undefined
  const values = call.args.slice(call.args[at]?.text === '--' ? at + 1 : at)
  setArguments(call.walk.state, values)
  return undefined
}

/** `shift n`: the first n arguments are gone. How many are left after an n that is not known, nobody can tell. */
function shift(call: Call): undefined {
  const held = call.walk.state.variables.get('@')
  if (held === undefined) return undefined
  const [count = literal('1')] = call.args
  const left = /^\d+$/.test(count.text) ? held.slice(Number(count.text)) : [unknown()]
  setArguments(call.walk.state, left)
  return undefined
}

function assignWords(call: Call): Stream {
  // Without a value, or with -p, they list variables and what they hold.
  if (call.args.every((arg) => /^-[a-zA-Z]+$/.test(arg.text)))
    return call.args.some((arg) => /^-.*[aAfF]/.test(arg.text)) ? printsUnknown() : printsVariables()
  for (const arg of call.args) {
    const [, name, value] = /^(\w+)\+?=([\s\S]*)$/.exec(arg.text) ?? []
    if (name === undefined || value === undefined) continue
    const set = { ...arg, text: value }
    noteVariable(name, set, call.walk)
    call.walk.state.variables.set(name, [set])
  }
  return QUIET
}

function readVariables(call: Call): Stream {
  const options = readOptions(call.args, {
    takes: new Set(['p', 'd', 'n', 'N', 't', 'u', 'a', 'i', 'O', 's', 'C', 'c']),
  })
  // mapfile calls a command for every so many lines.
  for (const callback of call.name === 'read' ? [] : (options.given.get('C') ?? [])) {
    call.walk.findings.note('execute', 'option', `${call.name} -C ${callback.text}`)
    runText(callback.text, call.walk, undefined)
  }
  const taint = call.stdin?.taint ?? TAINT.environment
  const known = call.stdin?.text?.replace(/\n$/, '')
  // How a line is cut into an array depends on IFS, which may be set for this command alone.
  for (const name of options.given.get('a') ?? []) call.walk.state.variables.set(name.text, [unknown(taint)])
  const values = options.operands
  if (options.given.has('a')) return QUIET
  for (const name of values) {
    call.walk.state.variables.set(name.text, [
      known !== undefined && values.length === 1
        ? { ...literal(known), taint }
        : ((values.length === 1 && call.stdin !== undefined ? namesIn(call.stdin)?.[0] : undefined) ??
          unknown(taint)),
    ])
  }
  if (values.length === 0)
    call.walk.state.variables.set(call.name === 'read' ? 'REPLY' : 'MAPFILE', [unknown(taint)])
  return QUIET
}

function source(call: Call): Stream {
  const [file] = call.args
  if (file === undefined) return QUIET
  if (STDIN.test(file.text) && call.stdin !== undefined) return sourcePiped(call.stdin, call)
  const stream = readFile(file, call.walk)
  const fact = placeOfPath(file, call.walk)
  const origin = originOf(stream.taint)
  if (origin !== undefined) call.walk.findings.note('execute', origin, file.text)
  else if (call.walk.shared.written.has(fact.path)) call.walk.findings.note('execute', 'written', fact.path)
  else if (
    /(^|\/)(\.?venv|env)\/bin\/activate(\.fish|\.csh)?$|(^|\/)\.nvm\/nvm\.sh$|(^|\/)\.cargo\/env$/.test(
      fact.path,
    )
  )
    call.walk.findings.note('shell', 'output', fact.path)
  else {
    const facts = scriptFacts(fact, { text: file.text, given: call.args.slice(1) }, call.walk)
    call.walk.findings.note('execute', 'source', fact.path, facts)
  }
  return printsUnknown()
}

const STDIN = /^\/dev\/(stdin|fd\/0)$|^\/proc\/self\/fd\/0$|^-$/

/** What is piped in is read into this shell. */
function sourcePiped(stdin: Stream, call: Call): Stream {
  const origin = originOf(stdin.taint)
  if (origin !== undefined) call.walk.findings.note('execute', origin, '… | source')
  if (stdin.text !== undefined) return runText(stdin.text, call.walk, undefined)
  call.walk.findings.note('execute', 'stdin', '… | source')
  return printsUnknown()
}

function evaluate(call: Call): Stream {
  const value = join(call.args)
  if (!isKnown(value)) {
    if (
      /^\s*"?\u0000"?\s*$/.test(value.text) &&
      (value.taint & TAINT.environment) === 0 &&
      value.taint === 0
    ) {
      call.walk.findings.note('execute', 'dynamic', 'eval of what a command prints')
      return printsUnknown()
    }
    call.walk.findings.note('execute', originOf(value.taint) ?? 'dynamic', `eval ${value.text}`)
  }
  if (originOf(value.taint) !== undefined)
    call.walk.findings.note('execute', originOf(value.taint) ?? 'dynamic', `eval ${value.text}`)
  return runText(value.text, call.walk, call.stdin)
}

/** Names of variables lead to what they hold. */
function generate(call: Call): Stream {
  completion(call)
  const lists = call.args.some(({ text }) => /^(-[a-z]*[ev]|export|variable)$/.test(text))
  return printsUnknown(lists ? TAINT.secret : 0)
}

/** `complete -C command` runs it whenever somebody presses Tab. */
function completion(call: Call): undefined {
  const at = call.args.findIndex((arg) => arg.text === '-C')
  const command = call.args[at + 1]
  // The words that are offered are expanded like any others.
  const words = call.args[call.args.findIndex((arg) => arg.text === '-W') + 1]
  if (call.args.some((arg) => arg.text === '-W') && words !== undefined)
    runText(`: ${words.text}`, call.walk, undefined)
  if (at === -1 || command === undefined) return undefined
  call.walk.findings.note('execute', 'option', `${call.name} -C ${command.text}`)
  runText(command.text, call.walk, undefined)
  return undefined
}

function alias(call: Call): Stream {
  for (const arg of call.args) {
    const value = /^[^=]+=([\s\S]*)$/.exec(arg.text)?.[1]
    if (value !== undefined) runText(value, call.walk, undefined)
  }
  return call.args.some((arg) => arg.text.includes('=')) ? QUIET : printsUnknown()
}

/** Its first word is a text that runs later; without one, or with `-p`, it prints those that are set. */
function trap(call: Call): Stream {
  const words = call.args[0]?.text === '--' ? call.args.slice(1) : call.args
  const [action] = words
  if (action === undefined || /^-[lp]/.test(action.text)) return printsUnknown()
  if (words.length > 1 && action.text !== '-') runText(action.text, call.walk, undefined)
  return QUIET
}

/** `jobs -x command` runs it. */
function jobs(call: Call): Stream {
  const [option, name, ...args] = call.args
  if (option?.text === '-x' && name !== undefined) return invoke(name, args, call.walk, call.stdin)
  call.walk.findings.note('shell', 'inspect', 'jobs')
  // Numbers of this shell's own jobs.
  if (option?.text === '-p') return { text: '%1\n', taint: 0 }
  return printsUnknown()
}

function kill(call: Call): Stream {
  const targets = call.args.filter((arg) => !/^-[A-Z0-9]+$/i.test(arg.text) || /^-1$/.test(arg.text))
  if (call.args.some((arg) => arg.text === '-l') || call.args[0]?.text === '-0')
    call.walk.findings.note('shell', 'inspect', 'kill -0')
  else {
    const init = targets
      .slice(call.args[0] === targets[0] && targets.length > 1 && /^-1$/.test(targets[0]?.text ?? '') ? 1 : 0)
      .some((arg) => arg.text === '1' || arg.text === '-1')
    const own = targets.length > 0 && targets.every((arg) => /^%\d*$/.test(arg.text))
    call.walk.findings.note(
      'system',
      init ? 'kill-everything' : own ? 'kill-job' : 'kill',
      join(call.args).text,
    )
  }
  return QUIET
}

function printenv(call: Call): Stream {
  const secret = call.args.some((arg) => isSecretVariable(arg.text))
  call.walk.findings.note(
    secret ? 'secrets' : 'shell',
    secret ? 'print' : 'environment',
    join(call.args).text || 'printenv',
  )
  if (call.args.every((arg) => arg.text.startsWith('-'))) return printsVariables()
  return printsUnknown(secret ? TAINT.secret : 0)
}
