import { invoke, writeFile } from '../invoke.js'
import { hasOption, readOptions } from '../options.js'
import type { Options } from '../options.js'
import { noteForeign } from '../project-work.js'
import { join, literal } from '../value.js'
import type { Stream } from '../value.js'
import { printsUnknown, printsVariables, runText } from '../walk.js'
import { acts, each } from './each.js'
import { install } from './install.js'
import type { Call, Spec, SpecTable } from './spec.js'

const NODE_TAKES = 'prefix C dir w workspace filter F registry cwd loglevel tag otp access'

/** Settings by which npm runs another shell or program, or works elsewhere. */
const NODE_OPTIONS = {
  'script-shell shell node-options git userconfig globalconfig': 'execute/option',
  'prefix dir C cwd': 'within',
} as const

const INSTALL: Spec = { takes: NODE_TAKES, handle: install }

/** Programs of a project's own toolbox, which test, check, format and build it. */
const TOOLS =
  'tsc eslint prettier jest vitest mocha ava tap biome oxlint knip stylelint playwright cypress webpack rollup esbuild vite turbo nx lerna next nuxt astro svelte-check vue-tsc tsup swc babel npm-check depcheck madge size-limit publint attw typedoc graphql-codegen storybook ng lint-staged commitlint tsd c8 nyc sass postcss tailwindcss rush gulp grunt parcel rspack rsbuild rslib tsdown unbuild microbundle ncc pkg dprint standard xo tslint jscpd cspell remark markdownlint-cli2 alex textlint htmlhint lighthouse-ci lhci wdio nightwatch testcafe karma jasmine qunit uvu c12 attw api-extractor typedoc jsdoc tsc-alias tsc-watch glint ember quasar vue-cli-service react-scripts craco expo remix qwik stencil ladle histoire license-checker sort-package-json syncpack manypkg sherif wireit moon size-limit bundlesize source-map-explorer webpack-bundle-analyzer svgo terser uglifyjs cleancss html-minifier imagemin i18next graphql-inspector openapi-typescript swagger-cli redocly spectral newman artillery autocannon k6 lerna-lite nps'

export function runPackage(call: Call): Stream {
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
    return printsUnknown()
  }
  // A package of another name than its program.
  const program = PROGRAMS[name.text]
  if (program !== undefined) return invoke(literal(program), args, walk, call.stdin)
  // Only programs of the toolbox: anything else may be fetched from the registry under any name.
  if (TOOLBOX.has(name.text)) return invoke(name, args, walk, call.stdin)
  walk.findings.note('packages', 'run-remote', `${call.name} ${name.text}`)
  return printsUnknown()
}
const TOOLBOX = new Set(
  [
    ...TOOLS.split(' '),
    'cap react-native electron markdownlint nuxi browserslist expo-doctor patch-package start-server-and-test storybook wscat vue-tsc markdown-link-check zod-to-json-schema json-schema-to-typescript typescript-json-schema openapi-zod-client orval kubb protobufjs ts-proto ts-node-dev esbuild-visualizer vite-bundle-visualizer rollup-plugin-visualizer source-map-explorer lint-package-json tsc-files tsup unbuild pkgroll vitepress docusaurus envinfo is-my-node-vulnerable npm-packlist readability pagefind linkinator ts-prune npm-check-updates ncu husky unimported type-coverage tsx ts-node rimraf prisma changeset lighthouse cross-env concurrently npm-run-all wait-on http-server serve nodemon json-server knex typeorm drizzle-kit sequelize wrangler',
    'stryker gatsby elm-test elm-format elm elm-review solhint hardhat truffle taplo sqlfluff shellcheck hadolint actionlint bats sass-lint csslint textlint jscpd purgecss serve-handler pa11y lighthouse-ci wasm-pack',
    'ruff black isort mypy flake8 pylint pytest pre-commit pyright coverage tox nox bandit codespell pyupgrade vulture',
  ]
    .join(' ')
    .split(' '),
)

/** Packages of well-known tools, by the program that each of them brings. */
const PROGRAMS: Readonly<Record<string, string>> = {
  '@biomejs/biome': 'biome',
  '@arethetypeswrong/cli': 'attw',
  '@redocly/cli': 'redocly',
  '@stoplight/spectral-cli': 'spectral',
  '@angular/cli': 'ng',
  '@playwright/test': 'playwright',
  '@tailwindcss/cli': 'tailwindcss',
  '@changesets/cli': 'changeset',
  '@commitlint/cli': 'commitlint',
  '@openapitools/openapi-generator-cli': 'openapi-generator-cli',
  '@graphql-codegen/cli': 'graphql-codegen',
  '@microsoft/api-extractor': 'api-extractor',
  '@lhci/cli': 'lhci',
  '@svgr/cli': 'svgr',
  '@swc/cli': 'swc',
  '@babel/cli': 'babel',
  '@ast-grep/cli': 'ast-grep',
  '@eslint/config-inspector': 'eslint',
  'markdownlint-cli': 'markdownlint',
  typescript: 'tsc',
}

/** `npm create x` runs the package `create-x`, wherever it comes from; without a name a file is made. */
function createPackage(call: Call, options: Options): Stream {
  const text = `${call.name} ${join(call.args).text}`.trim()
  call.walk.findings.note('packages', options.operands.length > 0 ? 'run-remote' : 'inspect', text)
  return printsUnknown()
}

/** `yarn workspace name command`: what it would be here. */
function inWorkspace(call: Call): Stream {
  const tool = call.name.split(' ')[0] ?? call.name
  return invoke(literal(tool), call.args.slice(1), call.walk, call.stdin)
}

export function runDeclared(call: Call, options: Options): Stream {
  const [name] = options.operands
  const text = `${call.name} ${join(call.args).text}`.trim()
  // Where no script is called so, npm and yarn list the environment.
  if (name?.text === 'env') {
    call.walk.findings.note('packages', 'run-script', text)
    return printsVariables()
  }
  // `build:prod` only builds; `build:deploy` does not.
  const makes =
    /^(build|compile|bundle|test|lint|check|start|dev|watch|clean|analyze)([:.-](prod|production|release))?$/
  const sensitive =
    !makes.test(name?.text ?? '') &&
    /^(deploy|publish|release|prod|production|push|migrate|seed|reset|drop|destroy|clean:all|postinstall|eject|nuke|provision|ship|rollback|wipe|purge|erase|truncate|teardown|delete)\b|[:.-](deploy|publish|release|prod|production|drop|destroy|reset|push|wipe|purge|nuke|delete)\b/i.test(
      name?.text ?? '',
    )
  call.walk.findings.note('packages', sensitive ? 'run-sensitive' : 'run-script', text)
  noteForeign(text, call)
  return printsUnknown()
}

function configured(call: Call): undefined {
  if (call.args.some(({ text }) => /_auth|password|token|_key/i.test(text)))
    call.walk.findings.note('secrets', 'print', `${call.name} ${join(call.args).text}`)
  return undefined
}

/** `start-server-and-test start http://localhost:3000 test`: two scripts of the project and an address of this machine. */
function servedTest(call: Call): Stream {
  for (const { text } of call.args) {
    if (/^(https?:\/\/(localhost|127\.0\.0\.1)|\d+$|:\d+$|tcp:|https?-get:\/\/localhost)/.test(text)) continue
    // A word is a script of the project; a text is a command.
    runText(/\s/.test(text) ? text : `npm run ${text}`, call.walk, undefined)
  }
  return printsUnknown()
}

/** `electron .`: the project's own program, and not one that is named by an address or an option. */
function ownApplication(call: Call): undefined {
  if (call.args.some(({ text }) => /^(-r|--require|-i|--interactive|-a|--abi)/.test(text)))
    call.walk.findings.note('execute', 'option', `electron ${join(call.args).text}`)
  return undefined
}

/** A field of package.json that says what the package is; what it runs, needs and publishes is asked about. */
const PLAIN_FIELDS =
  /^(name|version|description|keywords(\[\]|\[\d+\])?|license|type|private|author|homepage|sideEffects|main|module|types|typings|engines\.\w+|packageManager|files(\[\]|\[\d+\])?)=/
function setField(call: Call, options: Options): Stream {
  const plain = options.operands.every(({ text }) => PLAIN_FIELDS.test(text))
  const text = `${call.name} ${join(call.args).text}`
  call.walk.findings.note('packages', plain ? 'declared' : 'configure', text)
  writeFile(literal('package.json'), call.walk)
  return printsUnknown()
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
  'ci clean-install rebuild dedupe prune': {
    act: 'packages/declared',
    takes: NODE_TAKES,
    options: { registry: 'packages/foreign-registry' },
  },
  'install i add isntall install-test it': INSTALL,
  'up update upgrade': { takes: NODE_TAKES, act: 'packages/update' },
  'ls list ll la view info show outdated why explain search find help docs bugs repo root prefix bin version-check ping fund diff query doctor licenses whoami store-path pkg-get sbom':
    {
      act: 'packages/inspect',
      takes: NODE_TAKES,
      // Another registry is told who asks.
      options: { registry: 'packages/foreign-registry' },
    },
  audit: {
    act: 'packages/inspect',
    subcommands: { fix: 'packages/install', signatures: 'packages/inspect' },
  },
  config: {
    act: 'packages/configure',
    subcommands: acts({ 'get list ls': { act: 'packages/inspect', handle: configured } }),
  },
  'uninstall remove rm un unlink r': 'packages/remove',
  'exec x dlx': { handle: runPackage },
  'create init': { handle: createPackage },
  publish: { act: 'packages/publish', takes: NODE_TAKES, options: { 'dry-run': 'packages/declared' } },
  'unpublish deprecate dist-tag owner access token login logout adduser team hook org profile star':
    'packages/publish',
  version: { act: 'packages/inspect', handle: version },
  pack: 'packages/declared',
  pkg: {
    act: 'packages/configure',
    subcommands: acts({ get: 'packages/inspect', fix: 'packages/declared', set: { handle: setField } }),
  },
  store: {
    act: 'packages/configure',
    subcommands: acts({ 'path status': 'packages/inspect', prune: 'execute/clean' }),
  },
  pm: {
    act: 'packages/configure',
    subcommands: acts({ 'ls bin hash hash-string cache default-trusted why': 'packages/inspect' }),
  },
  npm: { act: 'packages/publish', subcommands: acts({ 'audit info whoami': 'packages/inspect' }) },
  constraints: { act: 'packages/inspect', options: { fix: 'packages/configure' } },
  cache: {
    act: 'packages/configure',
    subcommands: acts({ 'ls list verify dir': 'packages/inspect', clean: 'execute/clean' }),
  },
  'set set-script link': 'packages/configure',
  workspaces: { act: 'packages/run-script', subcommands: acts({ 'list info': 'packages/inspect' }) },
  workspace: { handle: inWorkspace },
})

const NODE_TOOL: Spec = {
  act: 'packages/run-script-unnamed',
  alone: 'packages/declared',
  takes: NODE_TAKES,
  options: NODE_OPTIONS,
  subcommands: {
    ...NODE_COMMANDS,
    ...acts({ [TOOLS]: 'execute/test', global: 'packages/install-global' }),
  },
}
const BUN: Spec = {
  ...NODE_TOOL,
  options: {
    ...NODE_OPTIONS,
    'e eval p print': 'execute/inline',
    'r preload require import': 'execute/option',
  },
}

/** JavaScript's package managers, and the tools that they bring. */
export const NODE_PACKAGES: SpecTable = {
  npm: { act: 'packages/other', takes: NODE_TAKES, options: NODE_OPTIONS, subcommands: NODE_COMMANDS },
  ...each('pnpm yarn', NODE_TOOL),
  bun: BUN,
  ...each('npx pnpx bunx', { handle: runPackage }),
  ...each(TOOLS, { act: 'execute/test' }),
  lerna: { act: 'execute/test', subcommands: { version: 'packages/version', publish: 'packages/publish' } },
  turbo: { act: 'execute/test', subcommands: acts({ 'login link logout unlink': 'packages/publish' }) },
  nx: { act: 'execute/test', subcommands: acts({ 'migrate add connect login': 'packages/install' }) },
  ng: { act: 'execute/test', subcommands: acts({ 'add update': 'packages/install' }) },
  playwright: {
    act: 'execute/test',
    subcommands: acts({
      install: { act: 'execute/test', options: { 'with-deps': 'packages/system' } },
      'install-deps': 'packages/system',
      'codegen open': 'execute/interactive',
    }),
  },
  cypress: {
    act: 'execute/test',
    subcommands: { run: { act: 'execute/test', options: { 'record k key': 'packages/publish' } } },
  },
  k6: { act: 'execute/test', subcommands: acts({ 'cloud login': 'packages/publish' }) },
  'npm-check': { act: 'execute/test', options: { 'u update y update-all': 'packages/update' } },
  ...each(
    'ts-prune unimported type-coverage markdownlint nuxi browserslist expo-doctor markdown-link-check zod-to-json-schema json-schema-to-typescript typescript-json-schema openapi-zod-client orval kubb protobufjs ts-proto esbuild-visualizer vite-bundle-visualizer lint-package-json tsc-files pkgroll envinfo npm-packlist pagefind linkinator',
    { act: 'execute/test' },
  ),
  // Changes an installed dependency by a patch that the project holds.
  'patch-package': { act: 'packages/declared', options: { 'patch-dir': 'within' }, takes: 'patch-dir' },
  cap: {
    act: 'execute/build',
    subcommands: acts({
      'sync copy update ls doctor build': 'execute/build',
      'add init migrate telemetry': 'packages/install',
      'run open': 'execute/interactive',
    }),
  },
  'react-native': {
    act: 'execute/test',
    subcommands: acts({
      'run-ios run-android start bundle config info doctor log-ios log-android build-ios build-android codegen':
        'execute/build',
      'init upgrade': 'packages/install',
    }),
  },
  electron: { act: 'execute/build', handle: ownApplication },
  'ts-node-dev': { act: 'execute/test', options: { 'r require': 'execute/option' } },
  'start-server-and-test': { wraps: true, handle: servedTest },
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
