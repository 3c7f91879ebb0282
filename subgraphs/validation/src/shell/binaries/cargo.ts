import { invoke, runSpec } from '../invoke.js'
import { optionValues } from '../options.js'
import type { Options } from '../options.js'
import { endsSomething } from '../project-work.js'
import { join, literal } from '../value.js'
import type { Stream } from '../value.js'
import { printsUnknown, runText } from '../walk.js'
import { acts } from './each.js'
import type { Call, Spec, SpecTable } from './spec.js'
import { target } from './target.js'

const BUILDS: Pick<Spec, 'takes' | 'options'> = {
  takes: 'p package manifest-path features target j jobs config Z bin example profile test bench',
  options: { 'config Z': 'execute/option' },
}

/** `cargo run` names its program, and what it is told. */
function run(call: Call): undefined {
  if (endsSomething(call.args))
    call.walk.findings.note('execute', 'sensitive-target', `${call.name} ${join(call.args).text}`)
  return undefined
}

/** cargo-watch runs cargo's commands (`-x`), texts of a shell (`-s`) or one command, again and again. */
function watch(call: Call, options: Options): Stream {
  const { walk } = call
  const commands = optionValues(options, 'x', 'exec')
  for (const { text } of commands) runText(`cargo ${text}`, walk, undefined)
  const texts = optionValues(options, 's', 'shell')
  for (const { text } of texts) runText(text, walk, undefined)
  const [name, ...args] = options.operands
  if (name !== undefined) invoke(name, args, walk, undefined)
  else if (commands.length + texts.length === 0) walk.findings.note('execute', 'test', 'cargo watch')
  return printsUnknown()
}

const CARGO: Spec = {
  act: 'packages/other',
  ...BUILDS,
  subcommands: acts({
    'test t check c clippy fmt bench doc nextest llvm-cov expand insta miri hack udeps semver-checks machete tarpaulin bloat asm llvm-lines flamegraph fix mutants careful spellcheck sort geiger msrv rdme show-asm criterion sqlx-prepare dylint pgo remark profdata objdump nm size readobj readme component':
      { act: 'execute/test', ...BUILDS },
    'build b rustc rustdoc package ndk zigbuild cross xwin wasi lambda-build leptos tauri-build dist-build deb generate-rpm bundle':
      { act: 'execute/build', ...BUILDS },
    'run r': { act: 'execute/build', ...BUILDS, handle: run },
    'tree metadata search version help verify-project pkgid audit deny outdated locate-project read-manifest info about license crev':
      'packages/inspect',
    'fetch generate-lockfile vendor update': 'packages/declared',
    add: 'packages/install',
    install: 'packages/install',
    remove: 'packages/remove',
    uninstall: 'packages/remove',
    clean: 'execute/clean',
    publish: { act: 'packages/publish', options: { 'dry-run n': 'packages/declared' } },
    'yank login logout owner': 'packages/publish',
    'new init': 'execute/build',
    // The project's own tasks, by their names.
    'xtask make x': { handle: target },
    fuzz: {
      act: 'execute/test',
      subcommands: acts({ list: 'packages/inspect', 'build check run cmin tmin coverage': 'execute/test' }),
    },
    sqlx: { act: 'database/write', subcommands: acts({ prepare: 'execute/test' }) },
    watch: { takes: 'x exec s shell w watch i ignore d delay C workdir', handle: watch },
  }),
}

/** `cargo +nightly fmt`: the toolchain comes first; one that has a name of its own may be anything. */
function cargo(call: Call): Stream {
  const [first, ...rest] = call.args
  if (!first?.text.startsWith('+')) return runSpec(CARGO, call)
  if (!/^\+(stable|beta|nightly|\d+\.\d+(\.\d+)?)([-\w]*)?$/.test(first.text))
    call.walk.findings.note('packages', 'toolchain', `cargo ${first.text}`)
  return runSpec(CARGO, { ...call, args: rest.length === 0 ? [literal('--version')] : rest })
}

export const RUST: SpecTable = { cargo: { handle: cargo } }
