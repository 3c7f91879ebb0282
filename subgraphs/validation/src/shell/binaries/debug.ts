import { invoke, shown, writeFile } from '../invoke.js'
import { hasOption, optionValues, readOptions } from '../options.js'
import type { Options } from '../options.js'
import { readFile } from '../redirect.js'
import { literal } from '../value.js'
import type { Stream } from '../value.js'
import { printsUnknown, runText } from '../walk.js'
import { each } from './each.js'
import type { Call, SpecTable } from './spec.js'

function note(call: Call, act: string): void {
  const [pack = '', action = ''] = act.split('/')
  call.walk.findings.note(pack, action, shown(call))
}

/** Watching the calls of a command that it starts adds nothing to it; watching a process that runs already does. */
function trace(call: Call): Stream {
  const options = readOptions(call.args, {
    takes: new Set('a b e E I o O p P s S u X attach output trace user string-limit'.split(' ')),
    stopAtOperand: true,
  })
  if (['p', 'attach', 'u', 'user'].some((name) => options.given.has(name))) note(call, 'system/trace')
  for (const output of [...(options.given.get('o') ?? []), ...(options.given.get('output') ?? [])]) {
    if (!/^[|!]/.test(output.text)) writeFile(output, call.walk)
    else {
      note(call, 'execute/option')
      runText(output.text.slice(1), call.walk, undefined)
    }
  }
  const [name, ...args] = options.operands
  if (name !== undefined) return invoke(name, args, call.walk, call.stdin)
  if (options.given.size === 0 || options.given.has('V')) note(call, 'shell/inspect')
  else note(call, 'system/trace')
  return printsUnknown()
}

/** `perf stat cmd` measures a command; a process that runs already, or the whole machine, is somebody else's. */
function perf(call: Call): Stream {
  const [verb, ...rest] = call.args
  const measures = /^(stat|record|trace|mem|c2c)$/.test(verb?.text ?? '')
  if (!measures) {
    const looks = /^(report|annotate|list|diff|version|evlist|buildid-list|--version|--help|help)?$/
    note(call, looks.test(verb?.text ?? '') ? 'shell/inspect' : 'execute/option')
    return printsUnknown()
  }
  const options = readOptions(rest, {
    takes: new Set(
      'e o p t C c F r I d event output pid tid cpu count freq repeat delay call-graph'.split(' '),
    ),
    stopAtOperand: true,
  })
  if (['p', 't', 'a', 'pid', 'tid', 'all-cpus'].some((name) => options.given.has(name)))
    note(call, 'system/trace')
  for (const output of [...(options.given.get('o') ?? []), ...(options.given.get('output') ?? [])])
    writeFile(output, call.walk)
  const [name, ...args] = options.operands
  if (name !== undefined) return invoke(name, args, call.walk, call.stdin)
  note(call, 'system/trace')
  return printsUnknown()
}

function profile(call: Call): Stream {
  const at = call.args.findIndex(({ text }) => !text.startsWith('-'))
  const [name, ...args] = at === -1 ? [] : call.args.slice(at)
  for (const { text } of call.args.slice(0, Math.max(at, 0))) {
    const log = /^--[\w-]*(?:log-file|out-file)=(.*)$/.exec(text)?.[1]
    if (log !== undefined) writeFile(literal(log), call.walk)
    if (/^--(db-command|vgdb-prefix|trace-children-skip)/.test(text))
      call.walk.findings.note('execute', 'option', text)
  }
  if (name === undefined) call.walk.findings.note('shell', 'inspect', call.name)
  return name === undefined ? printsUnknown() : invoke(name, args, call.walk, call.stdin)
}

/** What a debugger is told on its command line: looking at a dump is harmless, running the program is running it. */
const DEBUG_LOOKS =
  /^(bt|backtrace|where|info|list|l|disas\w*|quit|q|thread|frame|f|up|down|set (pagination|confirm|width|height|print|logging off)|print|p|show|ptype|whatis|maintenance info|x\/\w+|shared\w*)( [\w\s$%*&+./-]*)?$/
const DEBUG_RUNS = /^(run|r|start|continue|c|break|b|tbreak|next|n|step|s|finish)( [\w:.]+)?$/

function debug(call: Call, options: Options): Stream {
  if (hasOption(options, 'version', 'v', 'help', 'h')) {
    note(call, 'shell/inspect')
    return printsUnknown()
  }
  if (hasOption(options, 'p', 'pid', 'attach-pid')) note(call, 'system/trace')
  const told = optionValues(options, 'ex', 'eval-command', 'o', 'one-line', 'iex').map(({ text }) => text)
  const known = told.every((text) => DEBUG_LOOKS.test(text) || DEBUG_RUNS.test(text))
  if (hasOption(options, 'x', 'command', 's', 'source', 'ix') || !known) note(call, 'execute/option')
  if (told.length === 0 || !hasOption(options, 'batch', 'b')) note(call, 'execute/interactive')
  const [program] = options.operands
  const runs = told.some((text) => DEBUG_RUNS.test(text)) || hasOption(options, 'args')
  if (runs && program !== undefined) return invoke(program, options.operands.slice(1), call.walk, undefined)
  for (const file of options.operands) readFile(file, call.walk)
  if (known) note(call, 'shell/inspect')
  return printsUnknown()
}

/** What watches, measures or takes apart a program. */
export const DEBUG: SpecTable = {
  ...each('strace ltrace', { wraps: true, handle: trace }),
  perf: { wraps: true, handle: perf },
  valgrind: { wraps: true, handle: profile },
  ...each('gdb lldb', {
    singleDash: true,
    takes: 'ex eval-command x command p pid o one-line s source iex ix attach-pid',
    handle: debug,
  }),
  ...each('bpftrace dtrace dtruss sysdig gcore', { act: 'system/trace' }),
}
