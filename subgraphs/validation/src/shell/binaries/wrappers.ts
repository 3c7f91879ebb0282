import { invoke, shown, writeFile } from '../invoke.js'
import { hasOption, optionValues, readOptions } from '../options.js'
import { quote } from '../quote.js'
import { isKnown, join, literal, TAINT, UNKNOWN } from '../value.js'
import type { Stream, Value } from '../value.js'
import { noteVariable } from '../obeyed.js'
import { copyState } from '../state.js'
import { placeOfPath, printsUnknown, printsVariables, QUIET, runText } from '../walk.js'
import type { Walk } from '../walk.js'
import { each } from './each.js'
import type { Call, Spec, SpecTable } from './spec.js'

/** How a program that runs another one takes its own arguments. */
interface Wrapper {
  /** Options with a value. */
  readonly takes?: string
  /** Operands of its own before the command. */
  readonly skip?: number
  /** Noted beside what the command does. */
  readonly act?: string
  /** `NAME=value` before the command sets its environment. */
  readonly assigns?: boolean
  /** Its own options are single-dash words. */
  readonly singleDash?: boolean
  /** Without a command: what it does then. */
  readonly alone?: string
  /** Options whose value is a file that is written. */
  readonly writes?: string
  /** Options whose value is the directory in which the command runs. */
  readonly enters?: string
  /** Any option may run or write something else. */
  readonly closed?: boolean
}

function wrapper(shape: Wrapper): Spec {
  const takes = new Set(shape.takes?.split(' ') ?? [])
  return {
    wraps: true,
    handle: (call) => {
      const { walk } = call
      if (shape.act !== undefined) noteAct(shape.act, call)
      const options = readOptions(call.args, {
        takes,
        stopAtOperand: true,
        singleDash: shape.singleDash === true,
      })
      for (const file of optionValues(options, ...(shape.writes?.split(' ') ?? []))) writeFile(file, walk)
      if (shape.closed === true && options.given.size > 0) noteAct('execute/option', call)
      let rest = options.operands.slice(shape.skip ?? 0)
      while (shape.assigns === true && rest[0] !== undefined && /^\w+=/.test(rest[0].text)) {
        const [name = '', ...value] = rest[0].text.split('=')
        noteVariable(name, { ...rest[0], text: value.join('=') }, walk)
        rest = rest.slice(1)
      }
      const [name, ...args] = rest
      if (name === undefined) {
        if (shape.act === undefined) noteAct(shape.alone ?? 'shell/inspect', call)
        return shape.alone === 'shell/environment' ? printsVariables() : printsUnknown()
      }
      const [folder] = optionValues(options, ...(shape.enters?.split(' ') ?? []))
      return invoke(name, args, folder === undefined ? walk : standingIn(folder, walk), call.stdin)
    },
  }
}

/** The same shell with another working directory, for one command. */
function standingIn(folder: Value, walk: Walk): Walk {
  const cwd = isKnown(folder) ? placeOfPath(folder, walk).path : UNKNOWN
  return { ...walk, state: { ...copyState(walk.state), cwd } }
}

function noteAct(act: string, call: Call): void {
  const [pack = '', action = ''] = act.split('/')
  call.walk.findings.note(pack, action, shown(call))
}

const COVERAGE_TAKES =
  'r reporter o reports-dir report-dir x exclude n include src temp-directory temp-dir lines functions branches statements c config cwd'

/** Programs that run another command. Each keeps what the inner command does and may add something of its own. */
export const WRAPPERS: SpecTable = {
  sudo: wrapper({
    takes:
      'u user g group h host p prompt C close-from D chdir r role t type R chroot T command-timeout U other-user',
    act: 'privilege/escalate',
    assigns: true,
  }),
  ...each(
    'doas pkexec gosu su-exec runuser run0',
    wrapper({ takes: 'u user g group C c', act: 'privilege/escalate', assigns: true }),
  ),
  su: { wraps: true, handle: su },
  env: { wraps: true, handle: env },
  ...each('nice', wrapper({ takes: 'n adjustment' })),
  ionice: wrapper({ takes: 'c class n classdata p pid' }),
  ...each('nohup setsid unbuffer builtin', wrapper({})),
  time: wrapper({ takes: 'o output f format', writes: 'o output' }),
  'xvfb-run': wrapper({
    takes: 'e error-file f auth-file n server-num s server-args w wait p xauth-protocol',
  }),
  caffeinate: wrapper({ takes: 't w' }),
  // Its options write logs, and send what is typed through other programs.
  ...each('rlwrap winpty dbus-run-session tsocks torsocks', wrapper({ closed: true })),
  ...each('proxychains proxychains4', wrapper({ takes: 'f' })),
  // Prints the machine's kind, or runs a command as another kind would.
  arch: wrapper({ takes: 'arch e d', singleDash: true }),
  command: { wraps: true, handle: command },
  exec: wrapper({ takes: 'a' }),
  timeout: wrapper({ takes: 'k kill-after s signal', skip: 1 }),
  gtimeout: wrapper({ takes: 'k kill-after s signal', skip: 1 }),
  stdbuf: wrapper({ takes: 'i input o output e error' }),
  chrt: wrapper({ takes: 'T P D', skip: 1 }),
  taskset: wrapper({ takes: 'p', skip: 1 }),
  flock: wrapper({ takes: 'w timeout E conflict-exit-code c command', skip: 1 }),
  watch: { wraps: true, handle: repeat },
  entr: wrapper({}),
  chronic: wrapper({}),
  // They write down how the compiler is called.
  ...each('bear intercept-build', wrapper({ takes: 'o output config', writes: 'o output' })),
  watchexec: { wraps: true, handle: onChange },
  'cross-env': wrapper({ assigns: true }),
  ...each('dotenv dotenvx with-env', wrapper({ takes: 'e f', assigns: true })),
  ...each(
    'chroot unshare nsenter firejail bwrap systemd-nspawn',
    wrapper({ act: 'privilege/namespace', skip: 0 }),
  ),
  'systemd-run': wrapper({ takes: 'u unit p property', act: 'persistence/service' }),
  ...each('busybox toybox', wrapper({})),
  script: { wraps: true, handle: script },
  ssh: { wraps: true, handle: ssh },
  hyperfine: { wraps: true, handle: together },
  c8: wrapper({ takes: COVERAGE_TAKES }),
  nodemon: { wraps: true, handle: watcher },
  concurrently: { wraps: true, handle: together },
  nyc: wrapper({ takes: COVERAGE_TAKES }),
  'time-bash': wrapper({}),
  direnv: {
    act: 'execute/option',
    subcommands: { ...each('status version', 'shell/inspect'), exec: { wraps: true, handle: inDirectory } },
  },
}

/** watch hands its words to a shell as one text, unless `-x` says to run them as they are. */
function repeat(call: Call): Stream {
  const options = readOptions(call.args, {
    takes: new Set(['n', 'interval', 'q', 'equexit']),
    stopAtOperand: true,
  })
  const [name, ...args] = options.operands
  if (name === undefined) return printsUnknown()
  if (options.given.has('x') || options.given.has('exec')) return invoke(name, args, call.walk, undefined)
  return runText(join(options.operands).text, call.walk, undefined)
}

/** nodemon runs a script, or what `--exec` says, again and again. */
function watcher(call: Call): Stream {
  const options = readOptions(call.args, {
    takes: new Set('x exec e ext w watch i ignore d delay'.split(' ')),
    stopAtOperand: true,
  })
  const [text] = [...(options.given.get('exec') ?? []), ...(options.given.get('x') ?? [])]
  if (text !== undefined) return runText(join([text, ...options.operands]).text, call.walk, undefined)
  return invoke(literal('node'), options.operands, call.walk, undefined)
}

/** `direnv exec folder command`: what a folder of the project says is set, and the command runs. */
function inDirectory(call: Call): Stream {
  const [folder, name, ...args] = call.args
  const own = folder !== undefined && /^project/.test(placeOfPath(folder, call.walk).zone)
  if (!own || call.walk.shared.written.size > 0) noteAct('execute/option', call)
  return name === undefined ? printsUnknown() : invoke(name, args, call.walk, call.stdin)
}

/** watchexec hands its words to a shell whenever a file changes. */
function onChange(call: Call): Stream {
  const options = readOptions(call.args, {
    takes: new Set(
      'e exts w watch f filter i ignore d debounce s signal on-busy-update shell project-origin workdir'.split(
        ' ',
      ),
    ),
    stopAtOperand: true,
  })
  if (hasOption(options, 'shell', 'workdir', 'project-origin')) noteAct('execute/option', call)
  const words = options.operands.filter(({ text }, i) => i > 0 || text !== '--')
  const [name, ...args] = words
  if (name === undefined) return printsUnknown()
  if (args.length > 0) invoke(name, args, call.walk, undefined)
  return runText(join(words).text, call.walk, undefined)
}

/** concurrently runs each of its operands as a command line. */
function together(call: Call): Stream {
  const options = readOptions(call.args, {
    takes: new Set(
      (call.name === 'hyperfine'
        ? 'w warmup r runs m min-runs M max-runs p prepare c cleanup s setup export-json export-markdown export-csv n command-name i S shell L P'
        : 'n names c prefix-colors p prefix m max-processes s success'
      ).split(' '),
    ),
  })
  const own = ['prepare', 'p', 'cleanup', 'c', 'setup'].flatMap((name) => options.given.get(name) ?? [])
  for (const { text } of [...options.operands, ...(call.name === 'hyperfine' ? own : [])])
    runText(text.replace(/^(npm|yarn|pnpm|bun):/, '$1 run '), call.walk, undefined)
  return printsUnknown()
}

function su(call: Call): Stream {
  noteAct('privilege/escalate', call)
  const at = call.args.findIndex((arg) => /^(-\w*c|--command)$/.test(arg.text))
  const text = call.args[at + 1]
  return at === -1 || text === undefined ? printsUnknown() : runText(text.text, call.walk, call.stdin)
}

function env(call: Call): Stream {
  const split = call.args.findIndex((arg) => /^(-\w*S|--split-string)/.test(arg.text))
  if (split !== -1) {
    const attached = call.args[split]?.text.replace(/^(-\w*S|--split-string=?)/, '') ?? ''
    const rest = call.args.slice(split + 1)
    const [text, ...args] = attached === '' ? rest : [literal(attached), ...rest]
    // It splits words and runs no shell: the text is as deep as the command that it stands in.
    return runText(
      `${text?.text.trim() ?? ''} ${quote(args.map((arg) => arg.text))}`,
      { ...call.walk, depth: call.walk.depth - 1 },
      call.stdin,
    )
  }
  return ENV.handle?.(call, readOptions([], { takes: new Set() })) ?? printsUnknown()
}
const ENV = wrapper({
  takes: 'u unset C chdir',
  enters: 'C chdir',
  assigns: true,
  alone: 'shell/environment',
})

/** `command -v x` only tells where x is. */
function command(call: Call): Stream {
  if (/^-[vV]+$/.test(call.args[0]?.text ?? '')) {
    call.walk.findings.note('shell', 'inspect', join(call.args).text)
    return printsUnknown()
  }
  return PLAIN.handle?.(call, readOptions([], { takes: new Set() })) ?? printsUnknown()
}
const PLAIN = wrapper({})

function script(call: Call): Stream {
  const at = call.args.findIndex((arg) => /^(-\w*c|--command)$/.test(arg.text))
  const text = call.args[at + 1]
  for (const [i, file] of call.args.entries())
    if (i !== at + 1 && !file.text.startsWith('-')) writeFile(file, call.walk)
  if (at === -1 || text === undefined) call.walk.findings.note('execute', 'interactive', 'script')
  else return runText(text.text, call.walk, call.stdin)
  return printsUnknown()
}

/** What runs on another machine is judged as if it ran here, and asked about in any case. */
function ssh(call: Call): Stream {
  const takes = new Set('b B c D E e F I i J L l m O o p Q R S W w'.split(' '))
  const options = readOptions(call.args, { takes, stopAtOperand: true })
  const [host, ...command] = options.operands
  if (host === undefined && options.given.has('V')) {
    call.walk.findings.note('shell', 'inspect', 'ssh -V')
    return QUIET
  }
  call.walk.findings.note('network', 'remote-shell', host?.text ?? 'ssh')
  for (const value of options.given.get('o') ?? []) {
    if (/^(ProxyCommand|LocalCommand|PermitLocalCommand|KnownHostsCommand)/i.test(value.text)) {
      call.walk.findings.note('execute', 'option', value.text)
      runText(value.text.replace(/^\w+[= ]/, ''), call.walk, undefined)
    }
  }
  if (['R', 'D', 'L', 'w'].some((name) => options.given.has(name)))
    call.walk.findings.note('network', 'tunnel', host?.text ?? 'ssh')
  if (((call.stdin?.taint ?? 0) & TAINT.secret) !== 0)
    call.walk.findings.note('network', 'exfiltrate', host?.text ?? 'ssh')
  if (command.length === 0) return printsUnknown()
  const text = join(command)
  if (!isKnown(text)) call.walk.findings.note('execute', 'dynamic', text.text)
  const printed = runText(text.text, call.walk, call.stdin)
  return { text: undefined, taint: printed.taint | TAINT.network }
}
