import { UNKNOWN } from './value.js'
import type { Value } from './value.js'
import { placeOfPath } from './walk.js'
import type { Walk } from './walk.js'

/** Variables that make other programs run something. A value that is one of HARMLESS_VALUES does not. */
const RUNNING_VARIABLES =
  /^(PS[0124]|CLAUDE_\w+|CODEX_HOME|GEMINI_\w+|LIGHTHOUSE_\w+|(ANTHROPIC|OPENAI)_\w*URL|CARGO_BUILD_\w*(WRAPPER|TARGET|RUSTC\w*)|CARGO_HOME|RUSTUP_\w+|SHELL|CC|CXX|LD|AR|CPP|RUSTC|RUSTC_WRAPPER|RUSTC_WORKSPACE_WRAPPER|RUSTDOC|RUSTFLAGS|CARGO_TARGET_\w+_(RUNNER|LINKER)|GOFLAGS|GOPROXY|GONOSUMDB|GOTOOLCHAIN|CMAKE_\w+_LAUNCHER|MAKEFLAGS|MAVEN_OPTS|GRADLE_OPTS|JAVA_OPTS|JDK_JAVA_OPTIONS|SBT_OPTS|DOCKER_HOST|DOCKER_CONTEXT|KUBECONFIG|PYTHONPATH|PYTHONBREAKPOINT|PIP_\w+|UV_\w*INDEX\w*|NPM_CONFIG_\w+|YARN_\w+|BUNDLE_GEMFILE|GEM_HOME|GEM_PATH|PERL_MM_OPT|AWS_ENDPOINT_URL\w*|ALL_PROXY|all_proxy|OPENSSL_CONF|CURL_HOME|WGETRC|XDG_CONFIG_HOME|HOME|ZDOTDIR|INPUTRC|TERMINFO|FPATH|CDPATH|SSH_ASKPASS|SUDO_ASKPASS|SUDO_EDITOR|KUBE_EDITOR|HGEDITOR|SVN_EDITOR|SVN_SSH|RSYNC_RSH|CVS_RSH|TAR_OPTIONS|GREP_OPTIONS|LESS|MORE|MANOPT|FCEDIT|FZF_DEFAULT_(COMMAND|OPTS)|RIPGREP_CONFIG_PATH|PSQLRC|PGSERVICEFILE|MYSQL_PWD_FILE|NODE_PATH|NODE_REPL_EXTERNAL_MODULE|TS_NODE_\w+|BASH_FUNC_\w+|LD_PRELOAD|LD_LIBRARY_PATH|LD_AUDIT|DYLD_.*|PATH|BASH_ENV|ENV|PROMPT_COMMAND|PS4|IFS|SHELLOPTS|BASHOPTS|GIT_.*|PAGER|MANPAGER|EDITOR|VISUAL|BROWSER|NODE_OPTIONS|PYTHONSTARTUP|PYTHONHOME|PYTHONINSPECT|PERL5OPT|PERL5LIB|PERL5DB|RUBYOPT|RUBYLIB|LESSOPEN|LESSCLOSE|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|npm_config_.*|HTTPS?_PROXY|https?_proxy|SSL_CERT_FILE|NODE_TLS_REJECT_UNAUTHORIZED|NODE_EXTRA_CA_CERTS)$/
const HARMLESS_VALUES =
  /^(|cat|less|more|true|false|:|--max[-_]old[-_]space[-_]size=\d+|\d+|\$PATH|(gcc|g\+\+|clang|clang\+\+|cc|c\+\+|tcc)(-\d+)?|ld|ar|gold|lld|mold|s?ccache|(\/usr)?\/bin\/(ba|z|da)?sh|-Xm[sx]\d+[kmgKMG]( -Xm[sx]\d+[kmgKMG])*|-mod=\w+|-j ?\d+|-[FRSXisrq]+|-D warnings|-[DWA] ?[\w:-]+)$/
/** Where a directory of the project itself is as good as none: `PYTHONPATH=src`. */
const HARMLESS_WITHIN = /^(PYTHONPATH|NODE_PATH|KUBECONFIG|XDG_CONFIG_HOME|GEM_HOME|GEM_PATH|BUNDLE_GEMFILE)$/
/** What keeps track of what is typed: emptied or sent to /dev/null, nobody sees it any more. */
const TRACKS = /^(HISTFILE|HISTSIZE|HISTFILESIZE|SAVEHIST)$/

/** Names by which programs take what to run, whichever program it is: `AWS_PAGER`, `GH_EDITOR`. */
const RUNNING_NAMES =
  /_(PAGER|EDITOR|BROWSER|ASKPASS|SHELL|WRAPPER|LAUNCHER|COMMAND|CMD|EXEC|RUNNER|HOOK|PRELOAD|STARTUP|VIEWER|OPENER|FORMATTER|DIFF_TOOL|HELPER|RSH|PROXY_COMMAND)$/
/** A text that is a command of a shell or an interpreter, whatever the variable is called. */
const IS_COMMAND =
  /(^|[\s/;&|'"])((ba|z|da|k)?sh|python3?|perl|ruby|node|osascript|powershell)\s+-[a-z]*[ce]\b|\|\s*(ba|z|da)?sh\b/
/** Flags of compilers that say how code is made, not with what. */
const FLAGS =
  /^(\s*(-C ?(target-cpu|opt-level|debuginfo|debug-assertions|overflow-checks|lto|codegen-units|target-feature|strip|panic|embed-bitcode|force-frame-pointers|instrument-coverage)(=[\w+,.-]+)?|-Cinstrument-coverage|-[DWAF] ?[\w:-]+|--cfg[= ][\w="]+|-mod=\w+|-tags=[\w,]+|-trimpath|-race|-v|-buildvcs=\w+|-count=\d+|-Xm[sx]\d+[kmgKMG]|-XX:[+-]\w+|-D[\w.]+=[\w.-]+))*\s*$/
const BUILT_FOLDER = /(^|\/)(build|target|out|libs?|dist|install|cmake-build-\w+|bazel-bin)(\/|$)/

/** Notes that a variable which other programs obey was set. */
export function noteVariable(name: string, value: Value, walk: Walk): void {
  if (TRACKS.test(name) && /^(|0|-1|\/dev\/null|\/tmp\/.*)$/.test(value.text))
    walk.findings.note('system', 'history-tamper', `${name}=${value.text}`)
  // Whoever has the socket of somebody's agent signs with that one's keys.
  if (/^(SSH_AUTH_SOCK|GPG_AGENT_INFO|GNUPGHOME|KRB5CCNAME)$/.test(name) && value.text !== '')
    walk.findings.note('secrets', 'credentials', `${name}=${value.text}`)
  if (value.text.includes(' ') && IS_COMMAND.test(value.text)) {
    walk.findings.note('execute', 'environment', `${name}=${value.text}`)
    return
  }
  if (!RUNNING_VARIABLES.test(name) && !RUNNING_NAMES.test(name)) return
  if (HARMLESS_VALUES.test(value.text) || (name === 'HOME' && value.text === walk.place.home)) return
  if (
    /^(RUSTFLAGS|RUSTDOCFLAGS|GOFLAGS|MAVEN_OPTS|GRADLE_OPTS|JAVA_OPTS|SBT_OPTS)$/.test(name) &&
    FLAGS.test(value.text)
  )
    return
  if (
    /^(DY)?LD_LIBRARY_PATH$/.test(name) &&
    value.text
      .split(':')
      .every((path) => path === '' || path === UNKNOWN || (BUILT_FOLDER.test(path) && isOwn(path, walk)))
  )
    return
  if (/^PS[0124]$/.test(name) && !/\$\(|`/.test(value.text)) return
  if (name === 'IFS' || (name === 'PATH' && onlyAdds(value.text, walk))) return
  if (HARMLESS_WITHIN.test(name) && value.text.split(':').every((path) => path === '' || isOwn(path, walk)))
    return
  if (/^GIT_(AUTHOR|COMMITTER|TERMINAL_PROMPT|OPTIONAL_LOCKS|TRACE|MERGE_AUTOEDIT)/.test(name)) return
  walk.findings.note('execute', 'environment', `${name}=${value.text}`)
}

function isOwn(path: string, walk: Walk): boolean {
  const { zone, dynamic } = placeOfPath({ text: path, taint: 0, glob: false }, walk)
  return (zone === 'project' || zone === 'project-root') && !dynamic
}

/** `PATH=$PATH:dir` hides no command; before the old value only directories that hold what their names say. */
function onlyAdds(value: string, walk: Walk): boolean {
  const parts = value.split(':')
  const at = parts.indexOf(UNKNOWN)
  if (at === -1 || parts.some((part, i) => part.includes(UNKNOWN) && i !== at)) return false
  const usual = (path: string): boolean =>
    /^(\/usr(\/local)?)?\/s?bin$|^\/usr\/local\/go\/bin$|\/(\.cargo|\.local|go|\.deno|\.bun)\/bin$/.test(
      path,
    ) ||
    (/(^|\/)(node_modules\/\.bin|\.?venv\/bin|vendor\/bin)$/.test(path) && isOwn(path, walk))
  return parts.every((path, i) => i === at || (i < at ? usual(path) : usual(path) || isOwn(path, walk)))
}
