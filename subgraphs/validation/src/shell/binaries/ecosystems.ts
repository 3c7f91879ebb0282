import { invoke, isBinary } from '../invoke.js'
import { hasOption } from '../options.js'
import type { Options } from '../options.js'
import { isSensitiveName, noteForeign } from '../project-work.js'
import { join, literal } from '../value.js'
import type { Stream } from '../value.js'
import { printsUnknown } from '../walk.js'
import { acts, each } from './each.js'
import { language } from './interpreters.js'
import { runDeclared } from './node-packages.js'
import type { Call, Spec, SpecTable } from './spec.js'
import { target } from './target.js'

/** Runs a task that the project declares, or a program of its environment. */
export function runTask(call: Call, options: Options): Stream {
  // `+py=3.12` of hatch chooses among environments.
  const name = options.operands.find(({ text }) => !/^[+-]\w+=/.test(text))
  if (name === undefined) return printsUnknown()
  const at = call.args.indexOf(name)
  const [own, args] = [call.args.slice(0, at), call.args.slice(at + 1)]
  if (own.length > 0) noteForeign(call.name, { ...call, args: own })
  if (isBinary(name.text) || /[/$]/.test(name.text)) return invoke(name, args, call.walk, call.stdin)
  if (isSensitiveName(name.text))
    call.walk.findings.note('packages', 'run-sensitive', `${call.name} ${join(call.args).text}`)
  return runDeclared({ ...call, args: [name, ...args] }, { ...options, operands: [name, ...args] })
}

const PIXI: Spec = {
  act: 'packages/other',
  takes: 'manifest-path e environment p platform',
  options: { 'manifest-path': 'within' },
  subcommands: acts({
    'install lock clean': 'packages/declared',
    'list ls tree info search version help task': 'packages/inspect',
    run: {
      takes: 'e environment manifest-path p platform',
      options: { 'manifest-path': 'within' },
      handle: runTask,
    },
    'add init import': 'packages/install',
    'remove rm': 'packages/remove',
    'update upgrade': 'packages/update',
    'upload auth publish': 'packages/publish',
    'global exec': 'packages/run-remote',
  }),
}

/** devbox, flox: environments of a project; `run` runs its scripts. */
const DEVBOX: Spec = {
  act: 'packages/install',
  subcommands: acts({
    'run services': { handle: runTask, takes: 'c config e env' },
    'install list info version search': 'packages/inspect',
    shell: 'execute/interactive',
  }),
}

/** Front ends of compilers: they say what they do, or run another compiler. */
function compilerCache(call: Call): Stream {
  const [first, ...rest] = call.args
  const text = `${call.name} ${join(call.args).text}`
  if (
    first === undefined ||
    /^--?(s|p|V|h|v|show-\S+|print-\S+|version|help|get-config|dump-\S+)/.test(first.text)
  )
    call.walk.findings.note('shell', 'inspect', text)
  else if (/^(-C|-c|-z|--clear|--cleanup|--zero-stats)$/.test(first.text))
    call.walk.findings.note('execute', 'clean', text)
  else if (first.text.startsWith('-')) call.walk.findings.note('execute', 'option', text)
  else return invoke(first, rest, call.walk, call.stdin)
  return printsUnknown()
}

/** `xcrun tool` is the tool of the chosen toolchain. */
function xcrun(call: Call): Stream {
  const [first, ...rest] = call.args.filter(
    ({ text }, i) => !/^--sdk/.test(text) && call.args[i - 1]?.text !== '--sdk',
  )
  const text = `xcrun ${join(call.args).text}`
  if (first === undefined || /^--?(find|f|show-\S+|version|help)$/.test(first.text))
    call.walk.findings.note('shell', 'inspect', text)
  else return invoke(first, rest, call.walk, call.stdin)
  return printsUnknown()
}

/** Starts a chain of its own on this machine, for nobody but the developer. */
function localChain(call: Call): Stream {
  const open = call.args.some(({ text }) => /^(0\.0\.0\.0|::)$|=(0\.0\.0\.0|::)$/.test(text))
  const forks = call.args.some(({ text }) => /^https?:/.test(text))
  const text = `${call.name} ${join(call.args).text}`.trim()
  call.walk.findings.note(open || forks ? 'network' : 'execute', open || forks ? 'listen' : 'serve', text)
  return printsUnknown()
}

/** Shows it: which of the clusters or namespaces is chosen. With a name it chooses another. */
function chosen(call: Call, options: Options): Stream {
  const looks = call.args.length === 0 || hasOption(options, 'c', 'current', 'h', 'help')
  call.walk.findings.note(
    'cloud',
    looks ? 'inspect' : 'change',
    `${call.name} ${join(call.args).text}`.trim(),
  )
  return printsUnknown()
}

/** `corepack pnpm install` is pnpm, of the version that the project names. */
function corepack(call: Call): Stream {
  const [name, ...args] = call.args
  if (name !== undefined && /^(npm|npx|pnpm|pnpx|yarn)$/.test(name.text))
    return invoke(name, args, call.walk, call.stdin)
  const looks = name === undefined || /^(--version|--help|-v)$/.test(name.text)
  call.walk.findings.note('packages', looks ? 'inspect' : 'toolchain', `corepack ${join(call.args).text}`)
  return printsUnknown()
}

const CHECKS = { act: 'execute/test' } as const

/** Languages and tools of ecosystems that are met less often. */
export const ECOSYSTEMS: SpecTable = {
  pixi: PIXI,
  ...each('devbox flox', DEVBOX),
  ...each('ccache sccache', { handle: compilerCache }),
  xcrun: { handle: xcrun },
  simctl: {
    act: 'system/settings',
    subcommands: acts({
      'list help getenv io get_app_container listapps': 'shell/inspect',
      'boot launch install shutdown openurl terminate spawn': 'execute/test',
    }),
  },
  corepack: { handle: corepack },
  ...each('kubectx kubens', { handle: chosen }),
  ...each('anvil ganache ganache-cli solana-test-validator', { handle: localChain }),
  cast: {
    act: 'cloud/apply',
    subcommands: acts({
      'sig keccak abi-encode abi-decode calldata calldata-decode 4byte to-wei from-wei to-hex to-dec to-ascii to-unit max-int max-uint interface upload-signature':
        'shell/inspect',
    }),
  },
  ...each(
    'aiken scarb snforge solc vyper coqc agda agda2hs idris2 lean4checker gopls rust-analyzer autoflake pyupgrade papermill djhtml dmypy creosote fixit flynt semgrep-core cargo-make great_expectations soda sqlmesh scalafmt-native groovydoc javadoc jdeprscan ktlint-gradle cmakelang cmake-lint clang-doc clangd ccls compiledb abidiff abidw pahole cppclean ruff-lsp stylish nixd nil manix tfdoc tflocal checkmake alex redocly asyncapi graphql-inspector mdxlint remark-cli linkinator linkchecker muffet pagefind pa11y-ci axe yarn-deduplicate npm-package-json-lint installed-check are-the-types-wrong',
    CHECKS,
  ),
  ...each('promtool amtool', {
    act: 'cloud/change',
    subcommands: acts({ 'check check-config test config version': 'shell/inspect' }),
  }),
  lake: {
    act: 'execute/build',
    subcommands: acts({
      'build test lint check-build check-test': 'execute/build',
      'update upgrade': 'packages/update',
      'exe exec env script': 'execute/option',
      upload: 'packages/publish',
    }),
  },
  ...each('sui aptos', { act: 'cloud/apply', subcommands: { move: { handle: target } } }),
  ...each('bb scala-cli', { handle: target }),
  ...each(
    'racket guile ocaml runghc runhaskell groovy escript clisp gnuplot octave-cli',
    language({ code: 'e eval c g', tells: 'v V version h help' }),
  ),
  sbcl: language({ code: '-eval eval load', takes: 'script', tells: '-version version' }),
  kotlin: language({ code: 'e expression', takes: 'cp classpath', tells: 'version h help' }),
  nuget: {
    act: 'packages/other',
    subcommands: acts({
      'list search locals help verify': 'packages/inspect',
      restore: 'packages/declared',
      'push delete setapikey': 'packages/publish',
    }),
  },
  dlv: { act: 'execute/interactive', subcommands: acts({ 'version help': 'shell/inspect' }) },
  ...each('buildah', {
    act: 'cloud/container-change',
    subcommands: acts({
      'images containers inspect info version': 'cloud/inspect',
      'push login': 'cloud/publish',
    }),
  }),
  ...each('colima lima limactl orb', {
    act: 'cloud/container-change',
    subcommands: acts({ 'status list ls version info': 'cloud/inspect' }),
  }),
  ollama: {
    act: 'packages/install',
    subcommands: acts({
      'list ls ps show help': 'packages/inspect',
      'rm cp stop': 'packages/remove',
      'push signin': 'packages/publish',
    }),
  },
  drush: {
    act: 'database/write',
    subcommands: acts({
      'status st pm:list pml core:requirements route help version watchdog:show config:status':
        'shell/inspect',
    }),
  },
  wp: {
    act: 'database/write',
    subcommands: acts({
      'plugin theme post user core cron rewrite menu site term comment widget sidebar media': {
        act: 'database/write',
        subcommands: acts({
          'list get status version check-update is-installed verify-checksums': 'shell/inspect',
        }),
      },
      'cli help': 'shell/inspect',
    }),
  },
  R: {
    handle: (call) => {
      const [command, verb] = call.args
      if (command?.text !== 'CMD') return invoke(literal('Rscript'), call.args, call.walk, call.stdin)
      const checks = /^(check|build|Rd2pdf|Rdconv|config|SHLIB)$/.test(verb?.text ?? '')
      call.walk.findings.note(
        checks ? 'execute' : 'packages',
        checks ? 'test' : 'install',
        `R ${join(call.args).text}`,
      )
      if (checks) noteForeign('R', call)
      return printsUnknown()
    },
  },
}
