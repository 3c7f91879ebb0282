import { invoke } from '../invoke.js'
import { hasOption, optionValues } from '../options.js'
import type { Options } from '../options.js'
import { noteVariable } from '../obeyed.js'
import { ENDS, HOW, isDry, isSensitiveName, noteForeign, reaches } from '../project-work.js'
import { readFile } from '../redirect.js'
import { join, literal } from '../value.js'
import type { Stream, Value } from '../value.js'
import { printsUnknown, printsVariables, QUIET } from '../walk.js'
import { noteBuilt, runsOther } from './built.js'
import { acts, each } from './each.js'
import type { Call, Spec, SpecTable } from './spec.js'

/** Targets whose names say that they reach further than the project. */
const SENSITIVE =
  /(^|[:.\-_])(deploy|publish|release|install|uninstall|push|destroy|drop|reset|prod|production|upload|nuke|purge|provision|flash|migrate|seed|rollback)([:.\-_]|$)/i
/** Where `install` puts what was built in the user's own repository of builds. */
const INSTALLS_HERE = /^(mvn|mvnw|gradle|gradlew|stack|cabal|dotnet|mix|rebar3|lein|sbt)$/
/** Tools whose `release` puts a release together, and publishes none. */
const RELEASES_HERE = /^(mix|rebar3)$/

/** Goals of Maven's plugins that build, look and check. Any other plugin may do anything. */
const MAVEN_GOALS =
  /^((dependency|versions|help|enforcer|spotless|checkstyle|pmd|spotbugs|jacoco|surefire|failsafe|compiler|resources|jar|war|source|javadoc|site|project-info-reports|license|formatter|fmt|git-commit-id|build-helper|ktlint|kotlin|scalafmt|scala|cyclonedx|owasp|org\.owasp|flatten|shade|assembly|sortpom|clean|tidy|duplicate-finder|forbiddenapis|errorprone|pitest|quarkus|spring-boot|micronaut|jetty|liberty|wildfly|antlr4|protobuf|jib|frontend|eclipse|idea|wrapper|sonar|animal-sniffer|impsort|rewrite|japicmp|archunit|modernizer|gmavenplus|tycho):(?!.*(deploy|push|get|purge|copy|unpack|publish|upload|undeploy|shutdown|install)).+)$/
/** A word that ends something, or takes it elsewhere, in a task named like `flywayClean`. */
const SENSITIVE_TASKS =
  /(^|:)((publish|deploy|upload|release|undeploy|promote|drop|destroy|purge|wipe|push)[A-Z]\w*|\w*(DropAll|Undeploy|Publish\w*|Deploy\w*)|flyway(Clean|Undo|Repair|Baseline|Migrate)|liquibase(?!Status|Validate|Diff)\w+|jib|closeAndRelease\w*|dockerPush\w*|bintrayUpload)$/

/** cmake's own small programs, by the commands that they are. */
const CMAKE_TOOLS: Readonly<Record<string, string>> = {
  rm: 'rm',
  remove: 'rm',
  remove_directory: 'rm -r',
  copy: 'cp',
  copy_directory: 'cp',
  copy_if_different: 'cp',
  copy_directory_if_different: 'cp',
  rename: 'mv',
  make_directory: 'mkdir',
  touch: 'touch',
  touch_nocreate: 'touch',
  create_symlink: 'ln -s',
  create_hardlink: 'ln',
  cat: 'cat',
  env: 'env',
  time: 'time',
  tar: 'tar',
  chdir: 'env -C',
  md5sum: 'md5sum',
  sha256sum: 'sha256sum',
  compare_files: 'cmp',
  echo: 'echo',
}

/** cmake configures and builds; `-P` runs a script in its own language, `-E` one of its small programs. */
function cmake(call: Call): Stream {
  const { args, walk } = call
  const script = args.findIndex(({ text }) => text === '-P')
  if (script !== -1) {
    const file = args[script + 1]
    if (file !== undefined) readFile(file, walk)
    walk.findings.note('execute', 'module', `cmake ${join(args).text}`)
    return QUIET
  }
  if (args[0]?.text !== '-E') return target(call)
  const tool = CMAKE_TOOLS[args[1]?.text ?? '']?.split(' ').map(literal)
  const [name, ...own] = tool ?? []
  if (name !== undefined) return invoke(name, [...own, ...args.slice(2)], walk, call.stdin)
  const looks = /^(capabilities|environment|sleep|true|false|sha\d+sum|__\w+)?$/.test(args[1]?.text ?? '')
  walk.findings.note(looks ? 'shell' : 'execute', looks ? 'inspect' : 'option', `cmake ${join(args).text}`)
  return args[1]?.text === 'environment' ? printsVariables() : QUIET
}

/** Build tools do what their targets say: some names say that they reach further than the project. */
export function target(call: Call): Stream {
  const { name, args, walk } = call
  const tool = name.split(' ')[0] ?? name
  const text = `${name} ${join(args).text}`.trim()
  for (const { text: arg } of args) {
    const [, variable, value] = /^([A-Za-z_]\w*)\??[:+]?=([\s\S]*)$/.exec(arg) ?? []
    if (variable !== undefined) noteVariable(variable, literal(value ?? ''), walk)
  }
  const piped = args.some(
    (arg, i) => arg.text === '-' && /^(-f|--file|--makefile)$/.test(args[i - 1]?.text ?? ''),
  )
  const runs = piped || runsOther(tool, args)
  const dry =
    args.some((arg) =>
      /^(-[a-z]*n|--dry-run|--just-print|--recon|--help|--list|--version|-m:dry)$/.test(arg.text),
    ) && /^(make|gmake|ninja|just|task|rake|gradlew?)$/.test(tool)
  const names = args.filter(
    (arg, i) => !arg.text.startsWith('-') && !arg.text.includes('=') && !HOW.test(args[i - 1]?.text ?? ''),
  )
  const sensitive =
    reaches(call) ||
    names.some(
      ({ text: one }) =>
        SENSITIVE.test(one) &&
        !/[:.-](status|version|check|plan|dry-?run)$/.test(one) &&
        !(/^install\w*$/.test(one) && INSTALLS_HERE.test(tool)) &&
        !(one === 'release' && RELEASES_HERE.test(tool)),
    )
  const elsewhere =
    (/^mvnw?$/.test(tool) && names.some(({ text: one }) => one.includes(':') && !MAVEN_GOALS.test(one))) ||
    (/^(gradlew?|sbt|mill|ant)$/.test(tool) && names.some(({ text: one }) => SENSITIVE_TASKS.test(one))) ||
    (/^(bazel|bazelisk)$/.test(tool) && names.some(({ text: one }) => one.startsWith('@')))
  const tests = names.some(({ text: one }) => /test|check|lint|spec/.test(one))
  const act = runs
    ? 'option'
    : (sensitive || elsewhere) && !dry
      ? 'sensitive-target'
      : tests
        ? 'test'
        : 'build'
  walk.findings.note('execute', act, text)
  if (act === 'test' || act === 'build') noteForeign(text, call)
  if (act === 'build' && !dry) noteBuilt(call, [])
  return QUIET
}

const NO_OTHER_PROGRAMS = { 'exec toolexec vettool overlay modfile': 'execute/option' } as const
const CARGO: Pick<Spec, 'takes' | 'options'> = {
  takes: 'p package manifest-path features target j jobs config Z bin example profile test bench',
  options: { 'config Z': 'execute/option' },
}

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

/** A program of the project whose name or arguments say that it ends something. */
function endsSomething(args: readonly Value[]): boolean {
  return (
    args.some(({ text }) => (!text.startsWith('-') && isSensitiveName(text)) || ENDS.test(text)) &&
    !isDry(args)
  )
}

/** `cargo run` names its program, and what it is told. */
function cargoRun(call: Call): undefined {
  if (endsSomething(call.args))
    call.walk.findings.note('execute', 'sensitive-target', `${call.name} ${join(call.args).text}`)
  return undefined
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
  return QUIET
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
  return QUIET
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

/** What builds, tests, checks and formats: everyday work as long as it is the project's. */
export const BUILD: SpecTable = {
  ...each(
    'pytest py.test tox nox mypy ruff black flake8 isort pyright bandit codespell pyupgrade vulture autopep8 yapf pydocstyle pyflakes pycodestyle radon interrogate safety sphinx-build nbqa pyinstaller cython ty basedpyright hypothesis behave locust nosetests trial',
    { act: 'execute/test' },
  ),
  ...each(
    'rustc rustfmt gofmt goimports clang-format clang-tidy shellcheck shfmt hadolint yamllint actionlint markdownlint golangci-lint staticcheck rubocop tflint checkstyle ktlint swiftlint swiftformat regal protoc-gen-go cppcheck cpplint include-what-you-use gocyclo gosec errcheck revive gofumpt gotestsum ginkgo mockgen sqlfluff sqlc ansible-lint kubeconform prettierd vale proselint credo dialyzer erlc elixirc elm elm-test elm-format scalafmt scalafix detekt spotbugs pmd google-java-format phpcs phpcbf php-cs-fixer psalm pest infection phan rector erb_lint reek brakeman standardrb haml-lint slim-lint srb steep luacheck stylua busted ormolu hlint fourmolu nixfmt alejandra ocamlformat dune juliaformatter perltidy perlcritic typst asciidoctor doxygen dprint taplo typos lychee gcov lcov gcovr genhtml llvm-cov llvm-profdata swiftgen sourcery slither solhint wasm-pack wasm-bindgen trunk maturin cscope cargo-nextest cargo-clippy rustdoc cargo-fmt ghcid hspec-discover stack-lint nbdime phpmd rpmlint lintian mdl checkov tfsec trivy-config terrascan conftest kubeval',
    { act: 'execute/test' },
  ),
  // Tools of the long lists below that also publish, install, serve or start what outlives them.
  ...each('prove', {
    act: 'execute/test',
    takes: 'e exec I archive',
    options: { 'e exec': 'execute/option' },
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
  opa: { act: 'execute/test', subcommands: acts({ run: 'network/listen' }) },
  buf: {
    act: 'execute/test',
    subcommands: acts({ push: 'packages/publish', registry: 'packages/publish', plugin: 'packages/publish' }),
  },
  cargo: {
    act: 'packages/other',
    ...CARGO,
    subcommands: acts({
      'test t check c clippy fmt bench doc nextest llvm-cov expand insta miri hack udeps semver-checks machete':
        {
          act: 'execute/test',
          ...CARGO,
        },
      'build b rustc rustdoc': { act: 'execute/build', ...CARGO },
      'run r': { act: 'execute/build', ...CARGO, handle: cargoRun },
      'tree metadata search version help verify-project pkgid audit deny outdated': 'packages/inspect',
      'fetch update generate-lockfile vendor': 'packages/declared',
      add: 'packages/install',
      install: 'packages/install',
      remove: 'packages/remove',
      uninstall: 'packages/remove',
      clean: 'execute/clean',
      publish: { act: 'packages/publish', options: { 'dry-run n': 'packages/declared' } },
      'yank login owner': 'packages/publish',
      'new init': 'execute/build',
    }),
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
