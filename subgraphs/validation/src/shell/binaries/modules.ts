import { invoke } from '../invoke.js'
import { optionValues, readOptions } from '../options.js'
import { isSensitiveName, noteForeign } from '../project-work.js'
import { join, literal } from '../value.js'
import type { Value } from '../value.js'
import { noteCode } from './inline.js'
import { runScriptFile } from './script-files.js'
import type { Call } from './spec.js'

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

export function servesAt(address: string): ['network' | 'execute', 'listen' | 'serve'] {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(address)
    ? ['execute', 'serve']
    : ['network', 'listen']
}

export function noteModule(name: string, call: Call, operands: readonly Value[]): void {
  const own =
    /^(src|app|apps|tests?|scripts|tools|core|api|server|backend|lib|cli|main|benchmarks|examples)(\.|$)/.test(
      name,
    )
  const ends = isSensitiveName(name) || operands.some(({ text }) => isSensitiveName(text))
  const act = Object.hasOwn(MODULES, name)
    ? MODULES[name]
    : own && !ends
      ? 'execute/build'
      : own
        ? 'execute/sensitive-target'
        : 'execute/module'
  const [pack = 'execute', action = 'module'] = (act ?? 'execute/module').split('/')
  if (name === 'timeit') {
    const told = readOptions(operands, { takes: new Set('n number r repeat s setup u unit'.split(' ')) })
    for (const { text } of [...told.operands, ...optionValues(told, 's', 'setup')])
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
