import { invoke } from '../invoke.js'
import { noteVariable } from '../obeyed.js'
import { HOW, noteForeign, reaches } from '../project-work.js'
import { join, literal, TAINT } from '../value.js'
import type { Stream } from '../value.js'
import { printsUnknown } from '../walk.js'
import { noteBuilt, runsOther } from './built.js'
import type { Call } from './spec.js'

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
  /(^|:)((publish(?!\w*ToMavenLocal)|deploy|upload|release|undeploy|promote|drop|destroy|purge|wipe|push)[A-Z]\w*|\w*(DropAll|Undeploy|Publish(?!\w*ToMavenLocal)\w*|Deploy\w*)|flyway(Clean|Undo|Repair|Baseline|Migrate)|liquibase(?!Status|Validate|Diff)\w+|jib|closeAndRelease\w*|dockerPush\w*|bintrayUpload)$/

/** `meson devenv`, `stack exec`: what it runs in the project's environment is judged by itself. */
function innerCommand(call: Call): Stream | undefined {
  const { name, args, walk, stdin } = call
  if (/^(stack|cabal)$/.test(name) && args[0]?.text === 'exec') {
    // `exec -- command words`, `exec command -- words`; what options come before it is another's to judge.
    const [command, ...words] = args
      .slice(args[1]?.text === '--' ? 2 : 1)
      .filter(({ text }, i) => i !== 1 || text !== '--')
    if (command === undefined || command.text.startsWith('-')) return undefined
    noteForeign(name, { ...call, args: [] })
    return invoke(command, words, walk, stdin)
  }
  if (name !== 'meson' || args[0]?.text !== 'devenv') return undefined
  const at = args.findIndex(
    ({ text }, i) => i > 0 && !text.startsWith('-') && !/^-[Cw]$/.test(args[i - 1]?.text ?? ''),
  )
  const [command, ...rest] = at === -1 ? [] : args.slice(at)
  return command === undefined ? undefined : invoke(command, rest, walk, stdin)
}

/** Build tools do what their targets say: some names say that they reach further than the project. */
export function target(call: Call): Stream {
  const inner = innerCommand(call)
  if (inner !== undefined) return inner
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
  // make's database holds the environment.
  return printsUnknown(
    args.some(({ text: arg }) => /^(-\w*p|--print-data-base)$/.test(arg)) ? TAINT.secret : 0,
  )
}
