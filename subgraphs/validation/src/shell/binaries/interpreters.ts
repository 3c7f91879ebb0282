import { noteForeign, originOf } from '../invoke.js'
import { hasOption, optionValues, readOptions } from '../options.js'
import { readFile } from '../redirect.js'
import { isKnown, join, literal, TAINT } from '../value.js'
import type { Stream, Value } from '../value.js'
import { placeOfPath, printsUnknown, runText } from '../walk.js'
import type { Walk } from '../walk.js'
import { each } from './each.js'
import type { Call, Spec, SpecTable } from './spec.js'

/** Runs text that is known to be code for a shell, and says so when it is not known. */
function runCode(value: Value, walk: Walk, stdin: Stream | undefined): Stream {
  const origin = originOf(value.taint)
  if (origin !== undefined) walk.findings.note('execute', origin, value.text)
  else if (!isKnown(value)) walk.findings.note('execute', 'dynamic', value.text)
  return runText(value.text, walk, stdin)
}

/** sh and its relatives: `-c text`, a file, or what is piped in. */
function shell(call: Call): Stream {
  const { walk, args, stdin } = call
  const takes = new Set(['o', 'O', 'rcfile', 'init-file'])
  const at = args.findIndex((arg) => /^-[a-zA-Z]*c[a-zA-Z]*$/.test(arg.text))
  if (at !== -1) {
    const code = args.slice(at + 1).find((arg) => !/^[-+][a-zA-Z]+$/.test(arg.text))
    if (code !== undefined) return runCode(code, walk, stdin)
  }
  const options = readOptions(args, { takes, stopAtOperand: true })
  if (hasOption(options, 'version', 'help')) {
    walk.findings.note('shell', 'inspect', call.name)
    return printsUnknown()
  }
  for (const file of optionValues(options, 'rcfile', 'init-file'))
    walk.findings.note('execute', 'file', file.text, { zone: 'unknown' })
  const [file] = options.operands
  if (file !== undefined && !hasOption(options, 's') && file.text !== '-') {
    if (hasOption(options, 'n')) walk.findings.note('shell', 'inspect', `${call.name} -n`)
    else runScriptFile(file, call, 'shell-file')
    return printsUnknown()
  }
  return runPiped(call)
}

/** An interpreter that reads its program from the pipe. */
function runPiped(call: Call): Stream {
  const { walk, stdin, name } = call
  if (stdin === undefined) {
    walk.findings.note('execute', 'interactive', name)
    return printsUnknown()
  }
  const origin = originOf(stdin.taint)
  if (origin !== undefined) walk.findings.note('execute', origin, `… | ${name}`)
  if (SHELLS.has(name) && stdin.text !== undefined) return runText(stdin.text, walk, undefined)
  if (stdin.text !== undefined) inspectCode(stdin.text, call)
  walk.findings.note('execute', 'stdin', `… | ${name}`)
  return printsUnknown()
}

function runScriptFile(file: Value, call: Call, action: 'script' | 'shell-file'): void {
  const { walk } = call
  const stream = readFile(file, walk)
  const fact = placeOfPath(file, walk)
  const origin = originOf(stream.taint)
  if (origin !== undefined) walk.findings.note('execute', origin, `${call.name} ${fact.path}`)
  else if (file.text.startsWith('/dev/fd/') || fact.name === 'stdin')
    walk.findings.note('execute', 'stdin', `${call.name} ${fact.path}`)
  else if (walk.shared.written.has(fact.path)) walk.findings.note('execute', 'written', fact.path)
  else walk.findings.note('execute', action, fact.path, { zone: fact.zone, by: call.name })
}

/**
 * Code in another language is never judged harmless. What it hands to a shell, or deletes by a literal path, is
 * judged like a command, so that the worst of it is refused rather than asked about.
 */
export function inspectCode(code: string, call: Call): void {
  const { walk } = call
  const callsShell =
    /\b(system|popen|exec\w*|spawn\w*|call|check_output|check_call|run|shell_exec|passthru|proc_open|qx|IO\.popen|Popen)\b|`/.test(
      code,
    )
  const opensSocket =
    /\bsocket\b|TCPSocket|net\.(connect|Socket|createConnection)|fsockopen|\/inet\/tcp/i.test(code)
  if (opensSocket && (callsShell || /dup2|\bpty\b|\/bin\/(ba|z|da)?sh|cmd\.exe/.test(code)))
    walk.findings.note('network', 'reverse-shell', code)
  const strings = [...code.matchAll(/"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|`((?:\\.|[^`\\])*)`/g)]
    .slice(0, 32)
    .map((match) => match[1] ?? match[2] ?? match[3] ?? '')
  if (callsShell) {
    for (const text of strings) if (/[a-z]/.test(text)) runText(text, walk, undefined)
    // A list of arguments: ["rm", "-rf", "/"].
    for (const [, list] of [...code.matchAll(/\[([^\][]*)\]/g)].slice(0, 8)) {
      const items = [...(list ?? '').matchAll(/"([^"]*)"|'([^']*)'/g)].map(
        (match) => match[1] ?? match[2] ?? '',
      )
      if (items.length > 1) runText(items.map(quoted).join(' '), walk, undefined)
    }
  }
  const deletes =
    /rmtree|rmSync|rmdirSync|unlinkSync|\brm_rf?\b|remove_tree|\bunlink\b|os\.remove|promises\.rm|fs\.rm\b|rmdir|RemoveAll/.test(
      code,
    )
  const writes =
    /open\s*\([^)]*['"][wa]b?\+?['"]|writeFile|appendFile|write_text|File\.write|file_put_contents/.test(code)
  for (const text of strings) {
    if (!/^[~/.$]/.test(text) || text.length > 1_000) continue
    const fact = placeOfPath(literal(text), walk)
    if (deletes)
      walk.findings.path('delete', fact, { recursive: true, force: true, filtered: false, glob: false })
    else if (writes) walk.findings.path('write', fact, { append: false })
    else walk.findings.path('read', fact, { hidden: false, fromEnvironment: false })
  }
  if (
    /b64decode|atob\(|fromhex|unhexlify|base64['"]\)|decode64|codecs\.decode|MIME::Base64/.test(code) &&
    /\b(exec|eval|system|popen|Function|run|call)\b/.test(code)
  ) {
    walk.findings.note('execute', 'decoded', code)
  }
  if (
    /urlopen|requests\.get|fetch\(|http\.get|urllib|Net::HTTP|open-uri|LWP/.test(code) &&
    /\b(exec|eval)\s*\(/.test(code)
  ) {
    walk.findings.note('execute', 'download', code)
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

interface Language {
  /** Options whose value is code. */
  readonly code: string
  /** Options whose value is a module of the project or its tools. */
  readonly modules?: string
  readonly takes?: string
  /** Options that only tell something. */
  readonly tells: string
}

function language({ code, modules, takes, tells }: Language): Spec {
  const codeOptions = code.split(' ')
  const moduleOptions = modules?.split(' ') ?? []
  const all = new Set([...codeOptions, ...moduleOptions, ...(takes?.split(' ') ?? [])])
  return {
    handle: (call) => {
      const { walk } = call
      const options = readOptions(call.args, { takes: all, stopAtOperand: true })
      const texts = optionValues(options, ...codeOptions)
      for (const text of texts) {
        const origin = originOf(text.taint)
        if (origin !== undefined) walk.findings.note('execute', origin, text.text)
        walk.findings.note('execute', 'inline', `${call.name} ${text.text}`)
        inspectCode(text.text, call)
      }
      if (texts.length > 0) return printsUnknown()
      const [module] = optionValues(options, ...moduleOptions)
      if (module !== undefined) {
        noteModule(module.text, call, options.operands)
        return printsUnknown()
      }
      if (call.name.startsWith('node') && hasOption(options, 'test', 'check')) {
        walk.findings.note('execute', 'test', `${call.name} ${join(call.args).text}`)
        noteForeign(call.name, call)
        return printsUnknown()
      }
      const preloads = optionValues(options, 'r', 'require', 'import', 'loader', 'experimental-loader')
      for (const preload of preloads) notePreload(preload, call)
      const [file] = options.operands
      if (file !== undefined && file.text !== '-') runScriptFile(file, call, 'script')
      else if (hasOption(options, ...tells.split(' '))) walk.findings.note('shell', 'inspect', call.name)
      else return runPiped(call)
      return printsUnknown()
    },
  }
}

/** A module that is loaded first runs like any other script; a bare name is one of the project's packages. */
function notePreload(module: Value, call: Call): void {
  if (/^[\w@][\w@/.-]*$/.test(module.text)) return
  if (/^(data|https?):/.test(module.text)) call.walk.findings.note('execute', 'option', module.text)
  else runScriptFile(module, call, 'script')
}

/** `python -m module`, `node --test`: known developer tools are judged by what they are. */
const MODULES: Readonly<Record<string, string>> = {
  pytest: 'execute/test',
  unittest: 'execute/test',
  doctest: 'execute/test',
  mypy: 'execute/test',
  ruff: 'execute/test',
  black: 'execute/test',
  flake8: 'execute/test',
  pylint: 'execute/test',
  isort: 'execute/test',
  coverage: 'execute/test',
  compileall: 'execute/test',
  py_compile: 'execute/test',
  build: 'execute/build',
  venv: 'execute/build',
  virtualenv: 'execute/build',
  'json.tool': 'shell/inspect',
  timeit: 'execute/inline',
  'http.server': 'network/listen',
  SimpleHTTPServer: 'network/listen',
  pip: 'packages/install',
  ensurepip: 'packages/install',
  django: 'execute/module',
}

function noteModule(name: string, call: Call, operands: readonly Value[]): void {
  const act = Object.hasOwn(MODULES, name) ? MODULES[name] : 'execute/module'
  const [pack = 'execute', action = 'module'] = (act ?? 'execute/module').split('/')
  if (name === 'pip') {
    const inspects = /^(list|show|freeze|check|--version|config|index)$/.test(operands[0]?.text ?? '')
    call.walk.findings.note(
      'packages',
      inspects ? 'inspect' : operands.some((arg) => /^(-r|-e|\.)/.test(arg.text)) ? 'declared' : 'install',
      `pip ${join(operands).text}`,
    )
    return
  }
  call.walk.findings.note(pack, action, `${call.name} -m ${name}`)
}

const SHELLS = new Set(['sh', 'bash', 'zsh', 'dash', 'ksh', 'ash', 'fish', 'mksh', 'rbash', 'csh', 'tcsh'])

export const INTERPRETERS: SpecTable = {
  ...each([...SHELLS].join(' '), { handle: shell }),
  ...each(
    'python python2 python3 python3.9 python3.10 python3.11 python3.12 python3.13 pypy pypy3',
    language({ code: 'c', modules: 'm', takes: 'W X', tells: 'V version h help' }),
  ),
  ...each(
    'node nodejs',
    language({
      code: 'e eval p print',
      takes:
        'r require import loader experimental-loader max-old-space-size conditions C env-file test-reporter test-name-pattern',
      tells: 'v version h help',
    }),
  ),
  ...each(
    'tsx ts-node bun-run',
    language({ code: 'e eval p print', takes: 'r require P project tsconfig', tells: 'v version h help' }),
  ),
  ...each('ruby', language({ code: 'e', takes: 'r I', tells: 'v version h help' })),
  ...each('perl', language({ code: 'e E', takes: 'I M m', tells: 'v V version h help' })),
  ...each('php', language({ code: 'r B R E', takes: 'd c S t f', tells: 'v version h help i m' })),
  ...each('lua luajit', language({ code: 'e', takes: 'l', tells: 'v' })),
  ...each('Rscript R', language({ code: 'e', tells: 'version help' })),
  ...each('osascript', language({ code: 'e', takes: 'l', tells: 'h' })),
  ...each('pwsh powershell powershell.exe', { handle: powershell }),
  deno: {
    act: 'execute/module',
    subcommands: {
      ...each('test lint fmt check', 'execute/test'),
      info: 'shell/inspect',
      eval: 'execute/inline',
      run: 'execute/module',
      install: 'packages/install',
      task: 'packages/run-script',
    },
  },
  java: { act: 'execute/module', singleDash: true, options: { 'version help h -version': 'shell/inspect' } },
  ...each('gdb lldb', {
    act: 'execute/interactive',
    options: { 'ex eval-command batch x command': 'execute/option', 'version v': 'shell/inspect' },
  }),
  ...each('vim vi nvim ex emacs nano pico ed micro', {
    act: 'execute/interactive',
    options: { 'c cmd s S E e eval': 'execute/option', version: 'shell/inspect' },
    handle: editor,
  }),
  ...each('expect tclsh', { act: 'execute/interactive', options: { c: 'execute/inline' } }),
  ...each('cmd cmd.exe wsl', { act: 'execute/interactive' }),
}

function powershell(call: Call): Stream {
  const text = join(call.args)
  const hidden = /-e(nc(odedcommand)?)?\b/i.test(text.text) || /FromBase64String/i.test(text.text)
  const downloads =
    /(iex|invoke-expression)/i.test(text.text) &&
    /(downloadstring|invoke-webrequest|iwr|irm|invoke-restmethod)/i.test(text.text)
  call.walk.findings.note('execute', hidden ? 'decoded' : downloads ? 'download' : 'inline', text.text)
  return printsUnknown()
}

function editor(call: Call): Stream {
  for (const arg of call.args) {
    const command = /^(?:\+|-c\s*)?:?!(.*)$/.exec(arg.text)?.[1]
    if (command !== undefined) runText(command, call.walk, undefined)
  }
  return printsUnknown(TAINT.file)
}
