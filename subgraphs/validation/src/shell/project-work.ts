import { isThisMachine } from './binaries/host.js'
import type { Call } from './binaries/spec.js'
import { pathFact } from './path.js'
import type { PathFact, Zone } from './path.js'
import { isKnown, join } from './value.js'
import type { Value } from './value.js'
import type { Walk } from './walk.js'

/** Folders and names that projects give to scripts which build, test and check them. */
const USUAL_FOLDERS =
  /^(\.?bin|scripts?|tools?|ci|\.ci|hack|tests?|__tests__|e2e|specs?|build|dist|out|target|debug|release|benches|bench|examples?|tasks?|dev|devtools|utils?|contrib|cmd|Debug|Release)$/
const USUAL_NAMES =
  /^(build|tests?|run[-_]?tests?|lint|check|format|fmt|ci|generate|codegen|clean|coverage|bench|benchmark|e2e|verify|typecheck|compile|smoke|integration|unit|pre-?commit)([-_.:]|$)|^(configure|a\.out|app|main|prog(ram)?|server|client|demo|hello([-_]?world)?|example|solution|sol|cli|game)$/i
const SENSITIVE_NAMES =
  /(^|[-_.:/])(deploy|publish|release|prod|production|push|migrate|seed|reset(db|all)?|drop(db|all|tables?)?|delete|erase|truncate|teardown|terminate|destroy|nuke|provision|ship|rollback|install|uninstall|upload|purge|wipe|restore|rotate|backup|sync|bootstrap|infect|exploit|payload|evil|malware|backdoor|shell|keylog\w*|exfil\w*|miner|xmrig|rootkit|pwn\w*|hack|attack|steal)([-_.:/]|$)/i

/** A name that says that what is called so reaches beyond the project, or ends something. */
export function isSensitiveName(name: string): boolean {
  return SENSITIVE_NAMES.test(name)
}

interface ScriptCall {
  /** Its path as it was written. */
  readonly text: string
  readonly given: readonly Value[]
  /** Those of its arguments that are held against it. */
  readonly judged?: readonly Value[]
}

/** What is known of a script by its path: the policy decides which are the project's everyday work. */
export function scriptFacts(fact: PathFact, { text, given, judged = given }: ScriptCall, walk: Walk) {
  const folders = text.split('/').slice(0, -1)
  const told =
    isKnown(join([...judged])) &&
    !judged.some(({ text: arg }) => (SENSITIVE_NAMES.test(arg) && !PLACE.test(arg)) || ENDS.test(arg))
  return {
    zone: fact.zone,
    dynamic: fact.dynamic || !told,
    usual: USUAL_NAMES.test(fact.name) || folders.some((folder) => USUAL_FOLDERS.test(folder)),
    sensitive: (SENSITIVE_NAMES.test(fact.name) && !isDry(given)) || fetchedAround(fact, walk),
  }
}

/** An option that says where something is to lie: what folders are called says nothing. */
const PLACE = /^--?[\w-]*(prefix|dir|output|path)=[\w./-]+$/

/** Arguments of a script that say that it ends something, or works on production. */
export const ENDS =
  /^--?(delete|wipe|purge|drop|destroy|nuke|erase|truncate)([-_]\w+)*$|^--(env|environment|target|stage)=prod\w*$|^--prod(uction)?$/

/** Asked to say what it would do. */
function isDry(args: readonly Value[]): boolean {
  return args.some(({ text }) => /^--(dry-?run|check|plan|no-?op|pretend|help)$/.test(text))
}

/** A program of the project whose name or arguments say that it ends something. */
export function endsSomething(args: readonly Value[]): boolean {
  return (
    args.some(({ text }) => (!text.startsWith('-') && SENSITIVE_NAMES.test(text)) || ENDS.test(text)) &&
    !isDry(args)
  )
}

/** Inside something that this very command has brought in. */
function fetchedAround(fact: PathFact, walk: Walk): boolean {
  return [...walk.shared.downloaded].some((path) => fact.path.startsWith(`${path}/`))
}

/** A tool of the project that is told to publish, to run code given here, or to work on somebody else's server. */
export function reaches({ name, args }: Pick<Call, 'name' | 'args'>): boolean {
  if (/^(mix|rebar3)$/.test(name) && args[0]?.text === 'release') return false
  return args.some(
    ({ text }, i) =>
      HOSTILE.test(text) ||
      (/^(nx|moon|lage|rush)$/.test(name) && /:(deploy|publish|release)(:|$)/.test(text)) ||
      (!HOW.test(args[i - 1]?.text ?? '') &&
        /^(gh-)?(deploy|publish|release|push|upload|try-repo|broadcast)$/.test(text)) ||
      /^--(init-hook|broadcast|publish|deploy|upload|pastebin)(=|$)/.test(text) ||
      (/^https?:\/\//.test(text) && !isThisMachine(text)),
  )
}

/** A server for development that everybody in the network may ask. */
export function isOpenToAll({ args }: Pick<Call, 'args'>): boolean {
  return args.some(
    ({ text }, i) =>
      /^(--?(H|b|bind|host|hostname|address|listen|ip)=)?(0\.0\.0\.0|\[?::\]?)(:\d+)?$/.test(text) &&
      (text.startsWith('-') ||
        /^--?(H|b|bind|host|hostname|address|listen|ip)$/.test(args[i - 1]?.text ?? '')),
  )
}

/** Options by which a tool of the project runs a command that it is given here, or code of another. */
const TOLD =
  /^--?(exec|exec-cmd|eval|on-?success|on-?failure|onSuccess|onFailure|shell-command|command|cmd|init-hook|python-executable|install-types|shell)(=|$)/

/** What a tool of the project is told to run besides what the project declares: a command, or an option that is one. */
export function toldCommand({ args }: Pick<Call, 'args'>): readonly Value[] | undefined {
  const [verb] = args.filter(({ text }) => !text.startsWith('-'))
  if (verb === undefined || !/^(exec|x)$/.test(verb.text)) return undefined
  const rest = args.slice(args.indexOf(verb) + 1)
  const at = rest.findIndex(({ text }) => text === '--')
  return at === -1 ? rest.filter(({ text }) => !text.startsWith('-')) : rest.slice(at + 1)
}

export function isTold({ args }: Pick<Call, 'args'>): boolean {
  return args.some(({ text }) => TOLD.test(text))
}

/** Options that say how to build, not what: `-c Release` publishes nothing. */
export const HOW =
  /^(-c|--?config|--?configuration|--mode|--build-type|--profile|--flavor|-scheme|-destination|-C|-S|-B|--prefix|--cfg|-pl|--projects|-rf|--resume-from)$/

/** Names that nobody gives to a file of a project. */
const HOSTILE =
  /(^|[/=._-])(evil|exploit|payload|malware|backdoor|rootkit|keylogger|reverse[-_]?shell|pwn\w*|xmrig|miner)([-_./]|$)/i

/** Acts that run what the project declares: harmless only as far as it is the project that declares it. */
export const RUNS_PROJECT = new Set([
  'packages/run-script',
  'packages/declared',
  'execute/test',
  'execute/build',
  'execute/clean',
  'cloud/compose',
])
/** Files by which a project says what its tools run, what they bring in, and where from. */
export const DECLARATIONS = new RegExp(
  `(^|/)(${[
    '(GNUm|M|m)akefile|CMakeLists\\.txt|[Jj]ustfile|Taskfile\\.ya?ml|(docker-)?compose\\.ya?ml|(Docker|Container)file(\\.[\\w-]+)?|[\\w-]+\\.[Dd]ockerfile',
    'package\\.json|package-lock\\.json|npm-shrinkwrap\\.json|yarn\\.lock|pnpm-(lock|workspace)\\.yaml|bun\\.lockb?|\\.npmrc|\\.yarnrc(\\.yml)?|\\.pnpmfile\\.cjs|deno\\.(jsonc?|lock)|[\\w.-]+\\.config\\.[cm]?[jt]s',
    'pyproject\\.toml|setup\\.(py|cfg)|conftest\\.py|tox\\.ini|noxfile\\.py|(poetry|uv|pdm)\\.lock|Pipfile(\\.lock)?|pip\\.conf|environment\\.ya?ml',
    'Cargo\\.(toml|lock)|build\\.rs|go\\.(mod|sum|work)|Package\\.(swift|resolved)|build\\.zig(\\.zon)?',
    'build\\.gradle(\\.kts)?|settings\\.gradle(\\.kts)?|gradle\\.properties|libs\\.versions\\.toml|gradle-wrapper\\.properties|pom\\.xml|[\\w.-]+\\.sbt|project\\.clj|deps\\.edn',
    'Rakefile|Gemfile(\\.[\\w.]+)?|[\\w.-]+\\.gemspec|composer\\.(json|lock)|Podfile(\\.lock)?|pubspec\\.(ya?ml|lock)',
    'mix\\.(exs|lock)|rebar\\.(config|lock)|stack\\.yaml(\\.lock)?|cabal\\.project(\\.\\w+)?|[\\w.-]+\\.cabal|dune-project|dune|[\\w.-]+\\.opam',
    '[\\w.-]+\\.(cs|fs|vb)proj|Directory\\.[\\w.]+\\.props|[Nn]u[Gg]et\\.[Cc]onfig|packages\\.lock\\.json|global\\.json',
    'flake\\.(nix|lock)|MODULE\\.bazel|WORKSPACE(\\.bazel)?|renv\\.lock',
  ].join('|')})$`,
)

/** Where a tool of the project may put a report besides the project. */
const OUTPUTS = /(out|log|report|junit|cover|profile|trace)\w*(=| )/i
/** Options by which a tool is told where to put what it makes. */
const OUTPUT_FOLDER =
  /(^|\s)(-o|--(out|output|outfile|outdir|out-?dir|out-?file|output-?dir|output-?file|output-?path|output-?directory|bundle-output|pack-destination|destination|report-?dir|coverage-?directory|artifacts-?dir))[= ][^\s=]+$/i
const SINK =
  /^\/dev\/(null|stdout|stderr|stdin|fd\/\d+)$|^\/tmp\/[\w./-]+\.(xml|html|json|csv|md|svg|png|log|txt|lcov|out|prof|tap|pdf|ipynb|tgz)$/

/** Paths that lead out of where a command stands, alone or behind `=`, `:`, `,` in an argument; addresses are none. */
function pathsIn(arg: string): string[] {
  // `/p:Version=1.2` is msbuild's way to write an option.
  if (
    !arg.includes('/') ||
    // A text, not a path.
    /\s/.test(arg) ||
    /^\/((p|property|v|verbosity|c|configuration|m|maxcpucount|bl|flp|clp|tl):(?!\/)|(t|target):(Build|Rebuild|Clean|Restore|Test|VSTest|Pack|Compile)$|(nologo|restore|m|bl|r)$)/i.test(
      arg,
    ) ||
    /^[a-z][\w+.-]*:\/\//i.test(arg)
  )
    return []
  const found = [...arg.matchAll(/(?:^|[=:,"'[{(])((?:\/(?!\/)|~\/|\.\.\/)[^\s:,'"]*)/g)]
  return found.flatMap(([, path]) => path ?? [])
}

/** Lists of what is to be brought in: only who is told to read one does so. */
const LISTS = /(^|\/)([\w.-]*(requirements|constraints)[\w.-]*|requirements\/[\w.-]+)\.(txt|in)$/

/** What tools write themselves, or only read as data. */
const OUTPUT_NAMES =
  /\.(log|txt|json|xml|html|csv|md|out|svg|png|lcov|map|o|a|so|wasm|exe|dll|tgz|gz|zip|lock)$|\/[^./]+$/

/** The places that arguments name, alone, behind `=` or behind the letter of an option. */
function placesIn(args: readonly Value[], walk: Walk): string[] {
  return args.slice(0, 40).flatMap(({ text }) => {
    const path = /^(?:--?[\w-]+=|-[a-zA-Z])?([\w./~@+-]+)$/.exec(text)?.[1]
    return path === undefined || path.startsWith('-') ? [] : [pathFact(path, walk.state.cwd, walk.place).path]
  })
}

/** Notes that a tool of the project runs somewhere else, or something that this very command has written. */
export function noteForeign(text: string, { walk, args }: Call): void {
  const here = pathFact('.', walk.state.cwd, walk.place)
  const labels = /^(bazel|bazelisk|buck|buck2|pants)/.test(text)
  const elsewhere = (zone: Zone): boolean => zone !== 'project' && zone !== 'project-root'
  const { downloaded, written } = walk.shared
  const named = downloaded.size + written.size === 0 ? [] : placesIn(args, walk)
  const fetched = [...downloaded].some((path) =>
    [here.path, ...named].some((place) => place === path || place.startsWith(`${path}/`)),
  )
  const foreignTo = (before: string, arg: string, path: string): boolean => {
    const { zone } = pathFact(path.replace(/^~/, walk.place.home), walk.state.cwd, walk.place)
    const report = SINK.test(path) && (OUTPUTS.test(`${before} ${arg}`) || !before.startsWith('-'))
    return elsewhere(zone) && !report && !(zone === 'temp' && OUTPUT_FOLDER.test(`${before} ${arg}`))
  }
  const foreign = args.some(({ text: arg }, i) =>
    pathsIn(arg).some(
      (path) => !(labels && arg.startsWith('//')) && foreignTo(args[i - 1]?.text ?? '', arg, path),
    ),
  )
  if (fetched || foreign || elsewhere(here.zone)) walk.findings.note('execute', 'elsewhere', text)
  const obeyed = (path: string): boolean =>
    DECLARATIONS.test(path) || (named.includes(path) && (LISTS.test(path) || !OUTPUT_NAMES.test(path)))
  if ([...written].some(obeyed)) walk.findings.note('execute', 'written', text)
}
