import { invoke, originOf, writeFile } from '../invoke.js'
import { hasOption, optionValues, readOptions } from '../options.js'
import type { Options } from '../options.js'
import { noteForeign, scriptFacts } from '../project-work.js'
import { readFile } from '../redirect.js'
import type { Language as CodeLanguage } from '../code/tokens.js'
import { isKnown, join, literal, TAINT } from '../value.js'
import type { Stream, Value } from '../value.js'
import { placeOfPath, printsUnknown, runText } from '../walk.js'
import type { Walk } from '../walk.js'
import { each } from './each.js'
import { noteManaged } from './frameworks.js'
import { noteCode } from './inline.js'
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
  const piped = stdin !== undefined && /^\/dev\/(stdin|fd\/0)$|^\/proc\/self\/fd\/0$/.test(file?.text ?? '')
  if (file !== undefined && !hasOption(options, 's') && file.text !== '-' && !piped) {
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
  const plain = stdin.text !== undefined && noteCode(stdin.text, languageOf(name), call)
  if (!plain) walk.findings.note('execute', 'stdin', `… | ${name}`)
  return printsUnknown(stdin.taint)
}

function runScriptFile(file: Value, call: Call, action: 'script' | 'shell-file'): void {
  const { walk } = call
  if (/^(https?|ftp):\/\//i.test(file.text)) {
    walk.findings.note('execute', 'download', `${call.name} ${file.text}`)
    return
  }
  const stream = readFile(file, walk)
  const fact = placeOfPath(file, walk)
  const origin = originOf(stream.taint)
  if (origin !== undefined) walk.findings.note('execute', origin, `${call.name} ${fact.path}`)
  else if (file.text.startsWith('/dev/fd/') || fact.name === 'stdin')
    walk.findings.note('execute', 'stdin', `${call.name} ${fact.path}`)
  else if (walk.shared.written.has(fact.path)) walk.findings.note('execute', 'written', fact.path)
  else {
    const at = call.args.indexOf(file)
    const facts = scriptFacts(fact, file.text, action === 'script' ? [] : call.args.slice(at + 1), walk)
    const manages = action === 'script' && noteManaged(fact.name, call.args.slice(at + 1), call)
    if (!manages) walk.findings.note('execute', action, fact.path, { ...facts, by: call.name })
  }
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
      if (texts.length > 0) return runInline(texts, options, call)
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
      if (call.name === 'php' && hasOption(options, 'S')) {
        walk.findings.note(
          ...servesAt(optionValues(options, 'S')[0]?.text ?? ''),
          `php ${join(call.args).text}`,
        )
        return printsUnknown()
      }
      if (call.name === 'php' && hasOption(options, 'l')) {
        for (const file of options.operands) readFile(file, walk)
        walk.findings.note('execute', 'test', 'php -l')
        return printsUnknown()
      }
      const [file] = options.operands
      noteOwnOptions(call, file)
      if (file !== undefined && file.text !== '-') runScriptFile(file, call, 'script')
      else if (hasOption(options, ...tells.split(' '))) walk.findings.note('shell', 'inspect', call.name)
      else return runPiped(call)
      return printsUnknown()
    },
  }
}

/** Settings before the script: files from elsewhere are code from elsewhere, a debugger that all may reach is a door. */
function noteOwnOptions(call: Call, file: Value | undefined): void {
  const at = file === undefined ? -1 : call.args.indexOf(file)
  const own = call.args.slice(0, at === -1 ? call.args.length : at)
  const text = `${call.name} ${join(call.args).text}`
  if (own.some((arg) => arg.text.includes('/'))) noteForeign(text, { ...call, args: own })
  if (own.some((arg) => /^--inspect(-\w+)?=(0\.0\.0\.0|\[?::)/.test(arg.text)))
    call.walk.findings.note('network', 'listen', text)
  if (
    own.some((arg) =>
      /(auto_(ap|pre)pend_file|extension|allow_url_include|disable_functions)=/.test(arg.text),
    )
  )
    call.walk.findings.note('execute', 'option', text)
}

/** Code on the command line. Perl and ruby run it over files with `-n` and `-p`, and change them with `-i`. */
function runInline(texts: readonly Value[], options: Options, call: Call): Stream {
  const { walk } = call
  const loads = optionValues(options, ...(LOADS[languageOf(call.name) ?? ''] ?? [])).some(
    ({ text }) =>
      !/^(json|date|time|set|csv|bigdecimal|strict|warnings|List::Util.*|POSIX.*|Data::Dumper|utf8)$/.test(
        text,
      ),
  )
  for (const text of texts) {
    const origin = originOf(text.taint)
    if (origin !== undefined) walk.findings.note('execute', origin, text.text)
    const plain = noteCode(text.text, languageOf(call.name), call) && isKnown(text)
    if (!plain || loads) walk.findings.note('execute', 'inline', `${call.name} ${text.text}`)
  }
  const inPlace = call.args.some(({ text }) => /^-[a-zA-Z]*i/.test(text)) && /^(perl|ruby)/.test(call.name)
  const overFiles =
    call.args.some(({ text }) => /^-[a-zA-Z]*[np]/.test(text)) && /^(perl|ruby)/.test(call.name)
  let taint = call.stdin?.taint ?? 0
  for (const file of inPlace || overFiles ? options.operands : []) {
    if (inPlace) writeFile(file, walk)
    else taint |= readFile(file, walk).taint
  }
  return printsUnknown(taint)
}

/** Options by which a module is loaded before the code runs. */
const LOADS: Readonly<Record<string, readonly string[]>> = {
  javascript: ['r', 'require', 'import', 'loader'],
  ruby: ['r'],
  perl: ['M', 'm'],
}

const LANGUAGES: readonly (readonly [RegExp, CodeLanguage])[] = [
  [/^(python|pypy)/, 'python'],
  [/^(node|tsx|ts-node|bun|deno)/, 'javascript'],
  [/^ruby/, 'ruby'],
  [/^php/, 'php'],
  [/^perl/, 'perl'],
]
function languageOf(name: string): CodeLanguage | undefined {
  return LANGUAGES.find(([names]) => names.test(name))?.[1]
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
  pdb: 'execute/interactive',
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
  site: 'shell/inspect',
  platform: 'shell/inspect',
  sysconfig: 'shell/inspect',
  this: 'shell/inspect',
  tabnanny: 'execute/test',
  pydoc: 'execute/test',
  ast: 'shell/inspect',
  dis: 'shell/inspect',
  tokenize: 'shell/inspect',
  sphinx: 'execute/build',
  mkdocs: 'execute/build',
  pyright: 'execute/test',
  bandit: 'execute/test',
  nox: 'execute/test',
  tox: 'execute/test',
  hatchling: 'execute/build',
  grpc_tools: 'execute/build',
  'http.server': 'network/listen',
  SimpleHTTPServer: 'network/listen',
  ensurepip: 'packages/install',
  django: 'execute/module',
}

function servesAt(address: string): ['network' | 'execute', 'listen' | 'serve'] {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(address)
    ? ['execute', 'serve']
    : ['network', 'listen']
}

function noteModule(name: string, call: Call, operands: readonly Value[]): void {
  const own =
    /^(src|app|apps|tests?|scripts|tools|core|api|server|backend|lib|cli|main|benchmarks|examples)(\.|$)/.test(
      name,
    )
  const act = Object.hasOwn(MODULES, name) ? MODULES[name] : own ? 'execute/build' : 'execute/module'
  const [pack = 'execute', action = 'module'] = (act ?? 'execute/module').split('/')
  if (name === 'timeit') {
    for (const { text } of operands)
      if (!noteCode(text, 'python', call)) call.walk.findings.note('execute', 'inline', text)
    call.walk.findings.note('shell', 'inspect', 'python -m timeit')
    return
  }
  if (/^(cProfile|profile|trace)$/.test(name)) {
    const script = operands.find(
      ({ text: word }, i) => /\.py$/.test(word) && !/^-[os]$/.test(operands[i - 1]?.text ?? ''),
    )
    if (script !== undefined) {
      runScriptFile(script, call, 'script')
      return
    }
  }
  const text = `${call.name} -m ${name} ${join(operands).text}`.trim()
  const [bound] = call.args.flatMap((arg, i) =>
    /^(-b|--bind)$/.test(arg.text) ? [call.args[i + 1]?.text ?? ''] : [],
  )
  if (act !== 'execute/module' && call.args.some((arg) => arg.text === '--help'))
    call.walk.findings.note('shell', 'inspect', text)
  else if (action === 'listen' && bound !== undefined) call.walk.findings.note(...servesAt(bound), text)
  else if (BINARIES_AS_MODULES.has(name)) invoke(literal(name), operands, call.walk, call.stdin)
  else call.walk.findings.note(pack, action, text)
  noteForeign(text, call)
}

/** Modules that are the same as the command of their name. */
const BINARIES_AS_MODULES = new Set(
  'pip uvicorn gunicorn flask twine poetry tox nox coverage pre_commit uv hatch pipx django pyright sphinx jupyter alembic'.split(
    ' ',
  ),
)

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
  ...each(
    'elixir iex',
    language({ code: 'e eval rpc-eval', takes: 'r pr pa pz S', tells: 'version v h help' }),
  ),
  ...each('ipython julia octave scala celery scrapy', {
    act: 'execute/module',
    options: { version: 'shell/inspect' },
  }),
  ...each('lua luajit', language({ code: 'e', takes: 'l', tells: 'v' })),
  ...each('Rscript R', language({ code: 'e', tells: 'version help' })),
  ...each('osascript', language({ code: 'e', takes: 'l', tells: 'h' })),
  ...each('pwsh powershell powershell.exe', { handle: powershell }),
  deno: {
    act: 'execute/module',
    subcommands: {
      ...each('test lint fmt check doc bench coverage types compile cache', 'execute/test'),
      info: 'shell/inspect',
      eval: 'execute/inline',
      run: { takes: 'config import-map lock', handle: denoRun },
      install: 'packages/install',
      task: 'packages/run-script',
    },
  },
  java: {
    singleDash: true,
    takes: 'jar cp classpath -class-path m -module p -module-path',
    options: { 'version help h -version -help': 'shell/inspect' },
    handle: java,
  },
  ...each('vim vi nvim ex emacs nano pico ed micro', {
    act: 'execute/interactive',
    options: { 'c cmd s S E e eval': 'execute/option', version: 'shell/inspect' },
    handle: editor,
  }),
  ...each('expect tclsh', { act: 'execute/interactive', options: { c: 'execute/inline' } }),
  ...each('cmd cmd.exe wsl', { act: 'execute/interactive' }),
}

/** A class or jar of the project is its script; an agent (`-javaagent`) is somebody else's code in it. */
function java(call: Call, options: Options): Stream {
  const { walk } = call
  if (call.args.every(({ text }) => /^--?(version|help|h)$/.test(text))) return printsUnknown()
  const agents = call.args.some(({ text }) =>
    /^-(javaagent|agentlib|agentpath|Xrun|Xbootclasspath|XX:On\w+=)/.test(text),
  )
  const [jar] = optionValues(options, 'jar')
  const paths = optionValues(options, 'cp', 'classpath', '-class-path').flatMap(({ text }) => text.split(':'))
  const [main] = options.operands
  if (agents) walk.findings.note('execute', 'option', `java ${join(call.args).text}`)
  else if (jar !== undefined) runScriptFile(jar, call, 'script')
  else if (main !== undefined && /\.java$/.test(main.text)) runScriptFile(main, call, 'script')
  else if (paths.length > 0)
    for (const path of paths) runScriptFile(literal(path === '.' ? './?*' : path), call, 'script')
  else walk.findings.note('execute', 'module', `java ${join(call.args).text}`)
  return printsUnknown()
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

/** deno asks for every right that a script is not given. */
function denoRun(call: Call, options: Options): Stream {
  const [file] = options.operands
  if (file === undefined || /^(https?|npm|jsr):/.test(file.text))
    call.walk.findings.note('packages', 'run-remote', `deno run ${file?.text}`)
  else runScriptFile(file, { ...call, name: 'deno' }, 'script')
  return printsUnknown()
}

function editor(call: Call): Stream {
  for (const arg of call.args) {
    const command = /^(?:\+|-c\s*)?:?!(.*)$/.exec(arg.text)?.[1]
    if (command !== undefined) runText(command, call.walk, undefined)
  }
  return printsUnknown(TAINT.file)
}
