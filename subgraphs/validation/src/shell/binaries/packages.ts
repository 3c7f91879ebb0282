import { invoke } from '../invoke.js'
import { hasOption, optionValues, readOptions } from '../options.js'
import type { Options } from '../options.js'
import { noteForeign } from '../project-work.js'
import { join } from '../value.js'
import type { Stream } from '../value.js'
import { printsUnknown, QUIET } from '../walk.js'
import { acts, each } from './each.js'
import type { Call, Spec, SpecTable } from './spec.js'

const NODE_TAKES = 'prefix C dir w workspace filter F registry cwd loglevel tag otp access'

/** `install` with a name brings in something new; without one it installs what the project declares. */
function install(call: Call, options: Options): Stream {
  const named = options.operands.filter(({ text }) => !/^\.(\[[\w,-]+\])?$/.test(text))
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
  // `-r`, `-e`, `-c` with an address bring in what is there; `--find-links` is a registry of its own.
  const addresses = optionValues(options, 'r', 'requirement', 'e', 'editable', 'c', 'constraint').filter(
    ({ text }) => /:\/\/|^git\+/.test(text),
  )
  const act =
    registry || hasOption(options, 'find-links', 'f')
      ? 'foreign-registry'
      : elsewhere && named.length > 0
        ? 'install-global'
        : named.length + addresses.length > 0
          ? 'install'
          : 'declared'
  const names = named.map(({ text }) => text.replace(/(?<=.)@[^/]*$|[=<>~!;[].*$/g, ''))
  const facts = act === 'install' ? { names } : {}
  call.walk.findings.note('packages', act, `${call.name} ${join(call.args).text}`.trim(), facts)
  if (act === 'declared') noteForeign(call.name, call)
  return QUIET
}

/** Settings by which npm runs another shell or program, or works elsewhere. */
const NODE_OPTIONS = {
  'script-shell shell node-options git userconfig globalconfig': 'execute/option',
  'prefix dir C cwd': 'execute/elsewhere',
} as const

const PIP_INSTALL: Spec = {
  takes:
    'r requirement c constraint i index-url extra-index-url f find-links t target prefix root e editable python p group extra',
  handle: install,
}

const INSTALL: Spec = { takes: NODE_TAKES, handle: install }

/** Programs of a project's own toolbox, which test, check, format and build it. */
const TOOLS =
  'tsc eslint prettier jest vitest mocha ava tap biome oxlint knip stylelint playwright cypress webpack rollup esbuild vite turbo nx lerna next nuxt astro svelte-check vue-tsc tsup swc babel npm-check depcheck madge size-limit publint attw typedoc graphql-codegen storybook ng lint-staged commitlint tsd c8 nyc sass postcss tailwindcss rush gulp grunt parcel rspack rsbuild rslib tsdown unbuild microbundle ncc pkg dprint standard xo tslint jscpd cspell remark markdownlint-cli2 alex textlint htmlhint lighthouse-ci lhci wdio nightwatch testcafe karma jasmine qunit uvu c12 attw api-extractor typedoc jsdoc tsc-alias tsc-watch glint ember quasar vue-cli-service react-scripts craco expo remix qwik stencil ladle histoire license-checker sort-package-json syncpack manypkg sherif wireit moon size-limit bundlesize source-map-explorer webpack-bundle-analyzer svgo terser uglifyjs cleancss html-minifier imagemin i18next graphql-inspector openapi-typescript swagger-cli redocly spectral newman artillery autocannon k6 lerna-lite nps'

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
const TOOLBOX = new Set(
  [
    ...TOOLS.split(' '),
    'ts-prune npm-check-updates ncu husky unimported type-coverage tsx ts-node rimraf prisma changeset lighthouse cross-env concurrently npm-run-all wait-on http-server serve nodemon json-server knex typeorm drizzle-kit sequelize wrangler',
    'ruff black isort mypy flake8 pylint pytest pre-commit pyright coverage tox nox bandit codespell pyupgrade vulture',
  ]
    .join(' ')
    .split(' '),
)

function runDeclared(call: Call, options: Options): Stream {
  const [name] = options.operands
  const text = `${call.name} ${join(call.args).text}`.trim()
  // `build:prod` only builds; `build:deploy` does not.
  const makes =
    /^(build|compile|bundle|test|lint|check|start|dev|watch|clean|analyze)([:.-](prod|production|release))?$/
  const sensitive =
    !makes.test(name?.text ?? '') &&
    /^(deploy|publish|release|prod|production|push|migrate|seed|reset|drop|destroy|clean:all|postinstall|eject|nuke|provision|ship|rollback)\b|[:.-](deploy|publish|release|prod|production|drop|destroy|reset|push)\b/i.test(
      name?.text ?? '',
    )
  call.walk.findings.note('packages', sensitive ? 'run-sensitive' : 'run-script', text)
  noteForeign(text, call)
  return QUIET
}

/** A key is asked for; with a value it is set. */
function setting(call: Call, options: Options): undefined {
  if (options.operands.length > 1 || hasOption(options, 'unset'))
    call.walk.findings.note('packages', 'configure', `${call.name} ${join(call.args).text}`)
  return undefined
}

function configured(call: Call): undefined {
  if (call.args.some(({ text }) => /_auth|password|token|_key/i.test(text)))
    call.walk.findings.note('secrets', 'print', `${call.name} ${join(call.args).text}`)
  return undefined
}

/** `npm version` alone lists versions; with a word it makes one. */
function version(call: Call, options: Options): undefined {
  if (options.operands.length > 0 || hasOption(options, 'new-version', 'major', 'minor', 'patch'))
    call.walk.findings.note('packages', 'version', `${call.name} ${join(call.args).text}`)
  return undefined
}

const NODE_COMMANDS = acts({
  'test t tst start stop restart build dev lint typecheck check format-check': {
    act: 'packages/run-script',
    takes: NODE_TAKES,
    options: { 'script-shell node-options': 'execute/option' },
  },
  'run run-script': { takes: NODE_TAKES, options: NODE_OPTIONS, handle: runDeclared },
  'ci clean-install rebuild dedupe prune': 'packages/declared',
  'install i add isntall install-test it': INSTALL,
  'up update upgrade': { takes: NODE_TAKES, act: 'packages/update' },
  'ls list ll la view info show outdated why explain search find help docs bugs repo root prefix bin version-check ping fund diff query doctor licenses whoami store-path pkg-get sbom':
    'packages/inspect',
  audit: {
    act: 'packages/inspect',
    subcommands: { fix: 'packages/install', signatures: 'packages/inspect' },
  },
  config: {
    act: 'packages/configure',
    subcommands: acts({ 'get list ls': { act: 'packages/inspect', handle: configured } }),
  },
  'uninstall remove rm un unlink r': 'packages/remove',
  'exec x dlx create init': { handle: runPackage },
  'publish unpublish deprecate dist-tag owner access token login logout adduser team hook org profile star':
    'packages/publish',
  version: { act: 'packages/inspect', handle: version },
  pack: 'packages/declared',
  pkg: { act: 'packages/configure', subcommands: acts({ get: 'packages/inspect' }) },
  cache: {
    act: 'packages/configure',
    subcommands: acts({ 'ls list verify dir': 'packages/inspect', clean: 'execute/clean' }),
  },
  'set set-script link': 'packages/configure',
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
  ...each('ts-prune unimported type-coverage', { act: 'execute/test' }),
  husky: {
    act: 'execute/option',
    options: { 'version v': 'packages/inspect' },
    subcommands: acts({ 'install init': 'packages/declared' }),
  },
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
  ...each('pip-compile pip-sync', { act: 'packages/declared' }),
  ...each('npm-run-all run-s run-p', { act: 'packages/run-script' }),
  'wait-on': { act: 'execute/test' },
  ...each('pip pip3 pipx', {
    act: 'packages/other',
    takes: 'r requirement c constraint i index-url extra-index-url',
    subcommands: acts({
      'list show freeze check search index help debug cache-dir inspect': 'packages/inspect',
      install: PIP_INSTALL,
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
        subcommands: acts({
          'list show freeze check tree': 'packages/inspect',
          'sync compile': 'packages/declared',
          install: PIP_INSTALL,
        }),
      },
    }),
  },
  uvx: { handle: runPackage },
  ...each('poetry pdm hatch pipenv rye', {
    act: 'packages/other',
    subcommands: acts({
      'install lock sync build': 'packages/declared',
      'show check version env list graph about': 'packages/inspect',
      config: { act: 'packages/inspect', handle: setting },
      'test fmt lint': 'execute/test',
      update: 'packages/update',
      add: 'packages/install',
      remove: 'packages/remove',
      publish: 'packages/publish',
      run: { handle: runTool },
    }),
  }),
  ...each('conda mamba micromamba', {
    act: 'packages/install',
    subcommands: acts({
      'list info search compare': 'packages/inspect',
      env: { act: 'packages/install', subcommands: acts({ 'list export': 'packages/inspect' }) },
      run: { handle: runTool },
      activate: 'shell/output',
      remove: 'packages/remove',
    }),
  }),
  rustup: {
    act: 'packages/install',
    subcommands: acts({
      'show doc which check': 'packages/inspect',
      'toolchain target component override': {
        act: 'packages/toolchain',
        subcommands: { list: 'packages/inspect' },
      },
      run: { handle: runNamed },
    }),
  },
  ...each('bundle bundler', {
    act: 'packages/other',
    subcommands: acts({
      'install check': 'packages/declared',
      update: 'packages/update',
      'list show info outdated platform config doctor': 'packages/inspect',
      add: 'packages/install',
      exec: { handle: runTool },
    }),
  }),
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
      'install validate dump-autoload dumpautoload check-platform-reqs': 'packages/declared',
      'update upgrade': 'packages/update',
      'show outdated why audit': 'packages/inspect',
      require: 'packages/install',
      remove: 'packages/remove',
      'test lint phpstan phpunit cs analyse check': 'packages/run-script',
      'run run-script': { handle: runDeclared },
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
    subcommands: acts({ 'list info search show find': 'packages/inspect' }),
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
      run: { handle: runTool },
    }),
  }),
  corepack: { act: 'packages/toolchain' },
  ...each('ncu npm-check-updates', { act: 'packages/inspect', options: { 'u upgrade': 'packages/update' } }),
  changeset: {
    act: 'execute/test',
    subcommands: acts({
      status: 'execute/test',
      version: 'packages/version',
      'publish tag': 'packages/publish',
    }),
  },
}

/** `rustup run stable cargo build`: the first word names a toolchain. */
function runNamed(call: Call): Stream {
  const [, name, ...args] = call.args
  return name === undefined ? QUIET : invoke(name, args, call.walk, call.stdin)
}

/** `uv run`, `poetry run`, `bundle exec`: what runs comes from the project's own environment. */
function runTool(call: Call): Stream {
  const options = readOptions(call.args, {
    takes: new Set(
      'p python with with-requirements extra group n name cwd env-file package index index-url'.split(' '),
    ),
    stopAtOperand: true,
  })
  const [name, ...args] = options.operands
  if (name === undefined) return QUIET
  const own = call.args.slice(0, call.args.indexOf(name))
  if (own.length > 0) noteForeign(call.name, { ...call, args: own })
  if (hasOption(options, 'with', 'with-requirements', 'index', 'index-url'))
    call.walk.findings.note('packages', 'install', `${call.name} --with`)
  return invoke(name, args, call.walk, call.stdin)
}
