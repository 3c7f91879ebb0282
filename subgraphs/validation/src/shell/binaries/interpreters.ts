import { originOf, writeFile } from '../invoke.js'
import { hasOption, optionValues, readOptions } from '../options.js'
import type { Options } from '../options.js'
import { noteForeign } from '../project-work.js'
import { emptyFile, readFile } from '../redirect.js'
import { isKnown, join } from '../value.js'
import type { Stream, Value } from '../value.js'
import { printsUnknown } from '../walk.js'
import { each } from './each.js'
import { noteCode } from './inline.js'
import { noteModule, servesAt } from './modules.js'
import { languageOf, runPiped, runScriptFile } from './script-files.js'
import type { Call, Spec, SpecTable } from './spec.js'

interface Language {
  /** Options whose value is code. */
  readonly code: string
  /** Options whose value is a module of the project or its tools. */
  readonly modules?: string
  readonly takes?: string
  /** Options that only tell something. */
  readonly tells: string
}

export function language({ code, modules, takes, tells }: Language): Spec {
  const codeOptions = code.split(' ')
  const moduleOptions = modules?.split(' ') ?? []
  const all = new Set([...codeOptions, ...moduleOptions, ...(takes?.split(' ') ?? [])])
  return {
    handle: (call) => {
      const { walk } = call
      // What stands behind `-m module` is the module's.
      const at = call.args.findIndex(({ text }) => moduleOptions.some((name) => text === `-${name}`))
      const given = at === -1 ? call.args : call.args.slice(0, at + 2)
      // node prints what `-pe` says.
      const own = call.name.startsWith('node')
        ? given.map((arg) => (arg.text === '-pe' ? { ...arg, text: '-p' } : arg))
        : given
      const options = readOptions(own, { takes: all, stopAtOperand: true })
      const texts = optionValues(options, ...codeOptions)
      if (goesOn(own, texts[0] ?? options.operands[0], call)) runPiped(call)
      if (texts.length > 0) return runInline(texts, options, call)
      const [module] = optionValues(options, ...moduleOptions)
      if (module !== undefined) {
        noteModule(module.text, call, call.args.slice(own.length))
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

/** `-i`: when the code or the script has run, it goes on with what it is told on its input. */
function goesOn(args: readonly Value[], runs: Value | undefined, { name }: Call): boolean {
  if (runs === undefined || !/^(python|pypy|node)/.test(name)) return false
  return args
    .slice(0, args.indexOf(runs))
    .some(({ text }) => /^(-[a-zA-Z]*i[a-zA-Z]*|--interactive)$/.test(text))
}

/** Settings before the script: files from elsewhere are code from elsewhere, a debugger that all may reach is a door. */
function noteOwnOptions(call: Call, file: Value | undefined): void {
  const at = file === undefined ? -1 : call.args.indexOf(file)
  const own = call.args.slice(0, at === -1 ? call.args.length : at)
  const text = `${call.name} ${join(call.args).text}`
  if (own.some((arg) => arg.text.includes('/'))) noteForeign(text, { ...call, args: own })
  if (own.some((arg) => /^--inspect(-\w+)?=(0\.0\.0\.0|\[?::)/.test(arg.text)))
    call.walk.findings.note('network', 'listen', text)
  if (/^(perl|ruby)/.test(call.name) && own.some((arg) => /^-(S|d(:.*)?|x)$/.test(arg.text)))
    call.walk.findings.note('execute', 'option', text)
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
      !/^(json|yaml|date|time|set|csv|bigdecimal|digest|strict|warnings|List::Util.*|Scalar::Util.*|POSIX.*|Data::Dumper|utf8|JSON|JSON::PP|Time::Local|Digest::\w+|MIME::Base64)$/.test(
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
  const empties = inPlace && texts.every(({ text }) => printsNothing(text, call))
  for (const file of inPlace || overFiles ? options.operands : []) {
    if (empties) emptyFile(file, walk)
    else if (inPlace) writeFile(file, walk)
    else taint |= readFile(file, walk).taint
  }
  return printsUnknown(taint)
}

/** Code that is run over files in place and leaves nothing of them: `-n` without a print, `-p` of an emptied line. */
function printsNothing(code: string, { args }: Call): boolean {
  if (args.some(({ text }) => /^-[a-zA-Z0-9]*p/.test(text)))
    return /^\s*(\$_\s*=\s*(""|''|undef)|undef\s*\(?\$_|s(.)\^?\.[*+]\$?\3.*?\3[gs]*|\$_\.(clear|replace\(\s*(""|'')\s*\)))\s*;?\s*$/.test(
      code,
    )
  return !/\b(print|printf|say|puts|putc|p|write|warn)\b/.test(code)
}

/** Options by which a module is loaded before the code runs. */
const LOADS: Readonly<Record<string, readonly string[]>> = {
  javascript: ['r', 'require', 'import', 'loader'],
  ruby: ['r'],
  perl: ['M', 'm'],
  lua: ['l'],
}

/** A module that is loaded first runs like any other script; a bare name is one of the project's packages. */
function notePreload(module: Value, call: Call): void {
  if (/^[\w@][\w@/.-]*$/.test(module.text)) return
  if (/^(data|https?):/.test(module.text)) call.walk.findings.note('execute', 'option', module.text)
  else runScriptFile(module, call, 'script')
}

const LUA = language({ code: 'e', takes: 'l', tells: 'v' })

/** Behind code that it is given, Lua runs the script that follows, or what it is told on its input. */
function runLua(call: Call): Stream {
  const options = readOptions(call.args, { takes: new Set(['e', 'l']), stopAtOperand: true })
  const [file] = options.operands
  const printed = LUA.handle?.(call, options) ?? printsUnknown()
  if (!hasOption(options, 'e')) return printed
  if (file !== undefined && file.text !== '-') runScriptFile(file, call, 'script')
  else if (file !== undefined || hasOption(options, 'i')) runPiped(call)
  return printed
}

export const INTERPRETERS: SpecTable = {
  ...each(
    'python python2 python3 python3.9 python3.10 python3.11 python3.12 python3.13 pypy pypy3',
    language({ code: 'c', modules: 'm', takes: 'W X', tells: 'V version h help' }),
  ),
  ...each(
    'node nodejs',
    language({
      code: 'e eval p print',
      takes:
        'r require import loader experimental-loader max-old-space-size conditions C env-file test-reporter test-reporter-destination test-name-pattern snapshot-blob title redirect-warnings diagnostic-dir cpu-prof-dir cpu-prof-name heap-prof-dir icu-data-dir openssl-config trace-event-categories stack-trace-limit watch-path input-type experimental-default-type disable-warning unhandled-rejections',
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
  celery: {
    act: 'execute/module',
    takes: 'A app b broker',
    subcommands: {
      ...each('inspect status report', 'shell/inspect'),
      ...each('worker beat', 'execute/serve'),
    },
  },
  scrapy: {
    act: 'execute/module',
    subcommands: {
      ...each('check version', 'shell/inspect'),
      startproject: 'execute/build',
    },
  },
  ...each('ipython octave scala', {
    act: 'execute/module',
    options: { version: 'shell/inspect' },
  }),
  ...each('lua luajit', { handle: runLua }),
  ...each('osascript', language({ code: 'e', takes: 'l', tells: 'h' })),
}
