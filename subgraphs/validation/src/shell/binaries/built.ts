import type { Value } from '../value.js'
import { placeOfPath } from '../walk.js'
import type { Call } from './spec.js'

/** Options by which a build tool runs, or reads its build from, something else than the project. */
const RUNS_OTHER: readonly (readonly [RegExp, RegExp])[] = [
  [/^(make|gmake|just|task)$/, /^(--eval(=|$)|-E$|--shell(=|$)|--shell-command$|--command$|\.SHELLFLAGS)/],
  [/^(rake|rspec)$/, /^(-e|-E|-p|-O|--options(=.*)?|--execute\S*)$/],
  [/^ctest$/, /^(-S|-SP|-D|--build-and-test|--dashboard|--script)$/],
  [
    /^mvnw?$/,
    /^(exec:\w+|-Dexec\.\w+=.*|-Dmaven\.ext\.class\.path=.*|org\.codehaus\.mojo:exec-maven-plugin.*)$/,
  ],
  [/^gradlew?$/, /^(-I|--init-script(=.*)?|--include-build(=.*)?|-D\S*(javaagent|jvmargs)\S*)$/],
  [/^(dotnet|msbuild)$/, /^[-/]p(roperty)?:(Pre|Post)BuildEvent/i],
  [/^(bazel|bazelisk)$/, /^--(run_under|bazelrc|output_user_root|host_jvm_args)(=|$)/],
  [/^cmake$/, /^-D\w*(COMPILER|LAUNCHER|LINKER|TOOLCHAIN_FILE)\w*=.*$/],
  [
    /^(bb|scala-cli|clojure|clj|lein|mill|mix|ghc|scala|swift|stack|cabal|dune|sbt|rebar3|crystal|nim|gradle|dotnet)$/,
    /^(-e|-e.+|--eval(=.*)?|eval(\s.*)?|exec|ghci|repl|shell|-Sdeps|--exec|-X|runMain.*|console)$/,
  ],
  [/^(swift|xcodebuild)$/, /^(--disable-sandbox|-scmProvider|-load-plugin.*|-fplugin.*)$/],
]

export function runsOther(tool: string, args: readonly Value[]): boolean {
  return RUNS_OTHER.some(([tools, option]) => tools.test(tool) && args.some((arg) => option.test(arg.text)))
}

/**
 * What was built just now, from sources of the project that this command has neither written nor fetched, is as much
 * the project's as a script of it. A build tool names no program: after it any may be what it has built.
 */
export function noteBuilt({ walk }: Call, outputs: readonly Value[], inputs: readonly Value[] = []): void {
  const { built, downloaded, written } = walk.shared
  const made = new Set(outputs.map((output) => placeOfPath(output, walk).path))
  const own = inputs.every((input) => {
    if (input.text === '-') return false
    const { path, zone, dynamic } = placeOfPath(input, walk)
    return zone === 'project' && !dynamic && !written.has(path) && !downloaded.has(path)
  })
  const clean = downloaded.size === 0 && [...written].every((path) => made.has(path) || built.has(path))
  // What comes from elsewhere is no more known for being compiled.
  if (!own) for (const path of made) written.add(path)
  if (!own || !clean) return
  if (outputs.length === 0) built.add('*')
  for (const path of made) built.add(path)
}
