import { invoke } from '../invoke.js'
import { hasOption, optionValues } from '../options.js'
import type { Options } from '../options.js'
import { endsSomething, noteForeign } from '../project-work.js'
import { join, literal } from '../value.js'
import type { Stream } from '../value.js'
import { printsUnknown } from '../walk.js'
import { noteBuilt } from './built.js'
import { cmake } from './cmake.js'
import { acts, each } from './each.js'
import { noteDeletes } from './files.js'
import type { Call, Spec, SpecTable } from './spec.js'
import { target } from './target.js'

const NO_OTHER_PROGRAMS = { 'exec toolexec vettool overlay modfile': 'execute/option' } as const
function goBuild(call: Call, options: Options): undefined {
  const given = hasOption(options, 'exec', 'toolexec', 'overlay', 'modfile')
  if (!given) noteBuilt(call, optionValues(options, 'o'), [])
  return undefined
}

/** Whichever of go's commands: options that run another program. */
function goWatch(call: Call): void {
  if (
    call.args.some(({ text }) =>
      /^--?(toolexec|vettool|overlay|modfile)(=|$)|^-?-?ldflags=?.*-extld|^-extld/.test(text),
    )
  )
    call.walk.findings.note('execute', 'option', `go ${join(call.args).text}`)
}

/** `go run` of another module's path fetches it. */
function goRun(call: Call, options: Options): Stream {
  const name = options.operands[0]?.text ?? ''
  const remote = /@|^[\w-]+\.[\w.-]+\//.test(name) && !/\.go$/.test(name)
  const text = `${call.name} ${join(call.args).text}`
  const ends = !remote && endsSomething(call.args)
  const act = remote ? 'run-remote' : ends ? 'sensitive-target' : 'build'
  call.walk.findings.note(remote ? 'packages' : 'execute', act, text)
  if (!remote) noteForeign(text, call)
  return printsUnknown()
}

/** A query of Rego may ask the network, and tell the environment. */
function query(call: Call): undefined {
  if (call.args.some(({ text }) => /http\.send|opa\.runtime|net\.lookup|^https?:/.test(text)))
    call.walk.findings.note('execute', 'inline', `${call.name} ${join(call.args).text}`)
  return undefined
}

/** `coverage run x.py` runs what python would. */
function runModule(call: Call): Stream {
  return invoke(
    literal('python'),
    call.args.filter(
      ({ text }) => !/^--(source|branch|omit|include|parallel-mode|append|rcfile|concurrency)/.test(text),
    ),
    call.walk,
    call.stdin,
  )
}

/** dart's own package manager is one of its commands. */
function dart(call: Call): Stream {
  const [verb, what] = call.args.filter(({ text }) => !text.startsWith('-')).map(({ text }) => text)
  const text = `${call.name} ${join(call.args).text}`
  const act =
    verb !== 'pub'
      ? undefined
      : /^(add|global|run)$/.test(what ?? '')
        ? 'install'
        : /^(upgrade|downgrade)$/.test(what ?? '')
          ? 'update'
          : /^(publish|lish|login|token)$/.test(what ?? '')
            ? 'publish'
            : undefined
  if (act === undefined) return target(call)
  call.walk.findings.note('packages', act, text)
  return printsUnknown()
}

/** A notebook runs whatever it is sent: by anybody, when it listens for anybody or asks for no password. */
function notebook(call: Call): Stream {
  const text = `${call.name} ${join(call.args).text}`
  const open = call.args.some(({ text: arg }) =>
    /^--(ip|host)=?(0\.0\.0\.0|\*|::)?$|^(0\.0\.0\.0|\*)$|(token|password)=(''|"")?$|allow_origin=/i.test(
      arg,
    ),
  )
  call.walk.findings.note(open ? 'network' : 'execute', open ? 'listen' : 'serve', text)
  noteForeign(text, call)
  return printsUnknown()
}

/** .NET's one command is builder, package manager and publisher. */
const DOTNET: Spec = {
  act: 'packages/other',
  subcommands: acts({
    'build test run restore clean format watch msbuild pack new vstest sln build-server fsi': {
      handle: target,
    },
    'list --info --list-sdks --list-runtimes help workload-list search': 'packages/inspect',
    add: 'packages/install',
    remove: 'packages/remove',
    publish: 'execute/build',
    nuget: {
      act: 'packages/publish',
      subcommands: acts({
        list: 'packages/inspect',
        locals: 'packages/configure',
        verify: 'packages/inspect',
      }),
    },
    tool: {
      act: 'packages/install',
      subcommands: acts({ list: 'packages/inspect', restore: 'packages/declared', run: 'execute/module' }),
    },
    ef: {
      act: 'database/write',
      subcommands: acts({
        migrations: {
          act: 'execute/build',
          subcommands: acts({ 'list add script': 'execute/build', remove: 'filesystem/delete' }),
        },
        database: {
          act: 'database/write',
          subcommands: { drop: 'database/destroy', update: 'database/write' },
        },
        dbcontext: 'execute/build',
      }),
    },
    workload: 'packages/toolchain',
    'user-secrets dev-certs': 'secrets/credentials',
  }),
}

/** pytest empties the folder that it is told to keep its temporary files in. */
function pytest(call: Call, options: Options): undefined {
  for (const folder of optionValues(options, 'basetemp'))
    noteDeletes(call, [folder], { recursive: true, force: true, filtered: false })
  return undefined
}

/** What builds, tests, checks and formats: everyday work as long as it is the project's. */
export const BUILD: SpecTable = {
  ...each('pytest py.test', {
    act: 'execute/test',
    takes: 'basetemp k m n c o p W r rootdir maxfail junitxml',
    handle: pytest,
  }),
  ...each(
    'tox nox mypy ruff black flake8 isort pyright bandit codespell pyupgrade vulture autopep8 yapf pydocstyle pyflakes pycodestyle radon interrogate safety sphinx-build nbqa pyinstaller cython ty basedpyright hypothesis behave locust nosetests trial',
    { act: 'execute/test' },
  ),
  ...each(
    'rustc rustfmt gofmt goimports clang-format clang-tidy shellcheck shfmt hadolint yamllint actionlint markdownlint golangci-lint staticcheck rubocop tflint checkstyle ktlint swiftlint swiftformat regal protoc-gen-go cppcheck cpplint include-what-you-use gocyclo gosec errcheck revive gofumpt gotestsum ginkgo mockgen sqlfluff sqlc ansible-lint kubeconform prettierd vale proselint credo dialyzer erlc elixirc elm elm-test elm-format scalafmt scalafix detekt spotbugs pmd google-java-format phpcs phpcbf php-cs-fixer psalm pest infection phan rector erb_lint reek brakeman standardrb haml-lint slim-lint srb steep luacheck stylua busted ormolu hlint fourmolu nixfmt alejandra ocamlformat dune juliaformatter perltidy perlcritic typst asciidoctor doxygen dprint taplo typos lychee gcov lcov gcovr genhtml llvm-cov llvm-profdata swiftgen sourcery slither solhint wasm-pack wasm-bindgen trunk maturin cscope cargo-nextest cargo-clippy rustdoc cargo-fmt ghcid hspec-discover stack-lint nbdime phpmd rpmlint lintian mdl checkov tfsec trivy-config terrascan conftest kubeval',
    { act: 'execute/test' },
  ),
  // Tools of the long lists below that also publish, install, serve or start what outlives them.
  ...each('prove', {
    act: 'execute/test',
    takes: 'e exec I P archive',
    options: { 'e exec P': 'execute/option', I: 'within' },
  }),
  pylint: { act: 'execute/test', options: { 'init-hook': 'execute/option' } },
  ...each('jupyter', {
    act: 'execute/module',
    options: { 'version paths h help': 'shell/inspect' },
    subcommands: acts({
      'nbconvert execute run trust': 'execute/test',
      'notebook lab server': { handle: notebook },
      'labextension serverextension nbextension': 'packages/install-global',
      kernelspec: { act: 'packages/install-global', subcommands: { list: 'shell/inspect' } },
    }),
  }),
  'pre-commit': {
    act: 'execute/test',
    subcommands: acts({
      'run validate-config validate-manifest sample-config': 'execute/test',
      'install install-hooks gc clean': 'execute/test',
      uninstall: 'persistence/hook',
      autoupdate: 'packages/update',
      'try-repo hook-impl': 'execute/option',
    }),
  },
  ...each('forge hardhat truffle anchor', {
    act: 'execute/test',
    subcommands: acts({
      'create script run migrate deploy verify verify-contract console ignition': 'cloud/apply',
    }),
  }),
  opa: {
    act: 'execute/test',
    subcommands: acts({ run: 'network/listen', 'eval exec': { act: 'execute/test', handle: query } }),
  },
  buf: {
    act: 'execute/test',
    subcommands: acts({ push: 'packages/publish', registry: 'packages/publish', plugin: 'packages/publish' }),
  },
  go: {
    act: 'packages/other',
    watch: goWatch,
    subcommands: acts({
      'test vet': {
        act: 'execute/test',
        singleDash: true,
        takes: 'run bench count timeout tags coverprofile cpuprofile memprofile o',
        options: { ...NO_OTHER_PROGRAMS, 'o coverprofile cpuprofile memprofile': 'write' },
      },
      build: {
        act: 'execute/build',
        singleDash: true,
        takes: 'o tags ldflags',
        options: { o: 'write', ...NO_OTHER_PROGRAMS },
        handle: goBuild,
      },
      run: {
        singleDash: true,
        takes: 'tags ldflags',
        options: NO_OTHER_PROGRAMS,
        handle: goRun,
      },
      'version list doc help': 'packages/inspect',
      env: { act: 'packages/inspect', options: { w: 'packages/configure' } },
      'fmt fix': 'execute/test',
      work: {
        act: 'packages/declared',
        subcommands: acts({ 'sync use init edit vendor': 'packages/declared' }),
      },
      mod: {
        act: 'packages/declared',
        subcommands: acts({
          'tidy download verify vendor graph why init': 'packages/declared',
          edit: 'packages/declared',
        }),
      },
      get: 'packages/install',
      install: 'packages/install',
      generate: 'execute/build',
      clean: 'execute/clean',
      tool: 'execute/test',
    }),
  },
  ...each('make gmake ninja just task rake mage', { handle: target }),
  cmake: { handle: cmake },
  ...each(
    'ctest meson bazel bazelisk buck buck2 pants gradle gradlew mvn mvnw ant sbt lein mill clj clojure swift xcodebuild msbuild mix rebar3 stack cabal zig',
    { handle: target },
  ),
  ...each('dart flutter', { handle: dart }),
  dotnet: DOTNET,
  coverage: {
    act: 'execute/test',
    subcommands: {
      ...each('report html xml json lcov combine erase annotate debug', 'execute/test'),
      run: { handle: runModule },
    },
  },
  protoc: { act: 'execute/build', options: { 'plugin descriptor_set_in': 'execute/option' } },
  ...each('rspec phpunit phpstan cucumber minitest bats', { handle: target }),
}
