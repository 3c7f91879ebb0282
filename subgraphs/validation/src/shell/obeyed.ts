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
/**
 * Variables that name a file or a folder from which programs take code, plugins or settings, and those that hold
 * such settings themselves. A place of the project is as good as none.
 */
const LOADING_VARIABLES =
  /^(MAKEFILES|MAKEFILE_LIST|COMPOSER_(HOME|BIN_DIR|VENDOR_DIR)|TF_(CLI_\w+|PLUGIN_\w+|REATTACH_PROVIDERS)|HELM_(PLUGINS|BIN|DRIVER\w*|REGISTRY_CONFIG|REPOSITORY_\w+)|KREW_ROOT|KUBE(CTL_\w+|RC)|ANSIBLE_(CONFIG|LIBRARY|\w+_PLUGINS|ROLES_PATH|COLLECTIONS_PATHS?|MODULE_UTILS|INVENTORY|VAULT_PASSWORD_FILE)|PYTEST_(ADDOPTS|PLUGINS)|MYPYPATH|PYTHONUSERBASE|PYTHONEXECUTABLE|PYTHONPLATLIBDIR|COVERAGE_PROCESS_START|BUN_(OPTIONS|INSTALL|CONFIG_\w+)|DENO_(DIR|CERT)|BUNDLE_(PATH|WITHOUT|BIN|APP_CONFIG|USER_\w+)|ERL_(A|Z)?FLAGS|ERL_LIBS|ELIXIR_ERL_OPTIONS|MIX_(HOME|ARCHIVES|PATH)|HEX_(MIRROR|HOME|API_URL|UNSAFE_HTTPS)|JULIA_(LOAD_PATH|DEPOT_PATH|PKG_SERVER)|R_(PROFILE|ENVIRON)(_USER)?|R_LIBS(_USER|_SITE)?|LUA_(INIT|PATH|CPATH)(_5_\d)?|GUILE_LOAD_(COMPILED_)?PATH|EMACSLOADPATH|VIMINIT|EXINIT|VIMRUNTIME|MYVIMRC|NVIM_\w+|TCLLIBPATH|SCREENRC|GCONV_PATH|LOCPATH|NLSPATH|HOSTALIASES|LD_\w+|GTK_(MODULES|PATH)|QT_PLUGIN_PATH|XDG_(DATA|CONFIG)_DIRS|XDG_DATA_HOME|COMPILER_PATH|GCC_EXEC_PREFIX|GCC_SPECS|CMAKE_(TOOLCHAIN_FILE|PROGRAM_PATH|PROJECT_\w+)|CONFIG_SITE|DISTCC_\w+|CCACHE_(PREFIX|COMPILER|CONFIGPATH)|PKG_CONFIG|DOTNET_(STARTUP_HOOKS|ADDITIONAL_DEPS|SHARED_STORE|ROOT)|CORE?CLR_\w+|COR_\w+|NUGET_\w+|MSBUILD\w+|JAVA_HOME|MAVEN_(ARGS|CONFIG|HOME)|M2_HOME|GRADLE_(USER_)?HOME|ANT_(ARGS|OPTS|HOME)|KOTLIN_HOME|SCALA_HOME|CLASSPATH|PGPASSFILE|PGSYSCONFDIR|MYSQL_HOME|REDISCLI_RCFILE|BAT_(CONFIG_PATH|CONFIG_DIR)|DELTA_\w+|LESSKEY\w*|MANROFFOPT|MANPATH|GROFF_\w+|TEXINPUTS|TEXMF\w+|AWK(LIB)?PATH|ZIPOPT|UNZIP|DOCKER_(CONFIG|CERT_PATH)|BUILDKIT_HOST|BUILDX_\w+|CONTAINER_(HOST|CONNECTION)|AWS_(CONFIG_FILE|SHARED_CREDENTIALS_FILE|CA_BUNDLE|CONTAINER_CREDENTIALS_\w+)|BOTO_CONFIG|CLOUDSDK_(CONFIG|PYTHON\w*)|AZURE_(CONFIG_DIR|EXTENSION_DIR)|VAULT_ADDR|CONSUL_HTTP_ADDR|NOMAD_ADDR|GH_(HOST|CONFIG_DIR)|GITLAB_HOST|PUPPETEER_EXECUTABLE_PATH|CHROME_(PATH|BIN)|CYPRESS_RUN_BINARY|ESBUILD_BINARY_PATH|SASS_PATH|PRE_COMMIT_HOME|PIPX_\w+|UV_(CONFIG_FILE|PYTHON|INDEX\w*|TOOL_\w+|PROJECT)|POETRY_(REPOSITORIES|HTTP_BASIC|CONFIG_DIR|HOME|PYPI_TOKEN)\w*|PDM_\w+|HATCH_(CONFIG|INDEX\w*)|CONDA_(EXE|ENVS_PATH|PKGS_DIRS)|CONDARC|GOBIN|GOROOT|GOENV|GOTOOLDIR|GOSUMDB|GOINSECURE|GOVCS|GCCGO|GO_EXTLINK_ENABLED|CGO_LDFLAGS|CGO_CFLAGS|OPENSSL_(ENGINES|MODULES)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|SSL_CERT_DIR|GEM_SPEC_CACHE|PERL_(MB_OPT|LOCAL_LIB_ROOT|CPANM_OPT)|HARNESS_(PERL|OPTIONS|PERL_SWITCHES)|ZSH|ZSH_CUSTOM|ASDF_\w+|MISE_\w+|DIRENV_\w+|NVM_DIR|PYENV_ROOT|RBENV_ROOT|NPM_TOKEN|TMUX_TMPDIR|AS|FC|LEX|YACC|RANLIB|STRIP|NM|OBJCOPY|WINDRES)$/
/** Values of those that name nothing: a number, a switch, a plain option of pytest. */
const PLAIN_VALUES =
  /^(\d+|true|false|on|off|yes|no|[\w.]+|-[a-z]|--?[a-z][\w-]*(=[\w.,-]+)?( --?[a-z][\w-]*(=[\w.,-]+)?)*|-W[\w-]+|-O\d|-g|-n(o-color| ?\d+|auto))$/

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
  // It may name the file into which git writes what it does.
  if (/^GIT_TRACE/.test(name) && value.text.startsWith('/')) writeTrace(value, walk)
  if (!RUNNING_VARIABLES.test(name) && !RUNNING_NAMES.test(name)) {
    if (LOADING_VARIABLES.test(name)) noteLoading(name, value, walk)
    return
  }
  // Any value makes Python go on with what it is told on its input.
  const harmless = HARMLESS_VALUES.test(value.text) && (name !== 'PYTHONINSPECT' || value.text === '')
  if (harmless || (name === 'HOME' && value.text === walk.place.home)) return
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

function noteLoading(name: string, { text }: Value, walk: Walk): void {
  const harmless = /^(LD_|PYTEST_PLUGINS$)/.test(name)
    ? text === ''
    : text === '' ||
      (PLAIN_VALUES.test(text) && !/^(AS|FC|LEX|YACC|RANLIB|STRIP|NM|OBJCOPY|WINDRES|NPM_TOKEN)$/.test(name))
  if (harmless || text.split(':').every((path) => path === '' || isOwn(path, walk))) return
  // A toolchain of this machine, under the name that it is known by.
  if (/^(\/usr)(\/local)?\/(lib|bin|share|include|opt)\//.test(text) || /^\/opt\/[\w./-]+$/.test(text)) return
  walk.findings.note('execute', 'environment', `${name}=${text}`)
}

function writeTrace(value: Value, walk: Walk): void {
  walk.findings.path('write', placeOfPath(value, walk), { append: true })
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
