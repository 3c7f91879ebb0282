import { invoke, noteForeign } from '../invoke.js'
import { hasOption, readOptions } from '../options.js'
import type { Options } from '../options.js'
import { join } from '../value.js'
import type { Stream } from '../value.js'
import { printsUnknown, QUIET } from '../walk.js'
import { acts, each } from './each.js'
import type { Call, Spec, SpecTable } from './spec.js'

const NODE_TAKES = 'prefix C dir w workspace filter F registry cwd loglevel tag otp access'

/** `install` with a name brings in something new; without one it installs what the project declares. */
function install(call: Call, options: Options): Stream {
  const named = options.operands.filter((operand) => operand.text !== '.')
  const elsewhere =
    hasOption(options, 'g', 'global', 'location') || call.args.some((arg) => arg.text === '--location=global')
  const registry = hasOption(
    options,
    'registry',
    'index-url',
    'extra-index-url',
    'i',
    'trusted-host',
    'index',
  )
  const act = registry
    ? 'foreign-registry'
    : elsewhere && named.length > 0
      ? 'install-global'
      : named.length > 0
        ? 'install'
        : 'declared'
  call.walk.findings.note('packages', act, `${call.name} ${join(call.args).text}`.trim())
  if (act === 'declared') noteForeign(call.name, call)
  return QUIET
}

/** Settings by which npm runs another shell or program, or works elsewhere. */
const NODE_OPTIONS = {
  'script-shell shell node-options git userconfig globalconfig': 'execute/option',
  'prefix dir C cwd': 'execute/elsewhere',
} as const

const INSTALL: Spec = { takes: NODE_TAKES, handle: install }

/** Programs of a project's own toolbox, which test, check, format and build it. */
const TOOLS =
  'tsc eslint prettier jest vitest mocha ava tap biome oxlint knip stylelint playwright cypress webpack rollup esbuild vite turbo nx lerna next nuxt astro svelte-check vue-tsc tsup swc babel npm-check depcheck madge size-limit publint attw typedoc graphql-codegen storybook ng lint-staged commitlint tsd c8 nyc sass postcss tailwindcss'

function runPackage(call: Call): Stream {
  const options = readOptions(call.args, {
    takes: new Set(['p', 'package', 'c', 'call', 'w', 'workspace', 'prefix', 'node-options']),
    stopAtOperand: true,
  })
  const { walk } = call
  const [name, ...args] = options.operands
  if (name === undefined) {
    walk.findings.note(
      'packages',
      hasOption(options, 'c', 'call') ? 'run-remote' : 'inspect',
      `${call.name} ${join(call.args).text}`,
    )
    return QUIET
  }
  // Only programs of the toolbox: anything else may be fetched from the registry under any name.
  if (TOOLBOX.has(name.text)) return invoke(name, args, walk, call.stdin)
  walk.findings.note('packages', 'run-remote', `${call.name} ${name.text}`)
  return printsUnknown()
}
const TOOLBOX = new Set([...TOOLS.split(' '), 'tsx', 'ts-node', 'rimraf', 'turbo'])

function runDeclared(call: Call, options: Options): Stream {
  const [name] = options.operands
  const text = `${call.name} ${join(call.args).text}`.trim()
  const sensitive =
    /^(deploy|publish|release|prod|production|push|migrate|seed|reset|drop|destroy|clean:all|postinstall|eject|nuke|provision|ship|rollback)\b|[:.-](deploy|publish|release|prod|production|drop|destroy|reset|push)\b/i.test(
      name?.text ?? '',
    )
  call.walk.findings.note('packages', sensitive ? 'run-sensitive' : 'run-script', text)
  noteForeign(text, call)
  return QUIET
}

const NODE_COMMANDS = acts({
  'test t tst start stop restart build dev lint typecheck check format-check': 'packages/run-script',
  'run run-script': { takes: NODE_TAKES, options: NODE_OPTIONS, handle: runDeclared },
  'ci clean-install rebuild dedupe prune': 'packages/declared',
  'install i add isntall up update upgrade install-test it': INSTALL,
  'ls list ll la view info show outdated why explain search find help docs bugs repo root prefix bin version-check ping fund diff query doctor licenses whoami store-path pkg-get sbom':
    'packages/inspect',
  audit: {
    act: 'packages/inspect',
    subcommands: { fix: 'packages/install', signatures: 'packages/inspect' },
  },
  config: { act: 'packages/configure', subcommands: acts({ 'get list ls': 'packages/inspect' }) },
  'uninstall remove rm un unlink r': 'packages/remove',
  'exec x dlx create init': { handle: runPackage },
  'publish unpublish deprecate dist-tag owner access token login logout adduser team hook org profile star':
    'packages/publish',
  version: { act: 'packages/version' },
  pack: 'packages/declared',
  'set set-script link cache pkg': 'packages/configure',
  workspaces: 'packages/inspect',
  workspace: 'packages/run-script',
})

export const PACKAGES: SpecTable = {
  npm: { act: 'packages/other', takes: NODE_TAKES, options: NODE_OPTIONS, subcommands: NODE_COMMANDS },
  ...each('pnpm yarn bun', {
    act: 'packages/run-script-unnamed',
    alone: 'packages/declared',
    takes: NODE_TAKES,
    options: NODE_OPTIONS,
    subcommands: {
      ...NODE_COMMANDS,
      ...acts({ [TOOLS]: 'execute/test', global: 'packages/install-global' }),
    },
  }),
  ...each('npx pnpx bunx', { handle: runPackage }),
  ...each(TOOLS, { act: 'execute/test' }),
  prisma: {
    act: 'database/write',
    subcommands: acts({
      'generate validate format version': 'execute/build',
      migrate: {
        act: 'database/write',
        subcommands: { status: 'database/read', diff: 'database/read', reset: 'database/destroy' },
      },
    }),
  },
  ...each('nodemon concurrently npm-run-all run-s run-p wait-on', { act: 'execute/module' }),
  ...each('pip pip3 pipx', {
    act: 'packages/other',
    takes: 'r requirement c constraint i index-url extra-index-url',
    subcommands: acts({
      'list show freeze check search index help debug cache-dir inspect': 'packages/inspect',
      install: {
        takes: 'r requirement c constraint i index-url extra-index-url t target e editable',
        handle: install,
      },
      uninstall: 'packages/remove',
      'download wheel': 'packages/install',
      'run runpip': 'packages/run-remote',
      config: 'packages/configure',
    }),
  }),
  uv: {
    act: 'packages/other',
    subcommands: acts({
      'sync lock venv build': 'packages/declared',
      'tree version help': 'packages/inspect',
      add: 'packages/install',
      remove: 'packages/remove',
      publish: 'packages/publish',
      run: { handle: runTool },
      tool: 'packages/run-remote',
      pip: {
        act: 'packages/install',
        subcommands: acts({ 'list show freeze check tree': 'packages/inspect', sync: 'packages/declared' }),
      },
    }),
  },
  uvx: { handle: runPackage },
  ...each('poetry pdm hatch pipenv rye', {
    act: 'packages/other',
    subcommands: acts({
      'install lock sync build': 'packages/declared',
      'show check version env list graph': 'packages/inspect',
      add: 'packages/install',
      remove: 'packages/remove',
      publish: 'packages/publish',
      run: { handle: runTool },
    }),
  }),
  ...each('conda mamba micromamba', {
    act: 'packages/install',
    subcommands: acts({
      'list info search': 'packages/inspect',
      activate: 'shell/output',
      remove: 'packages/remove',
    }),
  }),
  ...each('pytest py.test tox nox mypy ruff black flake8 pylint isort pyright bandit coverage pre-commit', {
    act: 'execute/test',
  }),
  cargo: {
    act: 'packages/other',
    takes: 'p package manifest-path features target j jobs',
    subcommands: acts({
      'test t check c clippy fmt bench doc nextest': 'execute/test',
      'build b run r': 'execute/build',
      'tree metadata search version help verify-project pkgid audit deny outdated': 'packages/inspect',
      'fetch update generate-lockfile vendor': 'packages/declared',
      add: 'packages/install',
      install: 'packages/install',
      remove: 'packages/remove',
      uninstall: 'packages/remove',
      clean: 'execute/clean',
      'publish yank login owner': 'packages/publish',
      'new init': 'execute/build',
    }),
  },
  ...each(
    'rustc rustfmt gofmt goimports clang-format clang-tidy shellcheck shfmt hadolint yamllint actionlint markdownlint golangci-lint staticcheck rubocop tflint checkstyle ktlint swiftlint swiftformat opa regal buf protoc',
    { act: 'execute/test' },
  ),
  rustup: { act: 'packages/install', subcommands: { show: 'packages/inspect', doc: 'packages/inspect' } },
  go: {
    act: 'packages/other',
    subcommands: acts({
      'test vet': { act: 'execute/test', singleDash: true, options: { 'exec toolexec': 'execute/option' } },
      build: {
        act: 'execute/build',
        singleDash: true,
        takes: 'o tags ldflags',
        options: { o: 'write', 'exec toolexec': 'execute/option' },
      },
      run: {
        singleDash: true,
        takes: 'tags ldflags',
        options: { 'exec toolexec overlay modfile': 'execute/option' },
        handle: goRun,
      },
      'version list doc help': 'packages/inspect',
      env: { act: 'packages/inspect', options: { w: 'packages/configure' } },
      fmt: 'execute/test',
      mod: {
        act: 'packages/declared',
        subcommands: acts({
          'tidy download verify vendor graph why init': 'packages/declared',
          edit: 'packages/declared',
        }),
      },
      get: 'packages/install',
      install: 'packages/install',
      generate: 'execute/module',
      clean: 'execute/clean',
      tool: 'execute/test',
    }),
  },
  ...each('make gmake ninja just task rake mage', { handle: target }),
  ...each(
    'cmake ctest meson bazel bazelisk buck gradle gradlew mvn mvnw ant sbt lein dotnet swift xcodebuild msbuild mix rebar3 stack cabal zig flutter dart',
    { handle: target },
  ),
  ...each('gcc g++ cc c++ clang clang++ ld ar nm objdump readelf strip as javac kotlinc scalac', {
    act: 'execute/build',
    takes: 'o I L l D',
    options: { o: 'write' },
  }),
  ...each('bundle bundler', {
    act: 'packages/other',
    subcommands: acts({
      'install check update': 'packages/declared',
      'list show info outdated': 'packages/inspect',
      add: 'packages/install',
      exec: { handle: runTool },
    }),
  }),
  ...each('rspec rails phpunit phpstan', { handle: target }),
  gem: {
    act: 'packages/install',
    subcommands: acts({
      'list search info environment': 'packages/inspect',
      'push yank owner': 'packages/publish',
      uninstall: 'packages/remove',
    }),
  },
  composer: {
    act: 'packages/other',
    subcommands: acts({
      'install validate dump-autoload': 'packages/declared',
      'show outdated why audit': 'packages/inspect',
      require: 'packages/install',
      remove: 'packages/remove',
      run: 'packages/run-script',
      'run-script test': 'packages/run-script',
    }),
  },
  ...each('apt apt-get aptitude', {
    act: 'packages/system',
    subcommands: acts({ 'list search show policy': 'packages/inspect' }),
  }),
  'apt-cache': { act: 'packages/inspect' },
  ...each('dpkg rpm', {
    act: 'packages/system',
    options: { 'l L s S list listfiles status search qa q': 'packages/inspect' },
  }),
  ...each('yum dnf microdnf zypper pacman apk snap flatpak port emerge nix nix-env nix-shell', {
    act: 'packages/system',
  }),
  brew: {
    act: 'packages/system',
    subcommands: acts({
      'list ls info search outdated deps config doctor leaves': 'packages/inspect',
      services: 'system/service',
    }),
  },
  ...each('nvm fnm volta asdf mise pyenv rbenv sdk', {
    act: 'packages/toolchain',
    subcommands: acts({
      'ls list current which use version versions where': 'packages/inspect',
      exec: { handle: runTool },
    }),
  }),
  corepack: { act: 'packages/toolchain' },
}

/** `uv run`, `poetry run`, `bundle exec`: what runs comes from the project's own environment. */
function runTool(call: Call): Stream {
  const options = readOptions(call.args, {
    takes: new Set(['p', 'python', 'with', 'extra', 'group']),
    stopAtOperand: true,
  })
  const [name, ...args] = options.operands
  if (name === undefined) return QUIET
  if (hasOption(options, 'with')) call.walk.findings.note('packages', 'install', `${call.name} --with`)
  return invoke(name, args, call.walk, call.stdin)
}

/** `go run` of another module's path fetches it. */
function goRun(call: Call, options: Options): Stream {
  const name = options.operands[0]?.text ?? ''
  const remote = /@|^[\w-]+\.[\w.-]+\//.test(name) && !/\.go$/.test(name)
  const text = `${call.name} ${join(call.args).text}`
  call.walk.findings.note(remote ? 'packages' : 'execute', remote ? 'run-remote' : 'build', text)
  if (!remote) noteForeign(text, call)
  return printsUnknown()
}

/** Build tools do what their targets say: some names say that they reach further than the project. */
function target(call: Call): Stream {
  const names = call.args.filter((arg) => !arg.text.startsWith('-'))
  const sensitive = names.some(({ text }) =>
    /(^|[:.\-_])(deploy|publish|release|install|uninstall|push|destroy|drop|reset|prod|production|upload|nuke|purge|provision|flash)([:.\-_]|$)/i.test(
      text,
    ),
  )
  const expands = call.args.some((arg) => /^(--eval|SHELL=|-E$)/.test(arg.text))
  const tests = names.some(({ text }) => /test|check|lint|spec/.test(text))
  const act = expands ? 'option' : sensitive ? 'sensitive-target' : tests ? 'test' : 'build'
  const text = `${call.name} ${join(call.args).text}`.trim()
  call.walk.findings.note('execute', act, text)
  if (act === 'test' || act === 'build') noteForeign(text, call)
  return QUIET
}
