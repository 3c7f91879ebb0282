import { invoke, shown } from '../invoke.js'
import { hasOption, readOptions } from '../options.js'
import type { Options } from '../options.js'
import { noteForeign } from '../project-work.js'
import { join } from '../value.js'
import type { Stream } from '../value.js'
import { printsUnknown } from '../walk.js'
import { acts, each } from './each.js'
import { install } from './install.js'
import { runTask } from './ecosystems.js'
import { runDeclared, runPackage } from './node-packages.js'
import type { Call, Spec, SpecTable } from './spec.js'

/** pipenv's `install` takes names, the others' does not. */
function installDeclared(call: Call, options: Options): Stream {
  return install(call, call.name.startsWith('pipenv') ? options : { ...options, operands: [] })
}

const PIP_INSTALL: Spec = {
  takes:
    'r requirement c constraint i index-url extra-index-url f find-links t target prefix root e editable python p group extra',
  handle: install,
}

/** A key is asked for; with a value it is set. */
function setting(call: Call, options: Options): undefined {
  if (options.operands.length > 1 || hasOption(options, 'unset'))
    call.walk.findings.note('packages', 'configure', `${call.name} ${join(call.args).text}`)
  return undefined
}

/** `bundle config name value`, with `set` before it or without. */
function bundleSetting(call: Call, { operands, ...options }: Options): undefined {
  const [verb] = operands
  if (/^(get|list)$/.test(verb?.text ?? '')) return undefined
  const sets = /^(set|unset)$/.test(verb?.text ?? '') || hasOption({ operands, ...options }, 'delete')
  if (sets || operands.length > 1)
    call.walk.findings.note('packages', 'configure', `${call.name} ${join(call.args).text}`)
  return undefined
}

export const PACKAGES: SpecTable = {
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
      run: { handle: runPackage },
      runpip: 'packages/run-remote',
      config: 'packages/configure',
    }),
  }),
  uv: {
    act: 'packages/other',
    subcommands: acts({
      'sync lock venv build init format': 'packages/declared',
      'tree version help self auth-helper': 'packages/inspect',
      export: {
        act: 'packages/inspect',
        takes: 'o output-file format',
        options: { 'o output-file': 'write' },
      },
      python: {
        act: 'packages/toolchain',
        subcommands: acts({ 'list find dir': 'packages/inspect', pin: 'packages/declared' }),
      },
      cache: {
        act: 'packages/configure',
        subcommands: acts({ 'dir size': 'packages/inspect', 'clean prune': 'execute/clean' }),
      },
      add: 'packages/install',
      remove: 'packages/remove',
      publish: 'packages/publish',
      run: { handle: runTool },
      tool: {
        act: 'packages/run-remote',
        subcommands: acts({ 'list dir': 'packages/inspect', run: { handle: runPackage } }),
      },
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
  ...each('poetry pipenv', {
    act: 'packages/other',
    subcommands: acts({
      'lock sync build': 'packages/declared',
      install: { takes: 'only with without extras E group G python', handle: installDeclared },
      'show check version list graph about info export requirements verify outdated search dep':
        'packages/inspect',
      env: {
        act: 'packages/inspect',
        subcommands: { remove: 'packages/remove', prune: 'packages/remove', use: 'packages/declared' },
      },
      config: { act: 'packages/inspect', handle: setting },
      'test fmt lint': 'execute/test',
      update: 'packages/update',
      add: 'packages/install',
      remove: 'packages/remove',
      publish: 'packages/publish',
      run: { handle: runTool },
    }),
  }),
  ...each('pdm hatch rye', {
    act: 'packages/other',
    subcommands: acts({
      'lock sync build': 'packages/declared',
      install: { takes: 'only with without extras E group G python', handle: installDeclared },
      'show check version list graph about info export outdated search dep status': 'packages/inspect',
      env: {
        act: 'packages/inspect',
        subcommands: {
          remove: 'packages/remove',
          prune: 'packages/remove',
          use: 'packages/declared',
          run: { handle: runTask },
        },
      },
      config: { act: 'packages/inspect', handle: setting },
      'test fmt lint': 'execute/test',
      update: 'packages/update',
      add: 'packages/install',
      remove: 'packages/remove',
      publish: 'packages/publish',
      // Scripts of pyproject.toml, and programs of the environment.
      run: { handle: runTask, takes: 'p project e env' },
    }),
  }),
  ...each('conda mamba micromamba', {
    act: 'packages/install',
    subcommands: acts({
      'list info search compare': 'packages/inspect',
      env: { act: 'packages/install', subcommands: acts({ 'list export': 'packages/inspect' }) },
      run: { handle: runTool },
      'shell.bash shell.zsh': { handle: tellSettings },
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
      'list show info outdated platform doctor': 'packages/inspect',
      config: {
        act: 'packages/inspect',
        handle: bundleSetting,
      },
      add: 'packages/install',
      exec: { handle: runTool },
    }),
  }),
  gem: {
    act: 'packages/install',
    subcommands: acts({
      'list search info environment': 'packages/inspect',
      'push yank owner': 'packages/publish',
      'build unpack specification which contents': 'execute/build',
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
    options: {
      'l L s S list listfiles status search qa q': 'packages/inspect',
      'pipe eval E define D root dbpath': 'execute/option',
    },
  }),
  ...each('yum dnf microdnf zypper pacman apk snap flatpak port emerge nix-env', {
    act: 'packages/system',
    subcommands: acts({ 'list info search show find': 'packages/inspect' }),
  }),
  brew: {
    act: 'packages/system',
    subcommands: acts({
      'list ls info search outdated deps config doctor leaves': 'packages/inspect',
      shellenv: { handle: tellSettings },
      services: 'system/service',
    }),
  },
  // A version for this shell only; mise's `use` installs it and writes it down.
  ...each('nvm fnm', {
    act: 'packages/toolchain',
    subcommands: acts({
      'ls list current which use version versions where': 'packages/inspect',
      env: { handle: tellSettings },
      exec: { handle: runTool },
      run: { handle: runTool },
    }),
  }),
  ...each('volta asdf mise pyenv rbenv sdk', {
    act: 'packages/toolchain',
    subcommands: acts({
      'ls list current which version versions where root prefix whence shims doctor': 'packages/inspect',
      'init virtualenv-init activate': { handle: tellSettings },
      // Writes down which version this project is for.
      local: 'packages/declared',
      exec: { handle: runTool },
      x: { handle: runTool },
      run: { handle: runTask },
    }),
  }),
  // Of C and C++: what the project's own file lists.
  ...each('conan vcpkg', {
    act: 'packages/other',
    subcommands: acts({
      'list search info inspect graph version': 'packages/inspect',
      profile: {
        act: 'packages/configure',
        subcommands: acts({ 'list show detect path': 'packages/inspect' }),
      },
      install: {
        takes: 'r remote s settings o options b build pr profile of output-folder',
        handle: install,
      },
      build: 'execute/build',
      'create upload remote remove': 'packages/publish',
    }),
  }),
}

/** Prints settings to be obeyed by a shell of the kind that is named. */
export function tellSettings(call: Call): Stream {
  const isPlain = call.args.every(({ text }) =>
    /^(-|hook|(--shell[= ])?(bash|zsh|sh)|--shell|--(bash|zsh|sh|path|no-rehash|use-on-cd))$/.test(text),
  )
  call.walk.findings.note('packages', isPlain ? 'inspect' : 'toolchain', shown(call))
  return printsUnknown()
}

/** `rustup run stable cargo build`: the first word names a toolchain. */
function runNamed(call: Call): Stream {
  const [, name, ...args] = call.args
  return name === undefined ? printsUnknown() : invoke(name, args, call.walk, call.stdin)
}

/** `uv run`, `poetry run`, `bundle exec`: what runs comes from the project's own environment. */
export function runTool(call: Call): Stream {
  const options = readOptions(call.args, {
    takes: new Set(
      'p python with with-requirements extra group n name cwd env-file package index index-url'.split(' '),
    ),
    stopAtOperand: true,
  })
  const [name, ...args] = options.operands
  if (name === undefined) return printsUnknown()
  const own = call.args.slice(0, call.args.indexOf(name))
  if (own.length > 0) noteForeign(call.name, { ...call, args: own })
  if (hasOption(options, 'with', 'with-requirements', 'index', 'index-url'))
    call.walk.findings.note('packages', 'install', `${call.name} --with`)
  return invoke(name, args, call.walk, call.stdin)
}
